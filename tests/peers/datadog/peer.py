"""The parts of Datadog's API that costbot uses, with the state that its contract does not tell.

Limits: the descriptions in the v1 and v2 contracts (github.com/DataDog/datadog-api-client-python,
.generator/schemas).
"""

import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.peers.datadog.dashboards import Dashboards
from tests.peers.trouble import Troubles, start

API_KEY = "dd-api-key-0123456789abcdef01234"
APP_KEY = "dd-app-key-0123456789abcdef0123456789abc"
HOUR = 3600
Point = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Event:
    """One event of the stream; events with the same key are shown as one."""

    id: int
    body: dict[str, Any]

    @property
    def key(self) -> str:
        return self.body.get("aggregation_key", f"alone-{self.id}")


class DatadogPeer:
    """Use as an async context manager; `now` is its clock.

    `index_lags` hides events from searches, `may_read` off refuses them.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.calls: list[tuple[str, str]] = []
        self.encodings: list[str] = []
        self.sizes: list[int] = []
        self.points: dict[Point, dict[int, float]] = {}
        self.events: list[Event] = []
        self.dashboards = Dashboards()
        self.series: dict[str, list[list[tuple[int, float | None]]]] = {}
        self.problems: list[str] = []
        self.index_lags = False
        self.may_read = True

    async def __aenter__(self) -> "DatadogPeer":
        self.troubles = Troubles()
        app = web.Application(middlewares=[self._front], client_max_size=8 * 2**20)
        app.router.add_post("/api/v2/series", self._series)
        app.router.add_post("/api/v1/events", self._event)
        app.router.add_get("/api/v1/events", self._list_events)
        app.router.add_get("/api/v1/query", self._query)
        self.dashboards.add_routes(app)
        # Bodies arrive as they were sent: what unpacks them here is part of what is tested.
        self._runner, self.url = await start(app, auto_decompress=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.troubles.released.set()
        await self._runner.cleanup()

    @property
    def writes(self) -> list[str]:
        return [path for method, path in self.calls if method != "GET"]

    @property
    def stories(self) -> dict[str, list[Event]]:
        """What people see: events by their key."""
        shown: dict[str, list[Event]] = {}
        for event in self.events:
            shown.setdefault(event.key, []).append(event)
        return shown

    def latest(self, metric: str) -> dict[tuple[str, ...], float]:
        """The newest value for each combination of tags."""
        return {
            tags: points[max(points)]
            for (name, tags), points in self.points.items()
            if name == metric
        }

    @web.middleware
    async def _front(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        return await self.troubles.around(request, lambda it: self._guarded(it, handler))

    async def _guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        needs_app_key = request.method == "GET" or request.path.startswith("/api/v1/dashboard")
        if request.headers.get("DD-API-KEY") != API_KEY:
            return refused(403, "Forbidden")
        if needs_app_key and request.headers.get("DD-APPLICATION-KEY") != APP_KEY:
            return refused(403, "Forbidden")
        if request.method == "GET" and not self.may_read:
            return refused(403, "Forbidden: missing scope events_read")
        return await handler(request)

    async def _series(self, request: web.Request) -> web.Response:
        body = await request.read()
        encoding = request.headers.get("Content-Encoding", "identity")
        self.encodings.append(encoding)
        try:
            plain = unpack(body, encoding)
            series = json.loads(plain, parse_constant=_no_number)["series"]
        except (ValueError, KeyError, OSError, zlib.error) as error:
            return self._wrong(f"Payload is not in the expected format: {error}")
        self.sizes.append(len(plain))
        if len(body) > 512_000 or len(plain) > 5 * 2**20:
            return self._wrong("Payload too large", status=413)
        found = [problem for each in series for problem in _problems(each, self.now)]
        if found or not series:
            return self._wrong(*(found or ["no series"]))
        for each in series:
            kept = self.points.setdefault((each["metric"], tuple(sorted(each["tags"]))), {})
            kept.update({point["timestamp"]: point["value"] for point in each["points"]})
        return web.json_response({"errors": []}, status=202)

    async def _event(self, request: web.Request) -> web.Response:
        body = json.loads(unpack(await request.read(), request.headers.get("Content-Encoding", "")))
        oldest = self.now.timestamp() - 18 * HOUR
        found = [
            *(f"{name} is missing" for name in ("title", "text") if not body.get(name)),
            *(["text is over 4000"] if len(body.get("text", "")) > 4000 else []),
            *(["the key is over 100"] if len(body.get("aggregation_key", "")) > 100 else []),
            *(["the event is over 18 h old"] if body.get("date_happened", 2e9) < oldest else []),
            *_tag_problems(body.get("tags", [])),
        ]
        if found:
            return self._wrong(*found)
        event = Event(len(self.events) + 1, body)
        self.events.append(event)
        url = f"https://app.datadoghq.com/event/event?id={event.id}"
        said = {"event": {"id": event.id, "url": url, **body}, "status": "ok"}
        return web.json_response(said, status=202)

    async def _list_events(self, request: web.Request) -> web.Response:
        start, end = int(request.query["start"]), int(request.query["end"])
        wanted = [tag for tag in request.query.get("tags", "").split(",") if tag]
        found = [
            {"id": event.id, **event.body}
            for event in self.events
            if start <= event.body["date_happened"] <= end
            and set(wanted) <= set(event.body.get("tags", []))
            and not self.index_lags
        ]
        return web.json_response({"events": found})

    async def _query(self, request: web.Request) -> web.Response:
        """Answers `series` by query: points (seconds, value); a query it does not know is wrong."""
        start, end = int(request.query["from"]), int(request.query["to"])
        query = request.query["query"]
        if query not in self.series:
            said = {"status": "error", "error": f"Error parsing query: {query}", "series": []}
            return web.json_response(said)
        series = [
            {"metric": "m", "pointlist": [[at * 1000.0, v] for at, v in one if start <= at <= end]}
            for one in self.series[query]
        ]
        return web.json_response({"status": "ok", "query": query, "series": series})

    def _wrong(self, *problems: str, status: int = 400) -> web.Response:
        self.problems += problems
        return refused(status, *problems)


def refused(status: int, *errors: str) -> web.Response:
    return web.json_response({"errors": errors}, status=status)


def unpack(body: bytes, encoding: str) -> bytes:
    match encoding:
        case "gzip":
            return gzip.decompress(body)
        case "deflate":
            return zlib.decompress(body)
        case "" | "identity":
            return body
        case "zstd1":
            try:
                import zstandard  # type: ignore[import-not-found]
            except ImportError:
                raise ValueError("zstd1 needs the package zstandard") from None
            return zstandard.ZstdDecompressor().decompressobj().decompress(body)
        case _:
            raise ValueError(f"unknown encoding {encoding}")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _problems(series: dict[str, Any], now: datetime) -> list[str]:
    found = _tag_problems(series.get("tags", []))
    metric = series.get("metric", "")
    if not metric.isascii() or not metric[:1].isalpha() or len(metric) > 200:
        found.append(f"{metric!r} is no name for a metric")
    if series.get("type") not in (0, 1, 2, 3):
        found.append(f"type {series.get('type')!r}")
    if series.get("type") in (1, 2) and not series.get("interval"):
        found.append("counts and rates need an interval")
    for point in series.get("points") or [{}]:
        age = now.timestamp() - point.get("timestamp", 0)
        if not -600 <= age <= HOUR:
            found.append(f"a point is {age:.0f} s old")
        if isinstance(point.get("value"), bool) or not isinstance(point.get("value"), int | float):
            found.append(f"a point has the value {point.get('value')!r}")
    return found


def _tag_problems(tags: list[str]) -> list[str]:
    """https://docs.datadoghq.com/getting_started/tagging/#define-tags"""
    found = [f"{len(tags)} tags"] if len(tags) > 100 else []
    for tag in tags:
        good = tag[:1].isalpha() and len(tag) <= 200 and not tag.endswith(":")
        if not good or tag != tag.lower() or any(not (c.isalnum() or c in "_-:./") for c in tag):
            found.append(f"{tag[:50]!r} is no tag")
    return found
