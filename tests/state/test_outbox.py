"""The outbox: nothing is lost, nothing is held twice, and what is unknown is known to be so."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain import changes
from domain.delivery import Receipt, Stage
from domain.finding import Finding, Severity, Status
from domain.money import Money
from domain.ports import Run, Sighting
from store.state import Database, Failure, FindingStore, Job, LetterStore, Outbox
from store.state.migrate import prepare

MINUTE = timedelta(minutes=1)


@dataclass
class Clock:
    """A moment that only the test moves."""

    at: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    steady: float = 1000.0

    def on(self, step: timedelta) -> datetime:
        self.at += step
        self.steady += step.total_seconds()
        return self.at


@dataclass
class State:
    database: Database
    clock: Clock
    findings: FindingStore = field(init=False)
    outbox: Outbox = field(init=False)
    letters: LetterStore = field(init=False)

    def __post_init__(self) -> None:
        self.findings = FindingStore(self.database)
        self.outbox = Outbox(self.database)
        self.letters = LetterStore(self.database)

    async def spike(self, key: str = "ec2", *places: str, **changed: object) -> Finding:
        found = spike(key, self.clock.at, **changed)
        (stored,) = await self.findings.report([Sighting(found, places)], self.clock.at)
        return stored

    async def claim(self, scheme: str, limit: int = 10) -> list[Job]:
        return await self.outbox.claim(scheme, limit, MINUTE)

    async def deliver(self, *schemes: str) -> int:
        """Show everything until nothing is behind; how many attempts that took."""
        attempts = 0
        while jobs := [job for scheme in schemes for job in await self.claim(scheme)]:
            for job in jobs:
                attempts += await self.shown(job)
        return attempts

    async def shown(self, job: Job, ref: str = "1") -> bool:
        return await self.outbox.delivered(job, Receipt(job.destination, ref, f"https://x/{ref}"))


def spike(key: str, at: datetime, **changed: object) -> Finding:
    values: dict[str, object] = {
        "kind": "spike",
        "key": key,
        "title": "EC2 costs +214 %",
        "severity": Severity.HIGH,
        "seen_at": at,
        "impact": Money(Decimal("1234.5678901234"), "USD"),
        "labels": {"service": "Amazon EC2", "team": "payments"},
    }
    return Finding(**(values | changed))  # pyright: ignore[reportArgumentType]


@pytest.fixture
async def state(database_url: str) -> AsyncIterator[State]:
    clock = Clock()
    database = Database(database_url, lambda: clock.at, lambda: clock.steady)
    await prepare(database)
    yield State(database, clock)
    database.close()


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


async def test_one_copy_is_held_by_one_worker_until_its_lease_ends(state: State) -> None:
    await state.spike("ec2", "slack:C1")
    (first,) = await state.claim("slack")
    assert await state.claim("slack") == []
    state.clock.on(2 * MINUTE)
    (second,) = await state.claim("slack")
    assert not await state.shown(first), "a lease that ended must not count"
    assert await state.shown(second, "2")
    (copy,) = await state.findings.showings("spike:ec2")
    assert copy.receipt.ref == "2"


async def test_a_corrected_clock_takes_no_lease_away(state: State) -> None:
    await state.spike("ec2", "slack:C1")
    await state.claim("slack")
    for days in (1, -2):
        state.clock.at += timedelta(days=days)
        assert await state.claim("slack") == []


async def test_a_retry_does_not_wait_for_a_clock_that_was_wrong(state: State) -> None:
    await state.spike("ec2", "slack:C1")
    state.clock.at += timedelta(days=1)
    (job,) = await state.claim("slack")
    await state.outbox.failed(job, Failure("busy", False, MINUTE))
    state.clock.at -= timedelta(days=1)
    assert len(await state.claim("slack")) == 1


async def test_an_attempt_that_never_reported_is_known_to_be_unsure(state: State) -> None:
    await state.spike("ec2", "jira:OPS")
    (job,) = await state.claim("jira")
    assert job.receipts.mine.unsure_since is None
    began = state.clock.at
    state.clock.on(2 * MINUTE)
    (again,) = await state.claim("jira")
    assert again.receipts.mine.unsure_since == began


async def test_a_refused_attempt_leaves_the_doubt_of_an_earlier_one(state: State) -> None:
    await state.spike("ec2", "jira:OPS")
    (job,) = await state.claim("jira")
    began = state.clock.at
    await state.outbox.failed(job, Failure("lost", True, MINUTE))
    state.clock.on(MINUTE)
    (job,) = await state.claim("jira")
    assert job.receipts.mine.unsure_since == began
    await state.outbox.failed(job, Failure("429", False, MINUTE))
    state.clock.on(MINUTE)
    (job,) = await state.claim("jira")
    assert job.receipts.mine.unsure_since == began
    await state.shown(job)
    (copy,) = await state.findings.showings("spike:ec2")
    assert copy.unsure_since is None
    assert copy.stage is Stage.SHOWN


async def test_a_first_refusal_leaves_no_doubt(state: State) -> None:
    await state.spike("ec2", "jira:OPS")
    (job,) = await state.claim("jira")
    await state.outbox.failed(job, Failure("429", False, MINUTE))
    state.clock.on(MINUTE)
    (job,) = await state.claim("jira")
    assert job.receipts.mine.unsure_since is None
    assert job.attempts == 2


async def test_a_pause_stops_the_destination_and_no_other(state: State) -> None:
    for key in ("a", "b"):
        await state.spike(key, "slack:C1", "slack:C2")
    jobs = await state.claim("slack", 1)
    where = jobs[0].destination
    await state.outbox.failed(jobs[0], Failure("429", False, MINUTE, pause=MINUTE))
    held = {job.destination for job in await state.claim("slack")}
    assert held == {"slack:C1", "slack:C2"} - {where}
    state.clock.on(2 * MINUTE)
    assert {job.destination for job in await state.claim("slack")} == {"slack:C1", "slack:C2"}


async def test_a_destination_that_keeps_failing_is_asked_by_one_attempt(state: State) -> None:
    for number in range(8):
        await state.spike(f"s{number}", "jira:OPS")
    for _ in range(5):
        job = (await state.claim("jira", 1))[0]
        await state.outbox.failed(job, Failure("down", True, timedelta(0)))
    assert await state.claim("jira", 8) == [], "it is left alone for a second"
    state.clock.on(timedelta(seconds=1))
    assert len(await state.claim("jira", 8)) == 1
    assert await state.claim("jira", 8) == [], "one is asking already"


async def test_after_a_recovery_nothing_waits_for_its_back_off(state: State) -> None:
    for number in range(7):
        await state.spike(f"s{number}", "jira:OPS")
    for job in await state.claim("jira", 6):
        await state.outbox.failed(job, Failure("down", True, 5 * MINUTE))
    state.clock.on(timedelta(seconds=2))
    (job,) = await state.claim("jira")
    await state.shown(job)
    assert len(await state.claim("jira")) == 6


async def test_a_late_answer_does_not_end_the_pause_that_was_asked_for(state: State) -> None:
    for number in range(3):
        await state.spike(f"s{number}", "slack:C1")
    early, late = await state.claim("slack", 2)
    await state.outbox.failed(late, Failure("429", False, MINUTE, pause=MINUTE))
    await state.shown(early)
    assert await state.claim("slack") == []


async def test_what_was_given_up_is_seen_and_can_be_tried_again(state: State) -> None:
    await state.spike("ec2", "slack:C1", "teams:19:a")
    (job,) = await state.claim("slack")
    await state.outbox.failed(job, Failure("channel_not_found", False, None))
    state.clock.on(timedelta(days=1))
    assert await state.claim("slack") == []
    (letter,) = await state.letters.listed()
    assert letter.showing.reason == "channel_not_found"
    (copy,) = (one for one in await state.findings.showings("spike:ec2") if one.scheme == "slack")
    assert copy.stage is Stage.DEAD
    assert await state.letters.replay("spike:ec2", "slack:C1") == 1
    (job,) = await state.claim("slack")
    assert await state.shown(job)
    assert await state.letters.listed() == ()


async def test_the_other_copies_learn_where_the_ticket_is(state: State) -> None:
    await state.spike("ec2", "slack:C1", "jira:OPS")
    (job,) = await state.claim("slack")
    await state.shown(job, "17.1")
    (ticket,) = await state.claim("jira")
    await state.outbox.delivered(ticket, Receipt("jira:OPS", "OPS-1", "https://jira/OPS-1"))
    (job,) = await state.claim("slack")
    assert [one.receipt.ref for one in job.receipts.others] == ["OPS-1"]
    await state.shown(job, "17.1")
    assert await state.claim("slack") == []


async def test_a_change_while_it_is_drawn_is_drawn_too(state: State) -> None:
    await state.spike("ec2", "slack:C1")
    (job,) = await state.claim("slack")
    doer = changes.Doer("Ann", state.clock.at, "slack:U1")
    await state.findings.change("spike:ec2", lambda found: changes.acknowledged(found, doer))
    await state.shown(job)
    (job,) = await state.claim("slack")
    assert job.finding.status is Status.ACKNOWLEDGED


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


async def test_the_most_severe_is_shown_first(state: State) -> None:
    await state.spike("low", "slack:C1", severity=Severity.LOW)
    state.clock.on(MINUTE)
    await state.spike("critical", "slack:C1", severity=Severity.CRITICAL)
    (job,) = await state.claim("slack", 1)
    assert job.finding.severity is Severity.CRITICAL


async def test_a_released_copy_counts_as_untried(state: State) -> None:
    await state.spike("ec2", "jira:OPS")
    (job,) = await state.claim("jira")
    await state.outbox.release(job)
    (job,) = await state.claim("jira")
    assert (job.attempts, job.receipts.mine.unsure_since) == (1, None)
