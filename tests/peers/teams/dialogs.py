"""A dialog as a person sees it: opened by a button or a message extension, filled in, sent."""

from typing import TYPE_CHECKING, Any

from tests.peers.teams.contract import dialog_problems
from tests.peers.teams.room import Person, Room, Seen, strings

if TYPE_CHECKING:
    from tests.peers.teams.peer import Delivered

CONTEXT = {"theme": "default"}


class Dialog:
    """`card` is what is open, `said` the words that took its place; both empty: it never opened.

    What a client would refuse to send is not sent: see `missing`.
    """

    def __init__(self, room: Room, person: Person, kind: str, value: dict[str, Any]) -> None:
        self.room, self.person, self._kind, self._value = room, person, kind, value
        self._conversation: dict[str, Any] = {}
        self.title = self.said = ""
        self.card: dict[str, Any] | None = None
        self.typed: dict[str, str] = {}
        self.missing: list[str] = []

    @classmethod
    async def open(cls, room: Room, person: Person, label: str, on: Seen | None = None) -> "Dialog":
        """Press a button that opens a dialog."""
        invoke = room.invoke(person, label, on)
        assert invoke.get("name") == "task/fetch", f"{label} opens nothing"
        dialog = cls(room, person, "task", {})
        dialog._conversation = invoke["conversation"]
        dialog.take(await room.peer.deliver(invoke))
        return dialog

    @classmethod
    async def pick(
        cls, room: Room, person: Person, command: str, payload: dict[str, Any]
    ) -> "Dialog":
        """Choose a command of the message extension for a message."""
        value = {"commandId": command, "commandContext": "message", "messagePayload": payload}
        dialog = cls(room, person, "composeExtension", value)
        dialog.take(await room.peer.deliver(picking(room, person, value)))
        return dialog

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """By label."""
        body = self.card["body"] if self.card else []
        return {part["label"]: part for part in body if part["type"].startswith("Input.")}

    @property
    def faults(self) -> list[str]:
        """What is written in red."""
        body = self.card["body"] if self.card else []
        runs = [run for part in body for run in part.get("inlines", ()) if isinstance(run, dict)]
        return [run["text"] for run in runs if run.get("color") == "Attention"]

    def words(self) -> str:
        return "\n".join([self.title, self.said, *strings(self.card)]).strip()

    def values(self) -> dict[str, str]:
        """What the fields hold, by label."""
        return {
            label: self.typed.get(label, part.get("value", ""))
            for label, part in self.inputs.items()
        }

    def fill(self, **typed: str) -> "Dialog":
        """Type or choose, by label; a client lets nobody type more or choose anything else."""
        for label, text in typed.items():
            part = self.inputs[label]
            assert len(text) <= part.get("maxLength", 100_000)
            assert not part.get("choices") or text in {one["value"] for one in part["choices"]}
            self.typed[label] = text
        return self

    def sending(self, **changes: Any) -> dict[str, Any]:
        """The invoke that the button sends; `changes` to the data are what no client would do."""
        assert self.card is not None, f"nothing is open: {self.said}"
        values = self.values()
        data = dict(self.card["actions"][0]["data"])
        data |= {part["id"]: values[label] for label, part in self.inputs.items() if values[label]}
        name = {"task": "task/submit", "composeExtension": "composeExtension/submitAction"}
        sent = self._value | {"data": data | changes, "context": CONTEXT}
        invoke = self.room.activity("invoke", self.person, name=name[self._kind], value=sent)
        return invoke | ({"conversation": self._conversation} if self._conversation else {})

    async def send(self, **changes: Any) -> "Dialog":
        values = self.values()
        self.missing = [
            label
            for label, part in self.inputs.items()
            if part.get("isRequired") and not values[label]
        ]
        if not self.missing or changes:
            self.take(await self.room.peer.deliver(self.sending(**changes)))
        return self

    def take(self, delivered: "Delivered") -> None:
        """Show what the bot answered."""
        self.card, self.said, self.typed = None, "", {}
        if delivered.status != 200:
            self.said = "Something went wrong. Please try again."
            self.room.peer.problems.append(f"an invoke was answered with {delivered.status}")
            return
        body = delivered.json()
        if found := dialog_problems(body):
            self.room.peer.problems += found
            return
        task = body["task"]
        if task["type"] == "message":
            self.said = task["value"]
        else:
            self.title, self.card = task["value"]["title"], task["value"]["card"]["content"]


def picking(room: Room, person: Person, value: dict[str, Any]) -> dict[str, Any]:
    """The invoke of a command that was chosen for a message."""
    name = "composeExtension/fetchTask"
    return room.activity("invoke", person, name=name, value=value | {"context": CONTEXT})


def payload(seen_id: str, html: str, author: str, **changes: Any) -> dict[str, Any]:
    """A message as Teams hands it to a message extension."""
    return {
        "id": seen_id,
        "replyToId": None,
        "createdDateTime": "2026-11-20T09:00:00.000Z",
        "lastModifiedDateTime": None,
        "deleted": False,
        "summary": None,
        "importance": "normal",
        "locale": "en-us",
        "linkToMessage": f"https://teams.microsoft.com/l/message/19:x@thread.tacv2/{seen_id}",
        "from": {
            "device": None,
            "conversation": None,
            "user": {"userIdentityType": "aadUser", "id": "aad", "displayName": author},
            "application": None,
        },
        "body": {"contentType": "html", "content": html},
        "attachmentLayout": None,
        "attachments": [],
        "mentions": [],
        "reactions": [],
    } | changes
