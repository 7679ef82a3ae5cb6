"""Handlers that ask for a form and take it, and a card with the button that opens it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from cards.model import Action, Button, Buttons, Card, Field, Form, Option, Text
from domain.errors import FormError, UserError
from handlers.kinds import ActionHandler, Answer, Context

Taken = tuple[Context, Mapping[str, str]]
PRIORITIES = (Option("High", "High: today"), Option("Low", "Low: some day"))
FIELDS = (
    Field("summary", "Summary", value="EC2 costs more"),
    Field("description", "Description", "long", required=False, hint="What you know already"),
    Field("priority", "Priority", "choice", "Low", PRIORITIES),
    Field("due", "Due", "date", required=False),
)
OPENING = Action("ticket", {"finding": "12"})
SENDING = Action("file", {"finding": "12"})
FORM = Form("Create a ticket", SENDING, FIELDS, "Create", ("About finding ", "#12."))
CARD = Card(
    "EC2 costs more",
    (Text(("$12.50 more than usual",)), Buttons((Button("Ticket", OPENING, opens=True),))),
)


@dataclass
class Desk:
    """`opened` and `sent` are what the handlers were called with; `answer` is what sending says."""

    form: Form = FORM
    opened: list[Taken] = field(default_factory=list[Taken])
    sent: list[Taken] = field(default_factory=list[Taken])
    answer: Answer = field(default_factory=lambda: Answer(Card("The ticket is on its way")))
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    instead: Callable[[Context, Mapping[str, str]], Awaitable[Answer]] | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def actions(self) -> dict[str, ActionHandler]:
        found = {"ticket": self._open, "file": self._send, "message": self._message}
        return {name: ActionHandler(name, name, run) for name, run in found.items()}

    async def _open(self, context: Context, args: Mapping[str, str]) -> Answer:
        self.opened.append((context, args))
        await self.gate.wait()
        if self.instead is not None:
            return await self.instead(context, args)
        return Answer(CARD, form=self.form)

    async def _message(self, context: Context, args: Mapping[str, str]) -> Answer:
        """Takes what it was told along, as a handler of a message does."""
        answer = await self._open(context, args)
        if answer.form is None:
            return answer
        return replace(answer, form=replace(self.form, action=Action("file", args)))

    async def _send(self, context: Context, args: Mapping[str, str]) -> Answer:
        self.sent.append((context, args))
        await self.gate.wait()
        if args["summary"] == "wrong":
            raise FormError({"summary": "Say what it is about.", "": "One field is wrong."})
        if args["summary"] == "gone":
            raise UserError("There is no finding #12 any more.")
        return self.answer
