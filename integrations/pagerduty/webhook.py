"""What PagerDuty's V3 webhooks say: whether it was PagerDuty, and what became of an incident.

developer.pagerduty.com/docs/webhooks-overview: answer 2xx within 5 s, also for what means nothing
here; three refusals in a row switch the subscription off for a day.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from multidict import MultiMapping

from domain.finding import Status
from domain.remote import RemoteChange
from integrations.plain import line, web_address

SIGNATURE = "X-PagerDuty-Signature"
_STATUS = {
    "incident.triggered": Status.OPEN,
    "incident.unacknowledged": Status.OPEN,
    "incident.reopened": Status.OPEN,
    "incident.acknowledged": Status.ACKNOWLEDGED,
    "incident.resolved": Status.RESOLVED,
}
_ASSIGNED = {"incident.reassigned", "incident.escalated", "incident.delegated"}


def verify(secret: str, headers: MultiMapping[str], body: bytes) -> bool:
    """Whether PagerDuty signed exactly these bytes with `secret`.

    The header holds one signature per secret while secrets are changed over (`v1=<hex>,v1=<hex>`);
    one that fits is enough. Compared in constant time. A header that is absent or repeated is not
    PagerDuty's, and without a secret nothing is ever right.
    """
    lines = headers.getall(SIGNATURE, [])
    if not secret or len(lines) != 1:
        return False
    right = b"v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
    found = False
    for signature in lines[0].split(","):
        found |= hmac.compare_digest(signature.strip().encode("utf-8", "replace"), right)
    return found


def read(body: bytes) -> RemoteChange | None:
    """The change that a verified webhook reports; None for what does not concern a finding.

    `destination` is "pagerduty", `ref` the dedup_key, `id` the event's, the same when it is sent
    again. An event that came through an integration has no status: with a dedup_key of ours that
    is costbot itself, and to believe one's own echo would undo what happened since. It does bring
    the incident's `url`.
    """
    try:
        event: Any = json.loads(body)["event"]
        return _change(event, event["data"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _change(event: Any, incident: Any) -> RemoteChange | None:
    kind, ref = event["event_type"], incident.get("incident_key")
    if kind not in _STATUS and kind not in _ASSIGNED:
        return None
    if not isinstance(ref, str) or not ref.startswith("costbot:"):
        return None
    agent: Any = event.get("agent") or {}
    echo = str(agent.get("type", "")).endswith("inbound_integration_reference")
    return RemoteChange(
        id=str(event["id"]),
        destination="pagerduty",
        ref=ref,
        labels=(ref,),
        status=None if echo else _STATUS.get(kind),
        assignee=_assignee(incident) if kind in _ASSIGNED else None,
        at=datetime.fromisoformat(event["occurred_at"]).astimezone(UTC),
        who=line(str(agent.get("summary") or ""), 200),
        who_id=str(agent.get("id") or ""),
        url=web_address(str(incident.get("html_url") or "")),
    )


def _assignee(incident: Any) -> str | None:
    names = [line(str(person.get("summary") or ""), 200) for person in incident["assignees"]]
    return next((name for name in names if name), None)
