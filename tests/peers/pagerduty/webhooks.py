"""V3 webhooks as PagerDuty sends them.

The shape is that of deliveries published in zulip's tests
(github.com/zulip/zulip, zerver/webhooks/pagerduty/fixtures/*_v3.json) with `incident_key`, which
developer.pagerduty.com/docs/webhooks-overview shows; ids and names are made up.
"""

import hashlib
import hmac
import json
from typing import Any

BASE = "https://acme.pagerduty.com"


def person(name: str = "Ann", person_id: str = "PANN001") -> dict[str, Any]:
    return _reference("user", "users", person_id, name)


def integration() -> dict[str, Any]:
    """Who acts when an event came through Events API v2."""
    return _reference("inbound_integration", "services/PSVC001/integrations", "PINT001",
                      "Events API V2")  # fmt: skip


def delivery(
    event_type: str,
    key: str | None,
    agent: dict[str, Any] | None = None,
    assignees: tuple[dict[str, Any], ...] = (),
    **changes: Any,
) -> bytes:
    """The body of one delivery, byte for byte what is signed."""
    incident = {
        **_reference("incident", "incidents", "PINC001", None),
        "type": "incident",
        "number": 9,
        "status": "triggered",
        "incident_key": key,
        "title": "EC2 is up",
        "service": _reference("service", "services", "PSVC001", "costs"),
        "assignees": list(assignees),
        "teams": [],
        "priority": None,
        "urgency": "high",
        "resolve_reason": None,
    }
    event = {
        "id": "01BZYIL05THJDFF2Y08X9SVMTU",
        "event_type": event_type,
        "resource_type": "incident",
        "occurred_at": "2026-11-20T09:35:29.781Z",
        "agent": person() if agent is None else agent,
        "client": None,
        "data": incident,
    }
    return json.dumps({"event": {**event, **changes}}).encode()


def ping() -> bytes:
    """What "Send Test Event" sends."""
    data = {"message": "Hello from your friend Pagey!", "type": "ping"}
    event = {
        "id": "01PING",
        "event_type": "pagey.ping",
        "resource_type": "pagey",
        "occurred_at": "2026-11-20T09:35:29.781Z",
        "agent": None,
        "client": None,
        "data": data,
    }
    return json.dumps({"event": event}).encode()


def sign(body: bytes, *secrets: str) -> dict[str, str]:
    """The headers; with more than one secret as while they are changed over."""
    given = [f"v1={hmac.new(s.encode(), body, hashlib.sha256).hexdigest()}" for s in secrets]
    return {"X-PagerDuty-Signature": ",".join(given), "Content-Type": "application/json"}


def _reference(kind: str, folder: str, ref: str, summary: str | None) -> dict[str, Any]:
    return {
        "html_url": f"{BASE}/{folder}/{ref}",
        "id": ref,
        "self": f"https://api.pagerduty.com/{folder}/{ref}",
        "summary": summary,
        "type": f"{kind}_reference",
    }
