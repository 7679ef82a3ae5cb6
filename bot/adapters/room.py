"""The local room: one conversation, shared by the terminal and the web page of `demo`."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from bot.router import Router
from cards.buttons import without
from cards.model import Action, Button, Buttons, Card, Field, Form, Text, Tone
from domain.delivery import Receipt, Receipts
from domain.finding import Finding
from handlers.kinds import Actor, Answer, Origin, Surface

ME = Actor("console", "local", "you")
HERE = Origin("console", "local", Surface.CONSOLE)
DONE = Card("Done", (Text(("What you changed is up to date above.",)),), Tone.GOOD)

Draw = Callable[[Finding, Receipts], Awaitable[Card]]


@dataclass(frozen=True, slots=True)
class Line:
    """One turn: what was asked ("" for news), and the answer once it is there.

    `revision` grows with edits; `about` is the line whose button led here; `faults` say what is
    wrong with the form that was sent.
    """

    number: int
    said: str
    answer: Answer | None = None
    revision: int = 0
    about: int = 0
    faults: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def form(self) -> Form | None:
        return self.answer.form if self.answer is not None else None

    @property
    def card(self) -> Card | None:
        """What is shown: beside an open form nothing has to open it."""
        if self.answer is None or self.form is None:
            return self.answer.card if self.answer else None
        return without(self.answer.card, self.form.action.name)

    @property
    def buttons(self) -> tuple[Button, ...]:
        if self.card is None:
            return ()
        return tuple(
            button
            for block in self.card.blocks
            if isinstance(block, Buttons)
            for button in block.items
        )


class Room:
    """Keeps the newest lines and tells every listener about each change."""

    def __init__(self, router: Router, keep: int = 200) -> None:
        self._router = router
        self._keep = keep
        self._numbers = count(1)
        self._lines: dict[int, Line] = {}
        self._listeners: set[asyncio.Queue[Line]] = set()

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(self._lines.values())

    async def say(self, text: str) -> Line:
        """Ask in this room; the line appears at once and again with its answer."""
        line = self._show(Line(next(self._numbers), text))
        answer = await self._router.ask(text, ME, HERE)
        return self._show(replace(line, answer=answer, revision=1))

    async def click(self, number: int, button: int) -> Line | None:
        """Press a button of a line, both counted from what is shown; None when it is gone."""
        line = self._lines.get(number)
        if line is None or not 0 <= button < len(line.buttons):
            return None
        pressed = line.buttons[button]
        answer = await self._do(pressed.action, number)
        if answer.form is not None or not answer.replaces:
            return self._show(Line(next(self._numbers), pressed.label, answer, 1, number))
        if answer.drawn:
            return line
        return self._show(replace(line, answer=answer, revision=line.revision + 1))

    async def send(self, number: int, values: Mapping[str, str]) -> Line | None:
        """Send the form of a line; it stays, with what is wrong, when it cannot be used."""
        line = self._lines.get(number)
        if line is None or line.form is None:
            return None
        answer = await self._do(line.form.filled(values), line.about)
        if answer.faults:
            kept = replace(line.form, fields=_filled(line.form, values))
            again = replace(line.answer or answer, form=kept)
            return self._show(
                replace(line, answer=again, faults=answer.faults, revision=line.revision + 1)
            )
        shown = replace(answer, card=DONE) if answer.drawn else answer
        return self._show(replace(line, answer=shown, faults={}, revision=line.revision + 1))

    def news(self, card: Card, number: int | None = None) -> int:
        """Show a card that nobody asked for, or draw it anew; its line's number."""
        known = self._lines.get(number) if number is not None else None
        line = known or Line(next(self._numbers), "")
        self._show(replace(line, answer=Answer(card), revision=line.revision + 1))
        return line.number

    async def _do(self, action: Action, number: int) -> Answer:
        return await self._router.click(action, ME, replace(HERE, message=str(number)))

    @contextmanager
    def listening(self) -> Generator[asyncio.Queue[Line]]:
        """Every change from now on, in turn."""
        queue: asyncio.Queue[Line] = asyncio.Queue(maxsize=1000)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def _show(self, line: Line) -> Line:
        self._lines[line.number] = line
        while len(self._lines) > self._keep:
            del self._lines[next(iter(self._lines))]
        for queue in tuple(self._listeners):
            if queue.full():
                self._listeners.discard(queue)
            else:
                queue.put_nowait(line)
        return line


class RoomDestination:
    """Shows findings in the local room, `console:local`; after a restart they are shown anew."""

    scheme = "console"

    def __init__(self, room: Room, draw: Draw) -> None:
        self._room = room
        self._draw = draw

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        mine = receipts.mine.receipt
        card = await self._draw(finding, receipts)
        number = self._room.news(card, int(mine.ref) if mine.ref.isdigit() else None)
        return Receipt(mine.destination, str(number))

    async def close(self) -> None:
        """Nothing is open."""


def _filled(form: Form, values: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(replace(one, value=values.get(one.name, one.value)) for one in form.fields)
