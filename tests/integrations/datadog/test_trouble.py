"""When Datadog does not answer as it should: one request, one verdict, no key in it."""

import asyncio
import logging
import time
import traceback
from collections.abc import Mapping
from typing import Any

import pytest
import urllib3

from domain.errors import NotTakenError, PermanentError, TemporaryError
from domain.finding import Status
from integrations import calls
from integrations.datadog import Datadog
from integrations.datadog.transport import Transport
from tests.integrations.findings import NOW, attempt, spike
from tests.peers.datadog import API_KEY, APP_KEY, DatadogPeer
from tests.peers.trouble import Fault

SERIES, EVENTS = "/api/v2/series", "/api/v1/events"
GOOD = Fault()


async def show(datadog: Datadog, **knowing: Any) -> None:
    await datadog.upsert(spike(), attempt("datadog", **knowing))


@pytest.mark.parametrize("first", [(), (GOOD,)], ids=["gauges", "event"])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"X-RateLimit-Reset": "7", "Retry-After": "99"}, 7),
        ({"Retry-After": "9"}, 9),
        ({"X-RateLimit-Reset": "soon"}, 30),
        ({}, 30),
    ],
)
async def test_too_much_at_once_waits_as_long_as_asked(
    datadog: Datadog, peer: DatadogPeer, headers: Mapping[str, str], wait: float, first: Any
):
    peer.troubles.next(*first, Fault(429, headers))
    with pytest.raises(NotTakenError) as caught:
        await show(datadog)
    assert caught.value.retry_after == wait
    assert peer.writes == [SERIES, EVENTS][: len(first) + 1]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_sick_datadog_is_tried_again_later(
    datadog: Datadog, peer: DatadogPeer, status: int
):
    peer.troubles.next(Fault(status))
    with pytest.raises(TemporaryError, match=str(status)):
        await show(datadog)
    assert peer.writes == [SERIES]


@pytest.mark.parametrize("status", [301, 308, 400, 404, 409, 413, 422])
async def test_a_refusal_is_final_and_says_why(datadog: Datadog, peer: DatadogPeer, status: int):
    said = {"errors": [f"bad request of {API_KEY} and {APP_KEY}"]}
    peer.troubles.next(Fault(status, {"Location": peer.url + SERIES}, said))
    with pytest.raises(PermanentError) as caught:
        await show(datadog)
    assert str(caught.value) == f"Datadog answered {status}: bad request of *** and ***"
    told = "".join(traceback.format_exception(caught.value))
    assert API_KEY not in told and APP_KEY not in told
    assert peer.writes == [SERIES]


async def test_an_error_that_is_no_text_is_temporary(datadog: Datadog, peer: DatadogPeer):
    """The client decodes every error as UTF-8, and fails where it is none."""

    async def odd(_: Any, __: Any) -> Any:
        from aiohttp import web

        return web.Response(status=502, body=b"\xff\xfe")

    peer.troubles.around = odd  # type: ignore[method-assign]
    with pytest.raises(TemporaryError):
        await show(datadog)


