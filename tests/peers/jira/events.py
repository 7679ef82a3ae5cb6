"""What the peer tells about its issues: the bodies of its webhook, and their signatures.

The shape is that of developer.atlassian.com/cloud/jira/platform/webhooks#example-callback.
"""

import hashlib
import hmac
import json
from typing import Any

from tests.peers.jira import server
from tests.peers.jira.model import Issue, Person
from tests.peers.jira.peer import JiraPeer

#: 2026-11-23T10:00:00Z, in milliseconds.
AT = 1_795_428_000_000


def event(
    peer: JiraPeer, issue: Issue, who: Person, *changed: str, name: str = "jira:issue_updated"
) -> dict[str, Any]:
    """The news that `who` changed fields of the issue, as it is now."""
    wanted = ["summary", "labels", "status", "assignee"]
    body: dict[str, Any] = {
        "timestamp": AT,
        "webhookEvent": name,
        "issue_event_type_name": "issue_generic",
        "user": server._person(peer, who),
        "issue": {
            "id": issue.id,
            "key": issue.key,
            "self": f"https://company.example{peer.prefix}/rest/api/2/issue/{issue.id}",
            "fields": server._fields(peer, issue, wanted),
        },
    }
    if changed:
        items = [
            {"field": one, "fieldId": one, "fieldtype": "jira", "from": "1", "toString": "any"}
            for one in changed
        ]
        body["changelog"] = {"id": "10124", "items": items}
    return body


def signed(secret: str, body: dict[str, Any]) -> tuple[bytes, str]:
    """The bytes that are sent, and the value of their X-Hub-Signature."""
    sent = json.dumps(body).encode()
    return sent, hub_signature(secret, sent)


def hub_signature(secret: str, sent: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), sent, hashlib.sha256).hexdigest()
