"""What the outside systems know: Slack, Teams, Jira, PagerDuty and Datadog, as far as it counts."""

import json
import re
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

KEY = re.compile(r"CH-\d{5}")


@dataclass
class Slack:
    """Channels with their messages, oldest first, and the metadata that came along."""

    channels: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    by_ts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    edits: int = 0
    last: float = 0.0

    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        self.last = max(time.time(), self.last + 1e-5)
        ts, channel = f"{self.last:.6f}", body["channel"]
        message = {"ts": ts, "text": body["text"], "metadata": body.get("metadata")}
        self.channels[channel].append(message)
        self.by_ts[channel, ts] = message
        return {"ok": True, "channel": channel, "ts": ts}

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        message = self.by_ts.get((body["channel"], body["ts"]))
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        self.edits += 1
        message |= {"text": body["text"], "metadata": body.get("metadata")}
        return {"ok": True, "channel": body["channel"], "ts": body["ts"]}

    def history(self, query: dict[str, str]) -> dict[str, Any]:
        found, end = self.channels[query["channel"]], query.get("cursor")
        oldest, limit = float(query.get("oldest") or 0), int(query.get("limit") or 100)
        first = bisect_left(found, oldest, key=lambda one: float(one["ts"]))
        last = len(found)
        if end or query.get("latest"):
            before = float(end or query["latest"])
            last = bisect_left(found, before, key=lambda one: float(one["ts"]))
        page = found[max(first, last - limit) : last]
        more = last - limit > first
        cursor = page[0]["ts"] if more and page else ""
        return {
            "ok": True,
            "messages": page[::-1],
            "has_more": more,
            "response_metadata": {"next_cursor": cursor},
        }

    def counted(self) -> Counter[tuple[str, str]]:
        """Messages by channel and finding, as their metadata says."""
        return Counter(
            (channel, f"{payload['finding']}#{payload['occurrence']}")
            for channel, messages in self.channels.items()
            for message in messages
            for payload in [message["metadata"]["event_payload"]]
        )


@dataclass
class Teams:
    """Conversations with their messages; a finding is known by the key in its card."""

    messages: dict[tuple[str, str], str] = field(default_factory=dict)
    edits: int = 0

    def post(self, place: str, text: str) -> dict[str, Any]:
        name = f"m{len(self.messages) + 1}"
        found = KEY.search(text)
        self.messages[unquote(place), name] = found[0] if found else ""
        return {"id": name}

    def update(self, name: str) -> dict[str, Any]:
        self.edits += 1
        return {"id": name}

    def counted(self) -> Counter[tuple[str, str]]:
        return Counter((place, key) for (place, _), key in self.messages.items())


@dataclass
class Jira:
    """Issues; a search finds one `lag_seconds` after it was made."""

    lag_seconds: float = 1.0
    clock: Callable[[], float] = time.time
    issues: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    edits: int = 0

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        fields = body["fields"]
        key = f"{fields['project']['key']}-{len(self.issues) + 1}"
        properties = {one["key"]: one["value"] for one in body.get("properties", ())}
        self.issues[key] = {
            "labels": fields["labels"],
            "visible_at": self.clock() + self.lag_seconds,
            "description": fields.get("description", ""),
            "properties": properties,
            "done": False,
            "comments": [],
        }
        for label in fields["labels"]:
            self.labels[label].append(key)
        return {"id": key, "key": key}

    def search(self, jql: str) -> dict[str, Any]:
        label = re.search(r'labels = "([^"]+)"', jql)
        keys = self.labels.get(label[1], []) if label else []
        now = self.clock()
        found = [key for key in keys if self.issues[key]["visible_at"] <= now]
        return {
            "issues": [
                {"key": key, "fields": {"labels": self.issues[key]["labels"]}} for key in found
            ]
        }

    def read(self, key: str) -> dict[str, Any]:
        issue = self.issues[key]
        category = "done" if issue["done"] else "new"
        status = {"name": category, "statusCategory": {"key": category}}
        fields = {"status": status, "assignee": None, "description": issue["description"]}
        return {"key": key, "fields": fields, "properties": issue["properties"]}

    def edit(self, key: str, body: dict[str, Any]) -> None:
        self.edits += 1
        self.issues[key] |= {
            name: value for name, value in body["fields"].items() if name == "description"
        }
        for one in body.get("update", {}).get("comment", ()):
            self.issues[key]["comments"].append({"body": one["add"]["body"]})

    def transitions(self) -> dict[str, Any]:
        named = {"11": "new", "31": "done"}
        return {
            "transitions": [
                {"id": number, "name": name, "to": {"name": name, "statusCategory": {"key": name}}}
                for number, name in named.items()
            ]
        }

    def move(self, key: str, body: dict[str, Any]) -> None:
        self.edits += 1
        self.issues[key]["done"] = body["transition"]["id"] == "31"

    def counted(self) -> Counter[str]:
        """Issues by our label for one finding."""
        return Counter({label: len(keys) for label, keys in self.labels.items() if "-" in label})


@dataclass
class PagerDuty:
    """Incidents by dedup_key: a trigger while one is open joins it."""

    opened: Counter[str] = field(default_factory=Counter[str])
    is_open: dict[str, bool] = field(default_factory=dict)

    def enqueue(self, body: dict[str, Any]) -> dict[str, Any]:
        key = body["dedup_key"]
        match body["event_action"]:
            case "trigger":
                self.opened[key] += not self.is_open.get(key, False)
                self.is_open[key] = True
            case "resolve":
                self.is_open[key] = False
            case _:
                pass
        return {"status": "success", "message": "Event processed", "dedup_key": key}


@dataclass
class Datadog:
    """Events by what they tell; gauges overwrite themselves and are only counted."""

    events: Counter[str] = field(default_factory=Counter[str])
    keys: set[str] = field(default_factory=set)
    gauges: int = 0

    def event(self, body: dict[str, Any]) -> dict[str, Any]:
        told = next(tag for tag in body["tags"] if tag.startswith("costbot_told:"))
        self.events[told] += 1
        self.keys.update(KEY.findall(body["title"]))
        return {"status": "ok", "event": {"id": len(self.events), "url": ""}}

    def find(self, tags: str) -> dict[str, Any]:
        found = [{"tags": [tags]}] * self.events.get(tags, 0)
        return {"events": found[:10]}

    def submit(self) -> dict[str, Any]:
        self.gauges += 1
        return {"errors": []}


@dataclass
class Places:
    """All five, and how many effects they had between them."""

    jira: Jira = field(default_factory=Jira)
    slack: Slack = field(default_factory=Slack)
    teams: Teams = field(default_factory=Teams)
    pagerduty: PagerDuty = field(default_factory=PagerDuty)
    datadog: Datadog = field(default_factory=Datadog)
    effects: int = 0


def words(body: dict[str, Any]) -> str:
    return json.dumps(body)