async def test_a_wrong_key_is_named_by_its_setting(
    peer: DatadogPeer, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    wrong = "wrong-key-00000000000000000000000"
    datadog = Datadog(wrong, host=peer.url)
    with pytest.raises(PermanentError, match="DD_API_KEY") as caught:
        await show(datadog)
    told = "".join(traceback.format_exception(caught.value))
    assert wrong not in told + caplog.text and peer.url not in told
    await datadog.close()


@pytest.mark.parametrize("line", ["reset", "lost"])
@pytest.mark.parametrize("first", [(), (GOOD,)], ids=["gauges", "event"])
async def test_a_broken_line_is_tried_again_and_tells_nothing_twice(
    datadog: Datadog,
    peer: DatadogPeer,
    line: Any,
    first: Any,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    peer.troubles.next(*first, Fault(line=line))
    with pytest.raises(TemporaryError) as caught:
        await show(datadog)
    assert not isinstance(caught.value, NotTakenError)
    assert peer.writes == [SERIES, EVENTS][: len(first) + 1]
    await show(datadog, unsure_since=NOW)
    assert len(peer.events) == 1
    assert all(len(points) == 1 for points in peer.points.values())
    secrets = (API_KEY, APP_KEY)
    assert not any(key in str(caught.value) + caplog.text for key in secrets)


async def test_while_the_index_lags_the_repeat_joins_the_same_story(
    datadog: Datadog, peer: DatadogPeer
):
    peer.index_lags = True
    peer.troubles.next(GOOD, Fault(line="lost"))
    with pytest.raises(TemporaryError):
        await show(datadog)
    await show(datadog, unsure_since=NOW)
    assert len(peer.events) == 2 and len(peer.stories) == 1


async def test_a_lost_event_is_followed_by_the_state_that_holds(
    datadog: Datadog, peer: DatadogPeer
):
    """Resolved with the answer lost, then open again: the memo says open, the stream resolved."""
    receipt = await datadog.upsert(spike(), attempt("datadog"))
    peer.troubles.next(Fault(line="lost"))
    with pytest.raises(TemporaryError):
        await datadog.upsert(spike(status=Status.RESOLVED), attempt("datadog", receipt))
    await datadog.upsert(spike(), attempt("datadog", receipt, unsure_since=NOW))
    types = [event.body["alert_type"] for event in peer.events]
    assert types == ["error", "success", "error"]


async def test_a_key_that_may_not_read_still_shows(datadog: Datadog, peer: DatadogPeer):
    peer.may_read = False
    await show(datadog, unsure_since=NOW)
    assert len(peer.events) == 1


async def test_a_search_that_cannot_be_read_is_not_an_empty_one(
    datadog: Datadog, peer: DatadogPeer
):
    peer.troubles.next(GOOD, Fault(200, body="<html>"))
    with pytest.raises(TemporaryError):
        await show(datadog, unsure_since=NOW)
    assert peer.writes == [SERIES]


async def test_what_was_never_taken_may_be_sent_again_at_once():
    nobody = Datadog(API_KEY, host="http://127.0.0.1:9")
    with pytest.raises(NotTakenError, match="cannot be reached"):
        await show(nobody)


async def test_silence_ends_by_itself(peer: DatadogPeer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("integrations.datadog.transport.TIMEOUT_SECONDS", (0.2, 0.2))
    datadog = Datadog(API_KEY, host=peer.url)
    peer.troubles.next(Fault(seconds=30))
    started = time.monotonic()
    with pytest.raises(TemporaryError, match="did not answer"):
        await show(datadog)
    assert time.monotonic() - started < 2
    assert peer.writes == [SERIES]
    await datadog.close()


async def test_an_answer_that_trickles_ends_at_the_deadline(peer: DatadogPeer):
    datadog = Datadog(API_KEY, host=peer.url, deadline_seconds=0.5)
    peer.troubles.next(Fault(trickle=0.2))
    started = time.monotonic()
    with pytest.raises(TemporaryError, match=r"within 0\.5 s"):
        await show(datadog)
    assert time.monotonic() - started < 2
    peer.troubles.released.set()
    await datadog.close()


async def test_no_call_may_last_for_ever(
    datadog: Datadog, peer: DatadogPeer, monkeypatch: pytest.MonkeyPatch
):
    """The client has no timeout of its own; ours has to reach the socket, in both calls."""
    seen: list[tuple[Any, Any]] = []
    send = urllib3.PoolManager.request

    def note(pool: Any, *args: Any, timeout: Any, **options: Any) -> Any:
        seen.append((timeout.connect_timeout, timeout.read_timeout))
        return send(pool, *args, timeout=timeout, **options)

    monkeypatch.setattr(urllib3.PoolManager, "request", note)
    await show(datadog)
    assert seen == [calls.TIMEOUT_SECONDS] * 2


async def test_an_answer_that_cannot_be_read_was_an_answer(datadog: Datadog, peer: DatadogPeer):
    peer.troubles.next(Fault(202, body="thanks"), Fault(202, body=["thanks"]))
    receipt = await datadog.upsert(spike(), attempt("datadog"))
    assert receipt.ref and receipt.url == ""


async def test_the_loop_goes_on_while_datadog_thinks(datadog: Datadog, peer: DatadogPeer):
    peer.troubles.next(Fault(seconds=0.3))
    task = asyncio.create_task(show(datadog))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 5


async def test_many_findings_at_once_are_each_shown(datadog: Datadog, peer: DatadogPeer):
    each = [datadog.upsert(spike(key=str(n)), attempt("datadog")) for n in range(16)]
    assert len({receipt.ref for receipt in await asyncio.gather(*each)}) == 16
    assert len(peer.stories) == 16


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "https://api.datadoghq.com"),
        ("datadoghq.eu", "https://api.datadoghq.eu"),
        ("https://api.us5.datadoghq.com/", "https://api.us5.datadoghq.com"),
        ("https://app.datadoghq.eu", "https://api.datadoghq.eu"),
        ("http://127.0.0.1:8126", "http://127.0.0.1:8126"),
        ("datadog.proxy.acme.test", "https://datadog.proxy.acme.test"),
    ],
)
def test_every_way_to_name_the_site_is_understood(
    host: str, address: str, monkeypatch: pytest.MonkeyPatch
):
    seen: list[str] = []

    def note(_: Any, __: str, url: str, **___: Any) -> Any:
        seen.append(url)
        raise urllib3.exceptions.ProtocolError("nobody")

    monkeypatch.setattr(urllib3.PoolManager, "request", note)
    from datadog_api_client.v1.api.dashboards_api import DashboardsApi

    with pytest.raises(TemporaryError):
        Transport("k", "a", host).call(lambda api: DashboardsApi(api).list_dashboards())
    assert seen == [address + "/api/v1/dashboard"]
