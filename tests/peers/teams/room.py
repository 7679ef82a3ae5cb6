"""A conversation as its people see and use it."""

import html
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.lint.adaptive import lint
from tests.peers.teams.contract import ADAPTIVE

if TYPE_CHECKING:
    from tests.peers.teams.peer import Delivered, TeamsPeer

_numbers = itertools.count(1_700_000_000_000)


@dataclass(frozen=True)
class Person:
    name: str
    id: str
    aad: str


@dataclass
class Seen:
    """One message in a room; `versions` grows with edits, `for_one` holds answers to a click."""

    id: str
    author: str
    thread: str | None
    versions: list[dict[str, Any]]
    for_one: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: bool = False

    @property
    def activity(self) -> dict[str, Any]:
        return self.versions[-1]

    def card(self, person: Person | None = None) -> dict[str, Any]:
        if person is not None and person.id in self.for_one:
            return self.for_one[person.id]
        attached = self.activity.get("attachments") or [{}]
        return attached[0].get("content", {})

    def words(self, person: Person | None = None) -> str:
        """Everything that can be read, line by line, buttons included."""
        return "\n".join([self.activity.get("text") or "", *strings(self.card(person))]).strip()

    def buttons(self, person: Person | None = None) -> dict[str, dict[str, Any]]:
        found = actions(self.card(person))
        return {action["title"]: action for action in found if "title" in action}


