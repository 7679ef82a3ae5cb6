"""Findings in the state: one identity, one history, whatever is reported of them."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from domain import changes
from domain.errors import UserError
from domain.finding import Finding, Status
from domain.money import Money
from domain.ports import Limit, Run, Sighting
from store.state import Database, FindingStore
from store.state.migrate import prepare
from tests.state.stage import Clock, State, spike


async def test_a_finding_comes_back_as_it_was_told(state: State) -> None:
    stored = await state.spike("ec2", "slack:C1", facts=(("Account", "payments"),))
    again = await state.findings.get(stored.name)
    assert again == stored == await state.findings.get("spike:ec2")
    assert again is not None
    assert again.impact == Money(Decimal("1234.5678901234"), "USD")
    assert [(line.who, line.what) for line in again.log] == [("costbot", "found it")]


async def test_found_again_it_is_the_same_finding_and_no_copy_is_wanted_twice(state: State) -> None:
    first = await state.spike("ec2", "slack:C1")
    assert await state.deliver("slack") == 1
    again = await state.spike("ec2", "slack:C1")
    assert again.number == first.number
    assert await state.claim("slack") == []


async def test_a_number_that_moved_redraws_every_copy_in_place(state: State) -> None:
    await state.spike("ec2", "slack:C1", "teams:19:a")
    await state.deliver("slack", "teams")
    await state.spike("ec2", "slack:C1", "teams:19:a", impact=Money(Decimal(9000), "USD"))
    for scheme in ("slack", "teams"):
        (job,) = await state.claim(scheme)
        assert job.receipts.mine.receipt.ref == "1"
        assert job.finding.impact == Money(Decimal(9000), "USD")


async def test_a_run_is_recorded_with_what_it_found_or_not_at_all(state: State) -> None:
    run = Run("detect", "2026-11-24")
    seen = [Sighting(spike("ec2", state.clock.at), ("slack:C1",))]
    assert len(await state.findings.report(seen, state.clock.at, run)) == 1
    other = [Sighting(spike("s3", state.clock.at), ("slack:C1",))]
    assert await state.findings.report(other, state.clock.at, run) == ()
    assert await state.findings.get("spike:s3") is None
    broken = [Sighting(spike("rds", state.clock.at), ("slack:C1",)), Sighting(None, ())]  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        await state.findings.report(broken, state.clock.at, Run("detect", "2026-11-25"))
    assert not await state.findings.ran("detect", "2026-11-25")
    assert await state.findings.get("spike:rds") is None


async def test_back_after_long_it_is_a_new_occurrence_with_new_messages(state: State) -> None:
    await state.spike("ec2", "slack:C1")
    (job,) = await state.claim("slack")
    await state.shown(job, "17.1")
    doer = changes.Doer("Ann", state.clock.at, "slack:U1")
    await state.findings.change("spike:ec2", lambda found: changes.resolved(found, doer))
    (job,) = await state.claim("slack")
    await state.shown(job, "17.1")
    state.clock.on(timedelta(days=2))
    soon = await state.spike("ec2", "slack:C1")
    assert (soon.status, soon.occurrence) == (Status.OPEN, 1)
    doer = changes.Doer("Ann", state.clock.at, "slack:U1")
    await state.findings.change("spike:ec2", lambda found: changes.resolved(found, doer))
    (held,) = await state.claim("slack")
    state.clock.on(timedelta(days=20))
    late = await state.spike("ec2", "slack:C1")
    assert (late.status, late.occurrence) == (Status.OPEN, 2)
    assert not await state.shown(held, "17.1"), "an attempt for the old occurrence counts no more"
    (job,) = await state.claim("slack")
    assert job.receipts.mine.receipt.ref == ""


async def test_evidence_from_before_its_end_does_not_open_it_again(state: State) -> None:
    await state.spike("ec2", "slack:C1")
    found_at = state.clock.at
    state.clock.on(timedelta(hours=3))
    doer = changes.Doer("Ann", state.clock.at, "slack:U1")
    await state.findings.change("spike:ec2", lambda found: changes.resolved(found, doer))
    state.clock.on(timedelta(hours=3))
    again = await state.spike("ec2", "slack:C1", seen_at=found_at)
    assert again.status is Status.RESOLVED


async def test_every_step_is_in_the_audit_log(state: State) -> None:
    await state.spike("ec2", "slack:C1")
    doer = changes.Doer("Ann", state.clock.at, "slack:U1")
    await state.findings.change("spike:ec2", lambda found: changes.acknowledged(found, doer))
    await state.findings.change("spike:ec2", lambda found: changes.resolved(found, doer))
    lines = await state.findings.history("spike:ec2")
    assert [(line.who, line.by, line.what) for line in lines] == [
        ("costbot", "", "found it"),
        ("Ann", "slack:U1", "acknowledged it"),
        ("Ann", "slack:U1", "resolved it"),
    ]


async def test_three_replicas_that_find_the_same_at_once_open_it_once(database_url: str) -> None:
    clock = Clock()
    databases = [Database(database_url, lambda: clock.at) for _ in range(3)]
    if databases[0].is_sqlite:  # A file has one process; there its tasks are what meets.
        databases = databases[:1] * 3
    await prepare(databases[0])
    stores = [FindingStore(one) for one in databases]
    for number in range(10):
        found = spike(f"ec2-{number}", clock.at)
        seen = [Sighting(found, ("slack:C1",))]
        reported = await asyncio.gather(*(one.report(seen, clock.at) for one in stores))
        assert {one[0].number for one in reported} == {reported[0][0].number}
        said = [line.what for line in await stores[0].history(found.id)]
        assert said.count("found it") == 1
        assert len(await stores[0].showings(found.id)) == 1
    for database in databases:
        database.close()


async def test_nobody_gets_beyond_a_limit_by_clicking_everywhere_at_once(state: State) -> None:
    found = [await state.spike(f"ec2-{number}") for number in range(12)]
    since = state.clock.at - timedelta(hours=1)
    limit = Limit("slack:U1", "asked for a page", since, 5, "Enough.")
    who = changes.Doer("Ada", state.clock.at, "slack:U1")

    def asked(one: Finding) -> Finding:
        return changes.noted(one, who, "asked for a page")

    clicks = (state.findings.change(one.id, asked, {"pagerduty": {}}, limit) for one in found)
    ended = await asyncio.gather(*clicks, return_exceptions=True)
    assert [str(one) for one in ended if isinstance(one, UserError)] == ["Enough."] * 7
    paged = [copy for one in found for copy in await state.findings.showings(one.id)]
    assert len(paged) == 5
