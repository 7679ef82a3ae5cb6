"""The local room: one conversation, shared by the terminal and the web page of `demo`."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count

from bot.router import Router
from cards.model import Button, Buttons
from handlers.kinds import Actor, Answer, Origin, Surface

ME = Actor("console", "local", "you")
HERE = Origin("console", "local", Surface.CONSOLE)


@dataclass(frozen=True, slots=True)
class Line:
    """One turn: what was asked, and the answer once it is there. `revision` grows with edits."""

    number: int
    said: str
    answer: Answer | None = None
    revision: int = 0

    @property
    def buttons(self) -> tuple[Button, ...]:
        if self.answer is None:
            return ()
        return tuple(
            button
            for block in self.answer.card.blocks
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
        answer = await self._router.click(pressed.action, ME, HERE)
        if answer.replaces:
            return self._show(replace(line, answer=answer, revision=line.revision + 1))
        return self._show(Line(next(self._numbers), pressed.label, answer, 1))

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
