"""The two chats of an office, used alike: press a button of a finding, fill in what opens."""

from dataclasses import dataclass, field

from domain.finding import Finding
from tests.peers.slack import Modal
from tests.peers.teams import Dialog
from tests.peers.teams.dialogs import payload
from tests.walks.office import Office

Typed = dict[str, str]


@dataclass
class InSlack:
    """Ann in Slack."""

    office: Office
    who: str = "ann"
    modal: Modal | None = field(init=False, default=None)

    def sees(self, found: Finding) -> str:
        return self.office.in_slack(found)

    @property
    def place(self) -> str:
        return self.office.rooms[0]

    async def press(self, found: Finding, label: str) -> None:
        message = self.office.messages(found)[-1]
        ack = await self.office.slack.click(self.office.ann, message, label)
        assert ack.status == 200

    async def opens(self, found: Finding, label: str) -> None:
        """Press a button that opens a form."""
        await self.press(found, label)
        self.modal = await self.office.slack.modal(self.office.ann)

    async def picks(self, do: str, words: str) -> None:
        """Use the message shortcut on a message that somebody writes."""
        office = self.office
        message = office.slack.workspace.post(office.room, office.ann.id, words)
        await office.slack.message_shortcut(office.ann, message, do)
        self.modal = await office.slack.modal(office.ann)

    async def asks(self, words: str) -> None:
        """Type `/cost` and words; the answer is for Ann alone."""
        await self.office.slack.command(self.office.ann, self.office.room, words)
        await self.office.until(self.office.whispers)

    def there(self) -> str:
        """What the newest answer says now."""
        said = self.office.whispers()
        return said[-1].words if said else ""

    async def press_there(self, label: str) -> None:
        office = self.office
        await office.slack.click(office.ann, office.whispers()[-1], label)

    async def open_there(self, label: str) -> None:
        await self.press_there(label)
        self.modal = await self.office.slack.modal(self.office.ann)

    def offered(self) -> dict[str, list[str]]:
        """The choices of the form, by field."""
        assert self.modal is not None
        return {
            label: [one["text"]["text"] for one in block["element"].get("options", ())]
            for label, block in self.modal.inputs.items()
        }

    def filled(self) -> dict[str, str]:
        """What the form holds already."""
        assert self.modal is not None
        elements = {label: block["element"] for label, block in self.modal.inputs.items()}
        return {
            label: one.get("initial_value")
            or (one.get("initial_option") or {}).get("text", {}).get("text", "")
            for label, one in elements.items()
        }

    async def send(self, **typed: str) -> None:
        assert self.modal is not None
        await self.office.slack.send_form(self.office.ann, self.modal, typed)

    def faults(self) -> str:
        assert self.modal is not None
        return " ".join(self.modal.errors.values()) if self.modal.open else ""

    async def hears(self, words: str) -> None:
        """Ann alone is told so."""
        await self.office.until(lambda: any(words in m.words for m in self.office.whispers()))


@dataclass
class InTeams:
    """Tina in Teams."""

    office: Office
    who: str = "Tina"
    dialog: Dialog | None = field(init=False, default=None)

    def sees(self, found: Finding) -> str:
        return self.office.in_teams(found)

    @property
    def place(self) -> str:
        return self.office.rooms[1]

    async def press(self, found: Finding, label: str) -> None:
        room, seen = self.office.channel, self.office.cards(found)[-1]
        delivered = await room.click(self.office.tina, label, seen)
        assert delivered.status == 200

    async def opens(self, found: Finding, label: str) -> None:
        seen = self.office.cards(found)[-1]
        self.dialog = await Dialog.open(self.office.channel, self.office.tina, label, seen)

    async def picks(self, do: str, words: str) -> None:
        """Use the message extension on a message that somebody wrote."""
        told = payload(str(abs(hash(words)) % 10**9), f"<p>{words}</p>", "Tina")
        self.dialog = await Dialog.pick(self.office.channel, self.office.tina, do, told)

    async def asks(self, words: str) -> None:
        """Mention the bot; everybody in the channel sees the answer, in a thread."""
        before = len(self.office.channel.from_bot)
        await self.office.channel.say(self.office.tina, f"@costbot cost {words}")
        await self.office.until(lambda: len(self.office.channel.from_bot) > before)

    def there(self) -> str:
        """What the newest answer says now, to Tina."""
        return self.office.channel.from_bot[-1].words(self.office.tina)

    async def press_there(self, label: str) -> None:
        room = self.office.channel
        await room.click(self.office.tina, label, room.from_bot[-1])

    async def open_there(self, label: str) -> None:
        room = self.office.channel
        self.dialog = await Dialog.open(room, self.office.tina, label, room.from_bot[-1])

    def offered(self) -> dict[str, list[str]]:
        assert self.dialog is not None
        return {
            label: [one["title"] for one in part.get("choices", ())]
            for label, part in self.dialog.inputs.items()
        }

    def filled(self) -> dict[str, str]:
        assert self.dialog is not None
        return {label: self._title(label, value) for label, value in self.dialog.values().items()}

    async def send(self, **typed: str) -> None:
        """A choice is named by what stands on it."""
        assert self.dialog is not None
        chosen = {label: self._value(label, text) for label, text in typed.items()}
        await self.dialog.fill(**chosen).send()

    def faults(self) -> str:
        assert self.dialog is not None
        return " ".join(self.dialog.faults)

    async def hears(self, words: str) -> None:
        assert self.dialog is not None
        assert words in self.dialog.words()

    def _value(self, label: str, title: str) -> str:
        return next((one["value"] for one in self._choices(label) if one["title"] == title), title)

    def _title(self, label: str, value: str) -> str:
        return next((one["title"] for one in self._choices(label) if one["value"] == value), value)

    def _choices(self, label: str) -> list[dict[str, str]]:
        assert self.dialog is not None
        return self.dialog.inputs[label].get("choices", [])


Chat = InSlack | InTeams
