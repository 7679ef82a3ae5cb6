"""What is wrong with costbot becomes a finding of its own, and ends when it is put right."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.assembly import Parts, parts
from bot.scheduler import Scheduler
from bot.working import look_job
from domain.errors import PermanentError
from domain.finding import Finding, Severity, Status
from domain.ports import Sighting
from tests.doctor.conftest import LAST, Ward


def watcher(ward: Ward, **more: Any) -> tuple[Parts, Scheduler]:
    """A bot that looks at nothing but itself."""
    made = parts(replace(ward.settings, alert_rooms=("slack:C1",), **more), lambda: ward.now)
    made.memory.open()
    job = look_job(made, made.alerts["self"])
    return made, Scheduler(made.use, made.memory.findings, lambda: ward.now, (job,))


async def after(ward: Ward, scheduler: Scheduler, hours: float = 1) -> Sequence[Finding]:
    """What a look finds some hours later."""
    ward.now += timedelta(hours=hours)
    ward.vendors.now = ward.now
    return await scheduler.tick(ward.now)


async def test_where_all_is_well_nothing_is_found(ward: Ward) -> None:
    made, scheduler = watcher(ward)
    assert await after(ward, scheduler) == ()
    assert await after(ward, scheduler) == ()
    made.memory.close()


async def test_a_bill_that_gets_old_is_told_and_ends_with_a_newer_one(ward: Ward) -> None:
    made, scheduler = watcher(ward)
    assert not await after(ward, scheduler)
    (found,) = await after(ward, scheduler, 48)
    assert found.title == "The bill is 4 days old"
    assert (found.id, found.severity) == ("self:bill", Severity.MEDIUM)
    (found,) = await after(ward, scheduler, 5 * 24)
    assert found.severity is Severity.HIGH, "the same finding, and it matters more"
    ward.bill(LAST.replace(day=1), ward.now.date(), "newer")
    (found,) = await after(ward, scheduler)
    assert found.status is Status.RESOLVED
    made.memory.close()


async def test_a_source_that_is_silent_is_told_with_why(ward: Ward) -> None:
    made, scheduler = watcher(ward, exports=("s3://bucket/x",))
    await made.memory.collected.good("s3://bucket/x", "", {}, ward.now)
    assert not await after(ward, scheduler)
    await made.memory.collected.failed("s3://bucket/x", "there is no bucket bucket", ward.now)
    assert not await after(ward, scheduler, 3), "a short silence is nothing"
    ward.bill(LAST.replace(day=1), ward.now.date() + timedelta(days=1), "newer")
    (found,) = await after(ward, scheduler, 24)
    assert found.title == "s3://bucket/x has given nothing for 28 hours"
    assert dict(found.facts)["What"] == "there is no bucket bucket"
    assert found.severity is Severity.HIGH
    await made.memory.collected.good("s3://bucket/x", "", {}, ward.now)
    (found,) = await after(ward, scheduler)
    assert found.status is Status.RESOLVED
    made.memory.close()


async def test_a_right_that_was_taken_away_is_told_at_the_second_look(ward: Ward) -> None:
    made, scheduler = watcher(ward)
    assert not await after(ward, scheduler)
    ward.vendors.slack = {"ok": False, "error": "token_revoked"}
    assert not await after(ward, scheduler), "a network that stumbles once is no lost right"
    (found,) = await after(ward, scheduler)
    assert found.title.startswith("Slack: ")
    assert "token_revoked" in found.title
    ward.vendors.slack = {"ok": True, "team": "Acme"}
    (found,) = await after(ward, scheduler)
    assert found.status is Status.RESOLVED
    made.memory.close()


async def test_a_scope_that_is_lost_is_named(ward: Ward) -> None:
    made, scheduler = watcher(ward)
    ward.vendors.scopes = ward.vendors.scopes.replace("chat:write,", "")
    await after(ward, scheduler)
    (found,) = await after(ward, scheduler)
    assert found.title == "Slack scopes: missing: chat:write"
    assert dict(found.facts)["Who"] == "an admin of the Slack workspace"
    made.memory.close()


async def test_what_could_not_be_delivered_is_told(ward: Ward, tmp_path: Path) -> None:
    from bot.delivery import Delivery

    class Closed:
        async def upsert(self, *_: object) -> None:
            raise PermanentError("the channel is archived")

        async def close(self) -> None: ...

    made, scheduler = watcher(ward)
    one = Finding(kind="spike", key="x", title="x", severity=Severity.HIGH, seen_at=ward.now)
    await made.memory.findings.report([Sighting(one, ("slack:C9",))], ward.now)
    delivery = Delivery(made.memory.outbox, {"slack": Closed()})  # type: ignore[dict-item]
    made.memory.wakes(delivery.wake)
    await delivery.start()
    for _ in range(200):
        if await made.memory.letters.listed():
            break
        await asyncio.sleep(0.02)
    await delivery.drain(1)
    await delivery.close()
    (found,) = await after(ward, scheduler)
    assert found.title == "1 message could not be delivered to slack:C9"
    assert dict(found.facts)["What"] == "the channel is archived"
    assert await made.memory.letters.replay("spike:x") == 1
    (found,) = await after(ward, scheduler)
    assert found.status is Status.RESOLVED
    made.memory.close()