class Room:
    """A channel, a group chat or a private chat. Only people in it and the bot write here."""

    def __init__(self, peer: "TeamsPeer", kind: str, room_id: str, people: list[Person]) -> None:
        self.peer = peer
        self.kind = kind
        self.id = room_id
        self.member = True
        self.people = people
        self.messages: list[Seen] = []
        self.toasts: list[tuple[Person, str]] = []
        self.typing = 0

    @property
    def from_bot(self) -> list[Seen]:
        return [seen for seen in self.messages if seen.author == "bot" and not seen.deleted]

    async def say(self, person: Person, text: str, **changes: Any) -> "Delivered":
        """Type a message; `@costbot` becomes a mention."""
        return await self.peer.deliver(self.message(person, text, **changes))

    def message(self, person: Person, text: str, /, **changes: Any) -> dict[str, Any]:
        """The activity that a typed message becomes; it is in the room from now on."""
        mention = f"<at>{self.peer.bot_name}</at>"
        mentioned = "@costbot" in text
        said = html.escape(text, quote=False).replace("@costbot", mention)
        activity = self.activity("message", person, text=said, textFormat="plain")
        activity["attachments"] = [{"contentType": "text/html", "content": f"<p>{said}</p>"}]
        entities: list[dict[str, Any]] = [
            {"type": "clientInfo", "locale": "en-US", "platform": "Web"}
        ]
        if mentioned:
            bot = {"id": self.peer.bot_id, "name": self.peer.bot_name}
            entities.append({"type": "mention", "text": mention, "mentioned": bot})
        activity["entities"] = entities
        if self.kind == "channel":
            activity["conversation"]["id"] += f";messageid={activity['id']}"
        self.messages.append(Seen(activity["id"], person.name, None, [activity]))
        return activity | changes

    async def click(
        self, person: Person, label: str, on: Seen | None = None, **changes: Any
    ) -> "Delivered":
        """Press a button of a card as this person sees it; the newest card unless `on` is given."""
        invoke = self.invoke(person, label, on, **changes)
        assert invoke.get("name") != "task/fetch", f"{label} opens a dialog: see Dialog.open"
        delivered = await self.peer.deliver(invoke)
        if invoke["type"] == "invoke":
            self._take(person, invoke["replyToId"], delivered)
        return delivered

    def invoke(
        self, person: Person, label: str, on: Seen | None = None, **changes: Any
    ) -> dict[str, Any]:
        seen = on or next(s for s in reversed(self.from_bot) if label in s.buttons(person))
        button = seen.buttons(person)[label]
        if opens(button):
            clicked = self.activity("invoke", person, name="task/fetch")
            clicked["value"] = {"data": button["data"], "context": {"theme": "default"}}
        elif button["type"] == "Action.Submit":
            clicked = self.activity("message", person, value=button["data"])
        else:
            assert button["type"] == "Action.Execute", f"{button['type']} sends nothing"
            action = {
                name: button[name]
                for name in ("type", "title", "verb", "data", "id")
                if name in button
            }
            clicked = self.activity("invoke", person, name="adaptiveCard/action")
            clicked["value"] = {"action": action, "trigger": "manual"}
        clicked["replyToId"] = seen.id
        if seen.thread:
            clicked["conversation"]["id"] += f";messageid={seen.thread}"
        return clicked | changes

    async def add_bot(self) -> "Delivered":
        bot = {"id": self.peer.bot_id}
        self.member = True
        activity = self.activity("conversationUpdate", self.people[0], membersAdded=[bot])
        return await self.peer.deliver(activity)

    async def remove_bot(self, told: bool = True) -> None:
        """Remove the bot from the conversation, and tell it unless the event is lost."""
        self.member = False
        if told:
            bot = {"id": self.peer.bot_id}
            gone = self.activity("conversationUpdate", self.people[0], membersRemoved=[bot])
            await self.peer.deliver(gone)

    async def installation(self, action: str) -> "Delivered":
        """The event of an installation: add, remove, add-upgrade or remove-upgrade."""
        self.member = action != "remove"
        told = self.activity("installationUpdate", self.people[0], action=action)
        return await self.peer.deliver(told)

    def activity(self, kind: str, person: Person, **more: Any) -> dict[str, Any]:
        conversation: dict[str, Any] = {
            "id": self.id,
            "conversationType": self.kind,
            "tenantId": self.peer.tenant,
        }
        data: dict[str, Any] = {"tenant": {"id": self.peer.tenant}}
        if self.kind != "personal":
            conversation["isGroup"] = True
        if self.kind == "channel":
            data |= {"team": {"id": "19:team@thread.tacv2"}, "channel": {"id": self.id}}
        return {
            "type": kind,
            "id": str(next(_numbers)),
            "timestamp": "2026-11-20T09:00:00.000Z",
            "localTimestamp": "2026-11-20T10:00:00.000+01:00",
            "serviceUrl": self.peer.service_url,
            "channelId": "msteams",
            "from": {"id": person.id, "name": person.name, "aadObjectId": person.aad},
            "conversation": conversation,
            "recipient": {"id": self.peer.bot_id, "name": self.peer.bot_name},
            "channelData": data,
            "locale": "en-US",
        } | more

    def _take(self, person: Person, message_id: str, delivered: "Delivered") -> None:
        """Show the clicker what the invoke response says, as the client does."""
        if delivered.status != 200:
            self.toasts.append((person, "Something went wrong. Please try again."))
            return
        body = delivered.json()
        if body["type"] == ADAPTIVE:
            self.peer.problems += lint(body["value"])
            seen = next(seen for seen in self.messages if seen.id == message_id)
            seen.for_one[person.id] = body["value"]
        elif body["type"] == "application/vnd.microsoft.activity.message":
            assert isinstance(body["value"], str)
            self.toasts.append((person, body["value"]))
        else:
            assert body["type"] == "application/vnd.microsoft.error", body
            self.toasts.append((person, body["value"]["message"]))


def opens(button: dict[str, Any]) -> bool:
    """Whether a client asks for a dialog when this button is pressed."""
    data = button.get("data")
    word = data.get("msteams") if isinstance(data, dict) else None
    return button["type"] == "Action.Submit" and word == {"type": "task/fetch"}


def strings(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from (item,) if isinstance(item, str) else strings(item)
    elif isinstance(part, dict):
        for name in ("text", "title", "value", "altText"):
            if isinstance(part.get(name), str):
                yield part[name]
        for name, inner in part.items():
            if name not in ("data", "fallback") and isinstance(inner, dict | list):
                yield from strings(inner)


def actions(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for item in part:
            yield from actions(item)
    elif isinstance(part, dict):
        if str(part.get("type", "")).startswith("Action."):
            yield part
        else:
            for inner in part.values():
                yield from actions(inner)
