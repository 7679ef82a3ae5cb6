"""An office behind the Slack surface: a button opens a form, the form makes a ticket."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.tasks import Tasks
from cards import slack
from cards.model import Action, Button, Buttons, Card, Field, Form, Option, Text
from domain.errors import FormError
from handlers.kinds import ActionHandler, Answer, Context
from tests.peers.slack import Message, Modal
from tests.slack.stage import Stage, staged

FORM = Form(
    "Create a ticket",
    Action("ticket", {"finding": "spike:EC2"}),
    (
        Field("title", "Title", value="EC2 cost"),
        Field("due", "Due", "date", required=False),
        Field(
            "priority", "Priority", "choice", "low", (Option("low", "Low"), Option("high", "High"))
        ),
        Field("note", "Note", "long", required=False, hint="Whatever helps."),
    ),
    send="Create",
    words=("A ticket in ", "OPS."),
)
ASK = (Button("Create ticket", Action("form", {}), opens=True),)


@dataclass
class Office:
    """Actions that open the form, take it, and make tickets and pages of messages."""

    form: Form = FORM
    clicks: list[Context] = field(default_factory=list)
    sent: list[tuple[Context, Mapping[str, str]]] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(Card("Ticket OPS-1")))
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.go_on.set()

    def actions(self) -> dict[str, ActionHandler]:
        runs = {"form": self.click, "ticket": self.take, "message": self.take_message}
        return {name: ActionHandler(name, "", run) for name, run in runs.items()}

    async def click(self, context: Context, args: Mapping[str, str]) -> Answer:
        self.clicks.append(context)
        await self.go_on.wait()
        card = Card("Create a ticket", (Text(("Say /cost ticket #12 instead.",)),))
        return Answer(card, form=self.form)

    async def take(self, context: Context, args: Mapping[str, str]) -> Answer:
        await self.go_on.wait()
        if "wrong" in args.get("title", ""):
            raise FormError({"title": "Not that title.", "unknown": "And another thing."})
        self.sent.append((context, args))
        return self.answer

    async def take_message(self, context: Context, args: Mapping[str, str]) -> Answer:
        self.sent.append((context, args))
        return Answer(Card("No form here"), form=replace(FORM, title=args["do"]))


@dataclass
class Desk:
    """The stage, the office behind it, and a message with a button in the room."""

    stage: Stage
    office: Office
    message: Message

    async def click(self) -> None:
        ack = await self.stage.peer.click(self.stage.ann, self.message, "Create ticket")
        assert ack.status == 200

    async def opened(self) -> Modal:
        await self.click()
        return await self.stage.peer.modal(self.stage.ann)

    async def send(self, modal: Modal, **typed: str) -> None:
        await self.stage.peer.send_form(self.stage.ann, modal, typed)

    def told(self) -> list[Message]:
        """What Ann alone was told in the room."""
        seen = self.stage.peer.seen(self.stage.ann, self.stage.room)
        return [message for message in seen if message.only_for]


def with_button(stage: Stage, thread: str | None = None) -> Message:
    blocks = slack.render(Card("#12", (Buttons(ASK),)))
    return stage.peer.workspace.post(
        stage.room, stage.peer.bot.id, "#12", blocks=blocks, thread=thread
    )


@asynccontextmanager
async def desk_of(socket: bool = False, tasks: Tasks | None = None) -> AsyncIterator[Desk]:
    office = Office()
    async with staged(socket=socket, tasks=tasks, actions=office.actions()) as stage:
        yield Desk(stage, office, with_button(stage))
        office.go_on.set()
