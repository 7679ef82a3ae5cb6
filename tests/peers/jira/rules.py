"""What Jira refuses in what is written to it: the faults by field, as it words them."""

import json
import re
from typing import TYPE_CHECKING, Any

from tests.peers.jira.model import TYPES

if TYPE_CHECKING:
    from tests.peers.jira.peer import JiraPeer

TEXT_LENGTH = 32_767
BOUNDED = re.compile(
    r'project = "([A-Z][A-Z0-9_]*)" AND labels = "(\S+)"(?: ORDER BY created ASC)?'
)
_OFF = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


def faults_of_new(peer: "JiraPeer", body: Any) -> dict[str, str]:
    fields = body.get("fields", {})
    faults = _faults_of_fields(peer, fields, {"project", "issuetype"})
    if set(body) - {"fields", "properties"}:
        faults["body"] = f"unknown members {sorted(body)}"
    if fields.get("project", {}).get("key") not in peer.projects:
        faults["project"] = "valid project is required"
    kind = fields.get("issuetype", {})
    if kind.get("id") not in TYPES and kind.get("name") not in TYPES.values():
        faults["issuetype"] = "The issue type selected is invalid."
    if "summary" not in fields:
        faults["summary"] = "You must specify a summary of the issue."
    for one in body.get("properties", []):
        if set(one) != {"key", "value"} or len(json.dumps(one["value"])) > 32_768:
            faults["properties"] = "a property has a key and a value of at most 32768 characters"
    return faults | {name: why for name, why in peer.required.items() if name not in fields}


def faults_of_edit(peer: "JiraPeer", body: Any) -> dict[str, str]:
    faults = _faults_of_fields(peer, body.get("fields", {}), set())
    if set(body) - {"fields", "update"} or set(body.get("update", {})) - {"comment"}:
        faults["body"] = f"unknown members {sorted(body)}"
    for one in body.get("update", {}).get("comment", []):
        if not _text(one.get("add", {}).get("body")) or set(one) != {"add"}:
            faults["comment"] = "Comment body is not valid!"
    return faults


def faults_of_transition(offered: set[str], body: Any) -> dict[str, str]:
    """The contract wants the id as a string, and nothing beside it needs a screen."""
    chosen = body.get("transition", {}).get("id")
    if set(body) != {"transition"} or not isinstance(chosen, str):
        return {"transition": "the id of a transition is a string"}
    return {} if chosen in offered else {"transition": f"{chosen} is not a valid transition"}


def _faults_of_fields(peer: "JiraPeer", fields: Any, more: set[str]) -> dict[str, str]:
    faults = {name: _OFF.format(name) for name in fields.keys() - peer.screen - more}
    summary = fields.get("summary", "summary")
    if not isinstance(summary, str) or not 1 <= len(summary) <= 255 or re.search("[\r\n]", summary):
        faults["summary"] = "one line of at most 255 characters"
    if not _text(fields.get("description", "")):
        faults["description"] = f"The entered text is too long, limit {TEXT_LENGTH}"
    if any(not label or re.search(r"\s", label) for label in fields.get("labels", [])):
        faults["labels"] = "The label contains spaces which is invalid."
    priority = fields.get("priority")
    if priority and not (
        priority.get("id") in peer.priorities or priority.get("name") in peer.priorities.values()
    ):
        faults["priority"] = "The priority selected is invalid."
    person = fields.get("assignee")
    if person and person.get("accountId" if peer.cloud else "name") not in peer.people:
        faults["assignee"] = "User cannot be assigned issues."
    return faults


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_LENGTH
