"""The outbox: nothing is lost, nothing is held twice, what changed is drawn again."""

from datetime import timedelta

from domain import changes
from domain.delivery import Receipt
from domain.finding import Severity, Status
from store.state import Failure
from tests.state.stage import MINUTE, State


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
