"""What people see when replies get lost: one ticket, one comment, whatever the index knows."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import NotTakenError, TemporaryError
from domain.finding import Finding, Status
from integrations.jira import Jira
from tests.contracts.suite import FINDING, NOW, dearer, receipts
from tests.integrations.jira.conftest import Make
from tests.peers.jira import JiraPeer
from tests.peers.jira.model import Fault

PLACE = "jira:OPS"
CLOSED = replace(FINDING, status=Status.RESOLVED, revision=9)


async def seconds_until_shown(
    peer: JiraPeer,
    make: Make,
    *,
    restarts: bool,
    lasting: float = 0.0,
    late: float | None = None,
) -> list[float]:
    """When attempts were made, as delivery makes them; each one in a new process if it restarts.

    An attempt in doubt is given up after `lasting` seconds; the first one has its effect `late`
    seconds after the beginning, as if by somebody else.
    """
    jira, passed, times = make(peer), 0.0, list[float]()
    known = receipts(PLACE)
    for _ in range(20):
        times.append(passed)
        known = replace(known, now=NOW + timedelta(seconds=passed))
        try:
            await jira.upsert(FINDING, known)
            return times
        except TemporaryError as problem:
            wait = problem.retry_after or 1.0
            if not isinstance(problem, NotTakenError):
                ended = known.now + timedelta(seconds=lasting)
                mine = replace(known.mine, unsure_since=known.now, unsure_until=ended)
                known, wait = replace(known, mine=mine), wait + lasting
        passed += wait
        if late is not None and passed >= late:
            peer.tick(late - (passed - wait))
            await make(peer).upsert(FINDING, receipts(PLACE, NOW + timedelta(seconds=late)))
            wait, late = passed - late, None
        peer.tick(wait)
        jira = make(peer) if restarts else jira
    raise AssertionError("never shown")


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("lag", [0, 2, 60, 120])
async def test_a_lost_reply_leaves_one_ticket(
    either: JiraPeer, make: Make, lag: float, restarts: bool
) -> None:
    either.lag = lag
    either.drop(after=True)
    times = await seconds_until_shown(either, make, restarts=restarts)
    assert len(either.issues) == 1
    assert times[-1] >= lag


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_ticket_that_is_made_late_and_indexed_late_stays_the_only_one(
    peer: JiraPeer, make: Make, restarts: bool
) -> None:
    """Late is counted from the end of the attempt, which may have lasted to its deadline."""
    peer.lag = 120
    peer.drop(after=False)
    times = await seconds_until_shown(peer, make, restarts=restarts, lasting=20, late=20 + 44)
    assert len(peer.issues) == 1
    assert times[-1] == 20 + 165


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_request_that_was_lost_is_made_again_once_no_trace_can_come_up_any_more(
    peer: JiraPeer, make: Make, restarts: bool
) -> None:
    peer.drop(after=False)
    times = await seconds_until_shown(peer, make, restarts=restarts)
    assert times == pytest.approx([0, 1, 5, 15, 30, 60, 120, 165], abs=2), "and what it took"
    assert len(peer.issues) == 1
    assert len(peer.writes) == 2


async def test_looking_again_keeps_the_doubt_as_old_as_it_is(peer: JiraPeer, make: Make) -> None:
    """NotTakenError: were it plain, delivery would count the two minutes anew each time."""
    later = receipts(PLACE, NOW + timedelta(seconds=70), unsure_since=NOW)
    with pytest.raises(NotTakenError) as caught:
        await make(peer).upsert(FINDING, later)
    assert caught.value.retry_after == 50
    assert peer.writes == []


async def test_a_clock_that_went_back_does_not_hurry(peer: JiraPeer, make: Make) -> None:
    earlier = receipts(PLACE, NOW - timedelta(hours=1), unsure_since=NOW)
    with pytest.raises(NotTakenError) as caught:
        await make(peer).upsert(FINDING, earlier)
    assert caught.value.retry_after == 5


async def test_while_the_search_fails_no_ticket_is_made(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    for fault in (Fault("read", 503), Fault("read", 0), Fault("read", 200, body=b"<html>")):
        peer.faults.append(fault)
        with pytest.raises(NotTakenError):
            await jira.upsert(FINDING, receipts(PLACE))
    assert peer.writes == []


async def test_somebody_elses_issue_is_not_taken_up(peer: JiraPeer, make: Make) -> None:
    """Whatever the search answers: what lacks our label is not ours."""
    body = b'{"issues": [{"key": "OPS-9", "fields": {"labels": ["costbot"]}}]}'
    peer.faults.append(Fault("read", 200, body=body))
    assert (await make(peer).upsert(FINDING, receipts(PLACE))).ref == "OPS-1"


async def test_an_answer_that_nobody_can_read_leaves_one_ticket(peer: JiraPeer, make: Make) -> None:
    peer.lag = 2
    peer.faults.append(Fault("write", 201, after=True, body=b"<html>hello</html>"))
    await seconds_until_shown(peer, make, restarts=True)
    assert len(peer.issues) == 1


async def test_two_at_once_and_the_first_ends_in_doubt(peer: JiraPeer, make: Make) -> None:
    """The second does not know it from its arguments; the process does."""
    peer.lag = 60
    peer.drop(after=True)
    jira = make(peer)
    one, two = (jira.upsert(FINDING, receipts(PLACE)) for _ in range(2))
    ends = await asyncio.gather(one, two, return_exceptions=True)
    assert all(isinstance(end, TemporaryError) for end in ends)
    assert len(peer.issues) == len(peer.writes) == 1


async def test_an_effect_that_comes_after_the_end_of_the_attempt(
    peer: JiraPeer, make: Make
) -> None:
    peer.lag = 60
    peer.stall(1.3)
    jira = make(peer, patience_seconds=1.0)
    with pytest.raises(TemporaryError) as caught:
        await jira.upsert(FINDING, receipts(PLACE))
    assert not isinstance(caught.value, NotTakenError)
    with pytest.raises(NotTakenError):
        await jira.upsert(FINDING, receipts(PLACE, NOW + timedelta(seconds=1)))
    await asyncio.sleep(0.5)
    assert len(peer.writes) == 1


async def test_once_given_up_nothing_more_is_sent(peer: JiraPeer, make: Make) -> None:
    """The search answers by and by, and after the end of the attempt: no POST may follow."""
    peer.faults.append(Fault("read", seconds=0.9, trickle=True))
    began = time.monotonic()
    with pytest.raises(NotTakenError, match="too slow"):
        await make(peer, patience_seconds=0.3).upsert(FINDING, receipts(PLACE))
    assert time.monotonic() - began < 0.9
    await asyncio.sleep(0.8)
    assert peer.writes == []


async def test_a_cancelled_attempt_sends_nothing_more(peer: JiraPeer, make: Make) -> None:
    peer.stall(0.3, on="read")
    task = asyncio.create_task(make(peer).upsert(FINDING, receipts(PLACE)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.4)
    assert peer.writes == []


async def shown_again(jira: Jira, finding: Finding, known: object, peer: JiraPeer) -> None:
    """The reply to a change gets lost, and the change is made again a minute later."""
    peer.drop(after=True)
    with pytest.raises(TemporaryError) as caught:
        await jira.upsert(finding, receipts(PLACE, receipt=known))  # type: ignore[arg-type]
    assert not isinstance(caught.value, NotTakenError)


@pytest.mark.parametrize("number", ["340", "500"])
async def test_a_lost_reply_does_not_repeat_a_comment(
    either: JiraPeer, make: Make, number: str
) -> None:
    """Even when the number moved on meanwhile."""
    jira = make(either)
    receipt = await jira.upsert(FINDING, receipts(PLACE))
    await shown_again(jira, dearer(FINDING, "340"), receipt, either)
    later = receipts(PLACE, NOW + timedelta(minutes=1), receipt, NOW)
    receipt = await make(either).upsert(dearer(FINDING, number), later)
    told = [comment.split(".")[0] for comment in either.issues[0].comments]
    assert told == ["Impact is now 340", "Impact is now 500"][: 1 if number == "340" else 2]
    assert f"*Impact:* {number}.00 USD" in either.issues[0].description


async def test_a_number_that_comes_back_is_told_again(peer: JiraPeer, make: Make) -> None:
    jira = make(peer)
    receipt = await jira.upsert(FINDING, receipts(PLACE))
    for amount in ("340", "120", "340", "120"):
        receipt = await jira.upsert(dearer(FINDING, amount), receipts(PLACE, receipt=receipt))
    assert len(peer.issues[0].comments) == 4


async def test_a_comment_in_doubt_is_not_written_again_at_once(peer: JiraPeer, make: Make) -> None:
    """The first request may still be at work over there."""
    jira = make(peer)
    receipt = await jira.upsert(FINDING, receipts(PLACE))
    peer.drop(after=False)
    with pytest.raises(TemporaryError):
        await jira.upsert(dearer(FINDING, "340"), receipts(PLACE, receipt=receipt))
    soon = receipts(PLACE, NOW + timedelta(seconds=10), receipt, NOW)
    with pytest.raises(NotTakenError) as caught:
        await make(peer).upsert(dearer(FINDING, "340"), soon)
    assert caught.value.retry_after == 35
    later = receipts(PLACE, NOW + timedelta(seconds=45), receipt, NOW)
    await make(peer).upsert(dearer(FINDING, "340"), later)
    assert len(peer.issues[0].comments) == 1


async def test_a_lost_reply_does_not_close_twice(either: JiraPeer, make: Make) -> None:
    jira = make(either)
    receipt = await jira.upsert(FINDING, receipts(PLACE))
    either.drop(after=True, path="/transitions")
    with pytest.raises(TemporaryError):
        await jira.upsert(CLOSED, receipts(PLACE, receipt=receipt))
    await make(either).upsert(CLOSED, receipts(PLACE, receipt=receipt, unsure_since=NOW))
    moves = [path for _, path in either.writes if path.endswith("/transitions")]
    assert (len(moves), either.issues[0].status) == (1, "Done")


async def test_a_ticket_that_was_made_and_not_closed_is_still_found(
    peer: JiraPeer, make: Make
) -> None:
    """The POST went well and the transition did not: that is not "nothing was taken"."""
    peer.lag = 60
    peer.faults.append(Fault("write", 429, headers={"Retry-After": "3"}, path="/transitions"))
    with pytest.raises(TemporaryError) as caught:
        await make(peer).upsert(CLOSED, receipts(PLACE))
    assert not isinstance(caught.value, NotTakenError)
    peer.tick(60)
    later = receipts(PLACE, NOW + timedelta(seconds=60), unsure_since=NOW)
    await make(peer).upsert(CLOSED, later)
    assert [one.status for one in peer.issues] == ["Done"]
