"""When PagerDuty does not answer as it should: one request, one verdict, no key in it."""

import asyncio
import logging
import time
import traceback
from collections.abc import Mapping
from datetime import timedelta

import pytest

from domain.delivery import Receipt
from domain.errors import NotTakenError, PermanentError, TemporaryError
from domain.finding import Status
from integrations import calls
from integrations.pagerduty import PagerDuty
from tests.integrations.findings import NOW, attempt, money, spike
from tests.peers.pagerduty import PagerDutyPeer
from tests.peers.pagerduty.peer import KEY
from tests.peers.trouble import Fault


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Fri, 20 Nov 2026 09:02:00 GMT"}, 120),
        ({"Retry-After": "soon"}, 30),
        ({"Retry-After": "nan"}, 30),
        ({"Retry-After": "-1"}, 0),
        ({}, 30),
    ],
)
async def test_too_many_pages_wait_as_long_as_asked(
    pagerduty: PagerDuty, peer: PagerDutyPeer, headers: Mapping[str, str], wait: float
):
    peer.troubles.next(Fault(429, headers))
    with pytest.raises(NotTakenError) as caught:
        await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert caught.value.retry_after == wait
    assert peer.actions == ["trigger"]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 200, 204])
async def test_a_sick_pagerduty_is_tried_again_later(
    pagerduty: PagerDuty, peer: PagerDutyPeer, status: int
):
    """Anything but 202 among the good answers came from something between us and PagerDuty."""
    peer.troubles.next(Fault(status))
    with pytest.raises(TemporaryError, match=str(status)):
        await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert peer.actions == ["trigger"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 422])
async def test_a_refusal_is_final(pagerduty: PagerDuty, peer: PagerDutyPeer, status: int):
    peer.troubles.next(Fault(status))
    with pytest.raises(PermanentError, match=str(status)):
        await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert peer.actions == ["trigger"]


async def test_a_redirect_is_not_followed_with_the_key(pagerduty: PagerDuty, peer: PagerDutyPeer):
    peer.troubles.next(Fault(308, {"Location": peer.url + "/v2/enqueue"}))
    with pytest.raises(PermanentError, match="PAGERDUTY_EVENTS_URL"):
        await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert peer.actions == ["trigger"]


async def test_a_refusal_names_its_cause_but_no_key(
    peer: PagerDutyPeer, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    key = "S3CR3T00000000000000000000000001"
    with pytest.raises(PermanentError) as caught:
        await PagerDuty(key, events_url=peer.url).upsert(spike(), attempt("pagerduty"))
    assert str(caught.value) == (
        "PagerDuty answered 400: Event object is invalid (Invalid routing key ***)"
    )
    told = "".join(traceback.format_exception(caught.value))
    assert key not in told + caplog.text and peer.url not in told


@pytest.mark.parametrize("line", ["reset", "lost"])
async def test_a_broken_line_is_tried_again_and_makes_no_second_page(
    pagerduty: PagerDuty, peer: PagerDutyPeer, line: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    peer.troubles.next(Fault(line=line))  # type: ignore[arg-type]
    with pytest.raises(TemporaryError) as caught:
        await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert not isinstance(caught.value, NotTakenError)
    assert peer.actions == ["trigger"]
    await pagerduty.upsert(spike(), attempt("pagerduty", unsure_since=NOW))
    assert peer.pages == 1
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in told + caplog.text and peer.url not in told


async def test_a_lost_resolve_is_sent_again_though_the_finding_is_open_once_more(
    pagerduty: PagerDuty, peer: PagerDutyPeer
):
    """The memo says open, PagerDuty says resolved: only the unknown outcome tells."""
    receipt = await pagerduty.upsert(spike(), attempt("pagerduty"))
    peer.troubles.next(Fault(line="lost"))
    with pytest.raises(TemporaryError):
        await pagerduty.upsert(spike(status=Status.RESOLVED), attempt("pagerduty", receipt))
    await pagerduty.upsert(spike(), attempt("pagerduty", receipt, unsure_since=NOW))
    assert [each.status for each in peer.incidents] == ["resolved", "triggered"]


async def test_what_was_never_taken_may_be_sent_again_at_once(pagerduty: PagerDuty):
    nobody = PagerDuty(KEY, events_url="http://127.0.0.1:9")
    with pytest.raises(NotTakenError, match="cannot be reached"):
        await nobody.upsert(spike(), attempt("pagerduty"))


async def test_silence_ends_by_itself(
    pagerduty: PagerDuty, peer: PagerDutyPeer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("integrations.pagerduty.session.TIMEOUT_SECONDS", (0.2, 0.2))
    peer.troubles.next(Fault(seconds=30))
    started = time.monotonic()
    with pytest.raises(TemporaryError, match="did not answer"):
        await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert time.monotonic() - started < 2
    assert peer.actions == ["trigger"]


async def test_an_answer_that_trickles_ends_at_the_deadline(peer: PagerDutyPeer):
    """Each byte comes in time; all of them together never do."""
    peer.troubles.next(Fault(trickle=0.1))
    started = time.monotonic()
    with pytest.raises(TemporaryError, match=r"within 0\.5 s"):
        await PagerDuty(KEY, events_url=peer.url, deadline_seconds=0.5).upsert(
            spike(), attempt("pagerduty")
        )
    assert time.monotonic() - started < 2
    peer.troubles.released.set()


async def test_an_answer_that_cannot_be_read_was_an_answer(
    pagerduty: PagerDuty, peer: PagerDutyPeer
):
    peer.troubles.next(Fault(202, body="thanks"))
    receipt = await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert receipt.ref


async def test_the_loop_goes_on_while_pagerduty_thinks(pagerduty: PagerDuty, peer: PagerDutyPeer):
    peer.troubles.next(Fault(seconds=0.3))
    task = asyncio.create_task(pagerduty.upsert(spike(), attempt("pagerduty")))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 5


async def test_every_kind_of_event_is_one_request(pagerduty: PagerDuty, peer: PagerDutyPeer):
    receipt = Receipt("pagerduty")
    for finding, action in (
        (spike(), "trigger"),
        (spike(impact=money("9")), "trigger"),
        (spike(status=Status.ACKNOWLEDGED), "acknowledge"),
        (spike(status=Status.RESOLVED), "resolve"),
    ):
        before = len(peer.actions)
        receipts = attempt("pagerduty", receipt, now=NOW + timedelta(minutes=1))
        receipt = await pagerduty.upsert(finding, receipts)
        assert peer.actions[before:] == [action]
    await pagerduty.close()


async def test_no_call_may_last_for_ever(
    pagerduty: PagerDuty, peer: PagerDutyPeer, monkeypatch: pytest.MonkeyPatch
):
    """pdpyras sets a timeout of its own, of 60 s; ours has to reach the socket."""
    seen: list[object] = []
    import requests

    send = requests.Session.send

    def note(session: requests.Session, request: object, **options: object) -> object:
        seen.append(options["timeout"])
        return send(session, request, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(requests.Session, "send", note)
    await pagerduty.upsert(spike(), attempt("pagerduty"))
    assert seen == [calls.TIMEOUT_SECONDS]
