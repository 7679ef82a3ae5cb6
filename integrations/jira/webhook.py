"""News from Jira: whether it is Jira that speaks, and what people did to an issue of ours.

For a webhook that an administrator makes, with a secret and the filter `labels = costbot`, and the
events "created" and "updated" of issues (dynamic webhooks of apps have no secret).
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any

from multidict import MultiMapping

from domain.finding import Status
from domain.remote import RemoteChange
from integrations.jira import wiki
from integrations.jira.issues import person_id

#: developer.atlassian.com/cloud/jira/platform/webhooks#secure-admin-webhooks
HEADER = "X-Hub-Signature"
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
#: What a status means by the key of its category; names of statuses are anybody's.
_STATUSES = {
    "new": Status.OPEN,
    "indeterminate": Status.ACKNOWLEDGED,
    "done": Status.RESOLVED,
}


def verify(secret: str, headers: MultiMapping[str], body: bytes) -> bool:
    """Whether `body`, as it came, was signed with `secret`.

    Refuses a header that is absent, repeated or malformed, and everything without a secret.
    """
    given = headers.getall(HEADER, [])
    found = _SIGNATURE.fullmatch(given[0]) if len(given) == 1 else None
    if not secret or found is None:
        return False
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, found[1])


def read(body: bytes) -> RemoteChange | None:
    """What happened to an issue; None for everything that is not for findings.

    A new issue (`jira:issue_created`) is told without a status: it confirms, by its labels, an
    attempt whose reply was lost. Otherwise only a change of status or assignee counts, and only
    where the changelog names it.
    """
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    event = _text(told, "webhookEvent")
    issue, fields = _dict(told, "issue"), _dict(_dict(told, "issue"), "fields")
    at = _moment(_get(told, "timestamp"))
    if event not in ("jira:issue_created", "jira:issue_updated") or at is None:
        return None
    changed = _changed(told) if event == "jira:issue_updated" else set[str]()
    status = _status(fields) if "status" in changed else None
    assignee = _name(_dict(fields, "assignee")) if "assignee" in changed else None
    key = _text(issue, "key")
    if not key or (event == "jira:issue_updated" and status is None and assignee is None):
        return None
    change = _text(_dict(told, "changelog"), "id") or _text(told, "timestamp")
    return RemoteChange(
        id=f"jira:{_text(issue, 'id')}:{event}:{change}",
        destination="jira",
        ref=key,
        at=at,
        labels=_labels(fields),
        status=status,
        assignee=assignee,
        who=_name(_dict(told, "user")),
        who_id=person_id(_dict(told, "user")),
        url=_url(_text(issue, "self"), key),
    )


def _changed(told: Any) -> set[str]:
    """The fields that the changelog names. Its items also have a key called `toString`."""
    items = _get(_get(told, "changelog"), "items")
    listed = items if isinstance(items, list) else []
    return {_text(item, "fieldId") or _text(item, "field") for item in listed}


def _status(fields: Any) -> Status | None:
    return _STATUSES.get(_text(_dict(_dict(fields, "status"), "statusCategory"), "key"))


def _labels(fields: Any) -> tuple[str, ...]:
    found = _get(fields, "labels")
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _name(user: Any) -> str:
    return wiki.line(_text(user, "displayName") or _text(user, "name"), 80)


def _url(api: str, key: str) -> str:
    """Where people read the issue, from where programs do."""
    base, found, _ = api.partition("/rest/")
    return f"{base}/browse/{key}" if found and base.startswith(("https://", "http://")) else ""


def _moment(milliseconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _dict(value: Any, name: str) -> dict[str, Any]:
    found = _get(value, name)
    return found if isinstance(found, dict) else {}


def _text(value: Any, name: str) -> str:
    found = _get(value, name)
    return str(found) if isinstance(found, str | int) else ""
