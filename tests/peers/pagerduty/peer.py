"""Events API v2 with the state that its contract does not tell.

https://developer.pagerduty.com/docs/events-api-v2-overview: one open incident per routing_key and
dedup_key; after it is resolved a trigger opens a new one; what acknowledges or resolves nothing is
dropped, and still answered with 202.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from jsonschema import Draft202012Validator

from tests.peers.trouble import Troubles, start
from tests.shared import ROOT

SCHEMA = Draft202012Validator(
    json.loads((ROOT / "tests/contracts/pagerduty-events-v2.schema.json").read_text())
)
MOST_BYTES = 512 * 1024
KEY = "R0K3Y0000000000000000000DEFAULT1"


@dataclass
class Incident:
    """One page, and everything that was said about it."""

    routing_key: str
    dedup_key: str
    number: int
    status: str = "triggered"
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def payload(self) -> dict[str, Any]:
        return next(e["payload"] for e in reversed(self.events) if e["event_action"] == "trigger")


class PagerDutyPeer:
    """Use as an async context manager; `keys` are the routing keys it knows."""

    def __init__(self, *keys: str) -> None:
        self.keys = set(keys or (KEY,))
        self.incidents: list[Incident] = []
        self.requests: list[dict[str, Any]] = []
        self.dropped: list[dict[str, Any]] = []
        self.problems: list[str] = []

    async def __aenter__(self) -> "PagerDutyPeer":
        self.troubles = Troubles()
        app = web.Application(client_max_size=4 * MOST_BYTES)
        app.router.add_post("/v2/enqueue", self._enqueue)
        self._runner, self.url = await start(app)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.troubles.released.set()
        await self._runner.cleanup()

    @property
    def actions(self) -> list[str]:
        """Every request that arrived, whatever was answered."""
        return [event.get("event_action", "?") for event in self.requests]

    @property
    def pages(self) -> int:
        """How often somebody's phone rang."""
        return len(self.incidents)

    def open(self, routing_key: str, dedup_key: str) -> Incident | None:
        return next(
            (
                each
                for each in self.incidents
                if (each.routing_key, each.dedup_key) == (routing_key, dedup_key)
                and each.status != "resolved"
            ),
            None,
        )

    async def _enqueue(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append(json.loads(body))
        return await self.troubles.around(request, lambda _: self._take(request, body))

    async def _take(self, request: web.Request, body: bytes) -> web.Response:
        event = json.loads(body)
        wrong = [error.message[:200] for error in SCHEMA.iter_errors(event)]
        if request.content_type != "application/json":
            wrong.append("Content-Type is not application/json")
        if len(body) > MOST_BYTES:
            wrong.append("the event is larger than 512 KB")
        if not wrong and event["routing_key"] not in self.keys:
            return _invalid(f"Invalid routing key {event['routing_key']}")
        if wrong:
            self.problems += wrong
            return _invalid(*wrong)
        key = event.get("dedup_key") or f"made-up-{len(self.requests)}"
        self._apply(event, key)
        answer = {"status": "success", "message": "Event processed", "dedup_key": key}
        return web.json_response(answer, status=202)

    def _apply(self, event: dict[str, Any], key: str) -> None:
        incident = self.open(event["routing_key"], key)
        if event["event_action"] == "trigger" and incident is None:
            incident = Incident(event["routing_key"], key, len(self.incidents) + 1)
            self.incidents.append(incident)
        if incident is None:
            self.dropped.append(event)
            return
        incident.events.append(event)
        # A trigger for an incident that somebody has taken does not take it from them.
        after = {"acknowledge": "acknowledged", "resolve": "resolved"}
        incident.status = after.get(event["event_action"], incident.status)


def _invalid(*errors: str) -> web.Response:
    said = {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
    return web.json_response(said, status=400)
