"""Attempts that fail: what is unknown is known to be so, and a destination gets its rest."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.delivery import Stage
from store.state import Failure
from store.state.schema import showings
from tests.state.stage import MINUTE, State


async def test_an_attempt_that_never_reported_is_known_to_be_unsure(state: State) -> None:
    await state.spike("ec2", "jira:OPS")
    (job,) = await state.claim("jira")
    assert job.receipts.mine.unsure_since is None
    began = state.clock.at
    state.clock.on(2 * MINUTE)
    (again,) = await state.claim("jira")
    assert again.receipts.mine.unsure_since == began
    assert again.receipts.mine.unsure_until == began + MINUTE, "as long as it was held"


async def test_a_doubt_says_when_its_attempt_had_ended(state: State) -> None:
    """What an attempt asked for can have its effect after its end: who looks counts from there."""
    await state.spike("ec2", "jira:OPS")
    (job,) = await state.claim("jira")
    began, ended = state.clock.at, state.clock.on(timedelta(seconds=20))
    await state.outbox.failed(job, Failure("lost", True, timedelta(0)))
    for failure in (Failure("429", False, timedelta(0)), Failure("429", False, timedelta(0))):
        state.clock.on(MINUTE)
        (job,) = await state.claim("jira")
        doubt = job.receipts.mine
        assert (doubt.unsure_since, doubt.unsure_until) == (began, ended)
        await state.outbox.failed(job, failure)
    (job,) = await state.claim("jira")
    await state.outbox.release(job)
    (copy,) = await state.findings.showings("spike:ec2")
    assert (copy.unsure_since, copy.unsure_until) == (began, ended)


async def test_doubt_lasts_from_the_first_attempt_to_the_last(state: State) -> None:
    """What the first one left may have been found and changed by the second, and not confirmed."""
    await state.spike("ec2", "slack:C1")
    began = state.clock.at
    for _ in range(2):
        (job,) = await state.claim("slack")
        ended = state.clock.on(timedelta(seconds=20))
        await state.outbox.failed(job, Failure("lost", True, 30 * MINUTE))
        state.clock.on(30 * MINUTE)
    (copy,) = await state.findings.showings("spike:ec2")
    assert (copy.unsure_since, copy.unsure_until) == (began, ended)


async def test_what_an_older_costbot_left_in_doubt_ended_when_it_began(state: State) -> None:
    await state.spike("ec2", "jira:OPS")
    await state.claim("jira")
    older = update(showings).values(unsure_until=None)
    await state.database.write(lambda connection: connection.execute(older))
    (copy,) = await state.findings.showings("spike:ec2")
    assert copy.unsure_until == copy.unsure_since == state.clock.at


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_end_of_the_process_was_the_end_of_its_attempts(state: State) -> None:
    await state.spike("ec2", "jira:OPS")
    await state.claim("jira")
    started = state.clock.on(timedelta(seconds=5))
    await state.outbox.take_over()
    (job,) = await state.claim("jira")
    assert job.receipts.mine.unsure_until == started


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
    assert copy.unsure_since is None and copy.unsure_until is None
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
