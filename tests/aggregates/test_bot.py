"""A whole bot that publishes, a whole bot that serves, and what the doctor says of both."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.adapters.room import HERE, ME
from bot.assembly import parts
from bot.doctor.checks.b_bill import CHECK as BILL
from bot.doctor.checks.k_aggregates import CHECK
from bot.doctor.model import Level, Patient
from bot.publishing import publishing
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.working import looking
from cards import text
from integrations.aws.aggregates import Served, Table
from tests.aggregates.lakes import NOW, TABLE, published, put
from tests.peers.aws.moto_server import MotoServer


async def test_sums_are_published_after_every_load(dynamo: MotoServer, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, aggregates_table=TABLE)
    made = parts(settings, lambda: NOW)
    made.memory.open()
    jobs = publishing(made.lake, settings)
    scheduler = Scheduler(made.use, made.memory.findings, lambda: NOW, jobs)
    await scheduler.tick(NOW)
    assert Table(TABLE).keys() is None, "without a bill nothing is made"
    for hours, month in enumerate(("2026-09", "2026-10")):
        put(tmp_path, [month], later=hours)
        await scheduler.tick(NOW + timedelta(hours=hours, minutes=1))
        bills = Served(Table(TABLE)).known().status.bills
        assert bills == made.lake.status().bills and len(bills) == hours + 1
    made.memory.close()


def test_who_asks_a_costbot_without_bills_sees_the_same(
    dynamo: MotoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(tmp_path / "data", ["2026-09", "2026-10"])
    published(tmp_path / "data")
    monkeypatch.chdir(tmp_path)

    def asked(*words: str) -> tuple[int, str]:
        return main(["ask", *words]), capsys.readouterr().out

    words = ("--json", "by", "service,", "account", "in", "2026-10", "vs", "2026-09")
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path / "data"))
    ours = asked(*words)
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("COSTBOT_AGGREGATES_TABLE", TABLE)
    monkeypatch.setenv("COSTBOT_AGGREGATES_SERVE", "1")
    assert asked(*words) == ours and ours[0] == 0
    assert len(json.loads(ours[1])["data"]["rows"]) > 3
    code, said = asked("by", "resource", "in", "2026-10")
    assert code == 1 and "needs the resource of each charge" in said


async def test_the_doctor_knows_the_table(dynamo: MotoServer, tmp_path: Path) -> None:
    publisher = Settings(data_dir=tmp_path, aggregates_table=TABLE)
    replica = Settings(data_dir=tmp_path, aggregates_table=TABLE, aggregates_serve=True)

    async def level(settings: Settings, days: int = 0) -> tuple[Level, str]:
        (remark,) = await CHECK.run(Patient(settings, NOW + timedelta(days=days)))
        return remark.level, f"{remark.said} {remark.todo}"

    assert (await level(Settings()))[0] is Level.OFF
    assert await level(publisher) == (Level.OK, f"the table {TABLE} is made after the first load ")
    missing, todo = await level(replica)
    assert missing is Level.BAD and "on a costbot that has bills" in todo
    put(tmp_path, ["2026-11"])
    published(tmp_path)
    late, said = await level(replica)
    assert late is Level.WARNING and f"1 bill in {TABLE}, through" in said and "18 days" in said
    assert (await level(replica, days=-17))[0] is Level.OK
    (bill,) = await BILL.run(Patient(replica, NOW))
    assert bill.level is Level.OFF, "a replica has no bill of its own to be looked at"


async def test_every_example_is_answered_as_by_the_bill_or_refused_in_words(
    dynamo: MotoServer, tmp_path: Path
) -> None:
    """Nobody gets a wrong number, or a reference to a log."""
    put(tmp_path / "data", ["2026-09", "2026-10", "2026-11"])
    published(tmp_path / "data")
    whole = parts(Settings(data_dir=tmp_path / "data"), lambda: NOW)
    sums = parts(_replica(tmp_path / "none"), lambda: NOW)
    await asyncio.to_thread(sums.lake.warm)
    same: set[str] = set()
    refused: set[str] = set()
    for name, command in whole.use.commands.items():
        for words in command.examples:
            ours = await whole.router.ask(words, ME, HERE)
            theirs = await sums.router.ask(words, ME, HERE)
            said = text.render(theirs.card)
            assert "Something went wrong" not in said, words
            if theirs.refused and not ours.refused:
                refused.add(name)
            elif theirs.table is not None:
                assert ours.table is not None, words
                assert theirs.table.total == ours.table.total, words
                assert theirs.table.rows == ours.table.rows, words
                same.add(name)
    assert {"overview", "spend", "movers", "report"} <= same
    assert "overview" not in refused
    assert {"forecast", "commitments"} <= refused, "these need charges"
    for made in (whole, sums):
        made.lake.close()
        made.memory.close()


def test_who_has_only_sums_looks_for_nothing_in_them(tmp_path: Path) -> None:
    whole = parts(Settings(data_dir=tmp_path / "data"), lambda: NOW)
    sums = parts(_replica(tmp_path / "none"), lambda: NOW)
    hourly = {f"detect {kind.name}" for kind in sums.alerts.values() if kind.hourly}
    assert {job.name for job in looking(sums)} == hourly
    assert {"detect purchase", "keep forecasts", *hourly} < {job.name for job in looking(whole)}


def _replica(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, aggregates_table=TABLE, aggregates_serve=True)
