"""The Datadog of the tests behaves as the real one is known to."""

import gzip
import json
import zlib
from typing import Any

import aiohttp
import pytest

from tests.integrations.findings import NOW
from tests.peers.datadog import API_KEY, APP_KEY, DatadogPeer

AT = int(NOW.timestamp())
KEYS = {"DD-API-KEY": API_KEY, "DD-APPLICATION-KEY": APP_KEY, "Content-Type": "application/json"}
SERIES: dict[str, Any] = {"metric": "costbot.x", "type": 3, "tags": ["team:a"]}


async def call(
    peer: DatadogPeer, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {**KEYS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with aiohttp.ClientSession() as session:
        answer = await session.request(method, peer.url + path, data=data, headers=given)
        return answer.status, await answer.json()


def series(at: int = AT, value: Any = 1.5, **changes: Any) -> dict[str, Any]:
    return {"series": [{**SERIES, "points": [{"timestamp": at, "value": value}], **changes}]}


async def submit(peer: DatadogPeer, body: Any, **headers: str) -> int:
    return (await call(peer, "POST", "/api/v2/series", body, **headers))[0]


@pytest.mark.parametrize(
    ("encoding", "pack"), [("identity", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_bodies_are_taken_in_every_encoding(peer: DatadogPeer, encoding: str, pack: Any):
    body = pack(json.dumps(series()).encode())
    assert await submit(peer, body, Content_Encoding=encoding) == 202
    assert peer.latest("costbot.x") == {("team:a",): 1.5}


async def test_zstd_is_taken_too(peer: DatadogPeer):
    zstandard = pytest.importorskip("zstandard", reason="the package zstandard is not there")
    body = zstandard.ZstdCompressor().compress(json.dumps(series()).encode())
    assert await submit(peer, body, Content_Encoding="zstd1") == 202


async def test_the_same_point_again_overwrites_it(peer: DatadogPeer):
    await submit(peer, series(value=1))
    await submit(peer, series(value=2))
    assert peer.points == {("costbot.x", ("team:a",)): {AT: 2}}


@pytest.mark.parametrize("age", [-601, 3601])
async def test_points_from_too_far_away_are_refused(peer: DatadogPeer, age: int):
    assert await submit(peer, series(AT - age)) == 400
    peer.problems.clear()


@pytest.mark.parametrize("age", [-600, 3600])
async def test_points_from_just_near_enough_are_taken(peer: DatadogPeer, age: int):
    assert await submit(peer, series(AT - age)) == 202


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b'{"series": [{"metric": "a", "type": 3, "points": [{"timestamp": 1, "value": NaN}]}]}',
        {"series": []},
        series(value="1.5"),
        series(metric="1x"),
        series(type=7),
        series(type=1),
        series(tags=["team:"]),
        series(tags=["Team:a"]),
        series(tags=["team:a b"]),
        series(tags=["team:" + "x" * 200]),
        series(points=[]),
    ],
)
async def test_what_datadog_cannot_draw_is_refused(peer: DatadogPeer, body: Any):
    assert await submit(peer, body) == 400
    peer.problems.clear()


async def test_a_request_has_to_be_small_and_what_it_says_it_is(peer: DatadogPeer):
    assert await submit(peer, json.dumps(series(unit="x" * 520_000)).encode()) == 413
    assert await submit(peer, b"{}", Content_Encoding="gzip") == 400
    assert await submit(peer, b"{}", Content_Encoding="br") == 400
    peer.problems.clear()


async def test_keys_are_asked_for(peer: DatadogPeer):
    assert await submit(peer, series(), DD_API_KEY="wrong") == 403
    assert await submit(peer, series(), DD_APPLICATION_KEY="") == 202
    for path in ("/api/v1/dashboard", "/api/v1/events?start=0&end=1"):
        assert (await call(peer, "GET", path, DD_APPLICATION_KEY=""))[0] == 403


async def test_events_with_one_key_are_one_story_and_are_found_by_tag(peer: DatadogPeer):
    event = {"title": "t", "text": "x", "date_happened": AT, "aggregation_key": "k"}
    for tag in ("a:1", "a:2"):
        answer = await call(peer, "POST", "/api/v1/events", {**event, "tags": [tag]})
        assert answer[0] == 202
    assert len(peer.events) == 2 and len(peer.stories) == 1
    search = f"/api/v1/events?start={AT}&end={AT}&tags=a:2"
    assert [each["id"] for each in (await call(peer, "GET", search))[1]["events"]] == [2]
    peer.index_lags = True
    assert (await call(peer, "GET", search))[1]["events"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"text": "x" * 4001},
        {"aggregation_key": "k" * 101},
        {"date_happened": AT - 19 * 3600},
        {"tags": ["no tag"]},
    ],
)
async def test_events_over_a_limit_are_refused(peer: DatadogPeer, changes: dict[str, Any]):
    event = {"title": "t", "text": "x", **changes}
    assert (await call(peer, "POST", "/api/v1/events", event))[0] == 400
    assert peer.events == []
    peer.problems.clear()


async def test_a_dashboard_that_is_not_there_cannot_be_replaced(peer: DatadogPeer):
    assert (await call(peer, "PUT", "/api/v1/dashboard/abc", {}))[0] == 404
    made = (await call(peer, "POST", "/api/v1/dashboard", {"title": "a"}))[1]
    path = f"/api/v1/dashboard/{made['id']}"
    assert (await call(peer, "PUT", path, {"title": "b"}))[1]["id"] == made["id"]
    listed = (await call(peer, "GET", "/api/v1/dashboard"))[1]["dashboards"]
    assert [each["title"] for each in listed] == ["b"]
