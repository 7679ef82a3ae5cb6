"""The terminal: the same bot, one line at a time."""

import asyncio
import contextlib
import importlib
import shutil
import sys
import threading
from collections.abc import AsyncIterator

from bot.adapters.room import Line, Room
from cards import text

PROMPT = "\n/cost "
WELCOME = "Ask in plain words, press a button by its number, leave with Ctrl-D. Try: help\n"
LEAVE = ("quit", "exit", "bye")


async def converse(room: Room) -> None:
    """Read questions from the terminal until it ends; a number presses a button of the answer."""
    print(WELCOME)
    last: Line | None = None
    async for said in _typed():
        if said.isdigit() and last is not None:
            pressed = await room.click(last.number, int(said) - 1)
            if pressed is None:
                print(f"There is no button {said} here.")
                continue
            last = pressed
        else:
            last = await room.say(said)
        if last.answer is not None:
            print(render(last))


def render(line: Line) -> str:
    """An answer as the terminal shows it."""
    if line.answer is None:
        return ""
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    return text.render(line.answer.card, width=width, colour=sys.stdout.isatty())


async def _typed() -> AsyncIterator[str]:
    """The lines a person types. The reader is a daemon thread: a blocked read ends with us."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    turn = threading.Semaphore(1)

    def read() -> None:
        with contextlib.suppress(ImportError):
            importlib.import_module("readline")  # gives input() history and editing
        while True:
            turn.acquire()
            try:
                line: str | None = input(PROMPT)
            except EOFError:
                line = None
            loop.call_soon_threadsafe(lines.put_nowait, line)
            if line is None:
                return

    threading.Thread(target=read, daemon=True, name="terminal").start()
    while (line := await lines.get()) is not None:
        if line.strip().lower() in LEAVE:
            return
        yield line.strip()
        turn.release()
