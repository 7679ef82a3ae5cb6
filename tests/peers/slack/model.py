"""What people in a Slack workspace see: channels, messages, edits, and who is pinged by them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

_TOKEN = re.compile(r"<([^<>]*)>")
_START = 1_795_000_000


@dataclass(eq=False)
class Person:
    id: str
    name: str
    team: str


@dataclass(eq=False)
class Channel:
    id: str
    name: str
    members: set[str] = field(default_factory=set)
    direct: bool = False
    private: bool = False
    archived: bool = False


@dataclass(eq=False)
class Message:
    """One message as Slack keeps it; `only_for` names the one person who sees an ephemeral."""

    ts: str
    channel: Channel
    author: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread: str | None = None
    only_for: str | None = None
    edits: int = 0
    deleted: bool = False
    unfurls: bool = True
    metadata: dict[str, Any] | None = None
    mrkdwn: bool = True

    @property
    def words(self) -> str:
        """Everything there is to read, as a person reads it (the text when there are no blocks)."""
        return "\n".join(_texts(self.blocks)) or _readable(self.text)

    @property
    def pings(self) -> set[str]:
        """Whom this message notifies: `!channel`, `@U123`."""
        tokens = [token for text in self._markup for token in _TOKEN.findall(text)]
        marked = {token.partition("|")[0] for token in tokens if token[:1] in "!@"}
        rich = {_rich_ping(element) for element in elements(self.blocks)}
        return (marked | rich) - {""}

    @property
    def links(self) -> set[str]:
        tokens = [token for text in self._markup for token in _TOKEN.findall(text)]
        rich = {e.get("url", "") for e in elements(self.blocks) if e.get("type") == "link"}
        return ({t.partition("|")[0] for t in tokens if t[:1] not in "!@#"} | rich) - {""}

    @property
    def _markup(self) -> list[str]:
        return [self.text, *_marked(self.blocks)]

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """Buttons by what is written on them, each with the block it sits in."""
        return {
            element["text"]["text"]: {**element, "block_id": block.get("block_id", f"b{number}")}
            for number, block in enumerate(self.blocks)
            for element in elements([block])
            if element.get("type") == "button"
        }


class Workspace:
    """One team: its people, its channels and all that was said."""

    def __init__(self, team: str = "T0COSTBOT") -> None:
        self.team = team
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self._numbers = count(1)

    def person(self, name: str, team: str | None = None) -> Person:
        """Somebody of this team, or of another one that shares a channel with it."""
        person = Person(f"U{next(self._numbers):08}", name, team or self.team)
        self.people[person.id] = person
        return person

    def channel(self, name: str, *members: str, private: bool = False) -> Channel:
        channel = Channel(f"C{next(self._numbers):08}", name, set(members), private=private)
        self.channels[channel.id] = channel
        return channel

    def direct(self, person: str, bot: str) -> Channel:
        """The conversation of a person with the bot, opened when it is first needed."""
        for channel in self.channels.values():
            if channel.direct and channel.members == {person, bot}:
                return channel
        channel = Channel(f"D{next(self._numbers):08}", "directmessage", {person, bot}, direct=True)
        self.channels[channel.id] = channel
        return channel

    def ts(self) -> str:
        number = next(self._numbers)
        return f"{_START + number}.{number:06}"

    def moment(self) -> datetime:
        """When Slack's clock, which ticks with each message, shows that it is."""
        return datetime.fromtimestamp(float(self.ts()), UTC)

    def set_clock(self, moment: datetime, ahead: float = 0.0) -> None:
        """Let the coming messages be of a moment, or of so many seconds later."""
        self._numbers = count(int(moment.timestamp() + ahead) - _START)

    def post(self, channel: Channel, author: str, text: str, **more: Any) -> Message:
        message = Message(self.ts(), channel, author, text, **more)
        self.messages.append(message)
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        found = (m for m in self.messages if m.channel.id == channel and m.ts == ts)
        return next((m for m in found if not m.deleted), None)

    def seen(self, person: Person, channel: Channel) -> list[Message]:
        """What `person` sees in `channel`, oldest first."""
        if person.id not in channel.members:
            return []
        return [
            m
            for m in self.messages
            if m.channel is channel and not m.deleted and m.only_for in (None, person.id)
        ]


def elements(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from elements(value)
    elif isinstance(node, list):
        for value in node:
            yield from elements(value)


_MARKUP = frozenset({"mrkdwn", "markdown"})


def _texts(blocks: list[dict[str, Any]]) -> list[str]:
    """What stands in blocks, in order; only what Slack reads as markup is not taken literally."""
    found = [
        _readable(element["text"]) if element["type"] in _MARKUP else element["text"]
        for element in elements(blocks)
        if element.get("type") in _MARKUP | {"plain_text", "text", "raw_text"}
        and isinstance(element.get("text"), str)
    ]
    charts = [block for block in blocks if block.get("type") == "data_visualization"]
    return found + [str(chart["title"]) for chart in charts]


def _marked(blocks: list[dict[str, Any]]) -> list[str]:
    """The texts that Slack reads as markup, as they were sent."""
    return [
        element["text"]
        for element in elements(blocks)
        if element.get("type") in _MARKUP and isinstance(element.get("text"), str)
    ]


def _readable(text: str) -> str:
    text = _TOKEN.sub(lambda token: token[1].partition("|")[2] or token[1], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _rich_ping(element: dict[str, Any]) -> str:
    match element.get("type"):
        case "broadcast":
            return f"!{element.get('range')}"
        case "user":
            return f"@{element['user_id']}" if "user_id" in element else ""
        case _:
            return ""
