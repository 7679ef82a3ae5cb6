"""What the bot does by itself: it looks into the bill, once, and says why it cannot begin."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import serve
from bot.assembly import Parts
from bot.settings import Bind, Secret, Settings
from bot.working import Working, look_job
from domain.errors import SettingsError
from domain.finding import Finding, Severity
from handlers.kinds import AlertKind, Context
from integrations.sim import Simulator

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def parts(data_dir: Path, url: str, routes: Path) -> Parts:
    routes.write_text('[[route]]\nto = "sim://ok"\n')
    settings = Settings(data_dir=data_dir, database_url=Secret(url))
    return Parts(settings, lambda: NOW, routes=routes)


async def test_the_bill_is_looked_into_once_and_what_is_found_is_delivered(
    demo_lake: Path, database_url: str, tmp_path: Path
) -> None:
    made = parts(demo_lake, database_url, tmp_path / "costbot.toml")
    sim = Simulator()
    working = Working(made, {"sim": sim})
    await working.start(scheduled=False)
    found = await working.scheduler.tick(NOW)
    assert sorted(one.kind for one in found) == ["purchase", "spike"]
    assert await working.scheduler.tick(NOW) == ()
    again = Working(made, {"sim": sim})
    assert await again.scheduler.tick(NOW) == (), "another process finds the run recorded"
    async with asyncio.timeout(30):
        while await made.memory.outbox.depth():
            await working.delivery.settle()
    shown = sorted(shown.finding.id for shown in sim.shown.values())
    assert shown == sorted(one.id for one in found)
    await working.stop()
    working.close()


async def test_an_alert_that_fails_is_tried_again_and_holds_up_no_other(
    demo_lake: Path, database_url: str, tmp_path: Path
) -> None:
    made = parts(demo_lake, database_url, tmp_path / "costbot.toml")
    broken = iter([RuntimeError("a bill like no other")])

    async def find(context: Context) -> Sequence[Finding]:
        for error in broken:
            raise error
        return [
            Finding(kind="odd", key="1", title="Odd", severity=Severity.LOW, seen_at=context.now)
        ]

    alerts = {"odd": AlertKind("odd", "Odd days", find), "spike": made.alerts["spike"]}
    made.__dict__["alerts"] = alerts
    working = Working(made, {"sim": Simulator()})
    await working.start(scheduled=False)
    assert [one.kind for one in await working.scheduler.tick(NOW)] == ["spike"]
    later = [await working.scheduler.tick(NOW + timedelta(minutes=n)) for n in range(1, 30)]
    assert [one.kind for found in later for one in found] == ["odd"]
    await working.stop()
    working.close()


def test_the_name_of_a_run_fits_into_its_column(demo_lake: Path, tmp_path: Path) -> None:
    made = parts(demo_lake, "sqlite://", tmp_path / "costbot.toml")
    assert len(look_job(made, made.alerts["spike"]).logical(NOW) or "") <= 40


@pytest.mark.parametrize(
    ("routes", "url", "said"),
    [
        ('[[route]]\nto = "nowhere"\n', "sqlite://", "costbot.toml"),
        ("", "mysql://x", "COSTBOT_DATABASE_URL"),
    ],
)
async def test_what_keeps_it_from_beginning_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, routes: str, url: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "costbot.toml").write_text(routes)
    settings = Settings(data_dir=tmp_path, bind=Bind("127.0.0.1", 0), database_url=Secret(url))
    with pytest.raises(SettingsError, match=said):
        await serve(settings, lambda: NOW)
