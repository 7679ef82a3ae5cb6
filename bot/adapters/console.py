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
from cards.model import Field, Form

PROMPT = "\n/cost "
WELCOME = "Ask in plain words, press a button by its number, leave with Ctrl-D. Try: help\n"
LEAVE = ("quit", "exit", "bye")
#: What leaves a form unsent.
CANCEL = "cancel"


async def converse(room: Room) -> None:
    """Read questions from the terminal until it ends; a number presses a button of the answer."""
    print(WELCOME)
    typed = _Typed()
    last: Line | None = None
    news = asyncio.create_task(_tell(room))
    try:
        async for said in typed:
            if said.isdigit() and last is not None:
                pressed = await room.click(last.number, int(said) - 1)
                if pressed is None:
                    print(f"There is no button {said} here.")
                    continue
                last = pressed
            else:
                last = await room.say(said)
            print(render(last))
            while last.form is not None:
                sent = await _fill(room, typed, last, last.form)
                if sent is None:
                    print("Nothing was sent.")
                    break
                last = sent
                print(render(last))
    finally:
        news.cancel()


def render(line: Line) -> str:
    """An answer as the terminal shows it."""
    if line.card is None:
        return ""
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    shown = text.render(line.card, width=width, colour=sys.stdout.isatty())
    faults = "".join(f"\n! {fault}" for fault in line.faults.values())
    return shown + faults


async def _tell(room: Room) -> None:
    """Print what nobody asked for, and its changes."""
    with room.listening() as changes:
        while True:
            line = await changes.get()
            if not line.said and line.answer is not None:
                print(f"\n{render(line)}", end=PROMPT, flush=True)


async def _fill(room: Room, typed: "_Typed", line: Line, form: Form) -> Line | None:
    """Ask for one field after the other; None when the person gives up."""
    print(f"{form.title}. An empty line keeps what is in brackets; '{CANCEL}' leaves it.")
    values: dict[str, str] = {}
    for one in form.fields:
        said = await typed.next(_question(one))
        if said is None or said.lower() == CANCEL:
            return None
        values[one.name] = _value(one, said)
    if not form.fields:
        said = await typed.next(f"{form.send}? [yes/no] ")
        if said is None or said.lower() not in ("y", "yes"):
            return None
    return await room.send(line.number, values)


def _question(one: Field) -> str:
    choices = ""
    for number, option in enumerate(one.options, 1):
        choices += f"\n  {number}. {option.label}"
    shown = next((o.label for o in one.options if o.value == one.value), one.value)
    return f"{one.label}{choices}\n[{shown}] " if choices else f"{one.label} [{shown}] "


def _value(one: Field, said: str) -> str:
    if not said:
        return one.value
    if one.options and said.isdigit() and 0 < int(said) <= len(one.options):
        return one.options[int(said) - 1].value
    return said


class _Typed:
    """The lines a person types. The reader is a daemon thread: a blocked read ends with us."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._turn = threading.Semaphore(0)
        self._prompt = PROMPT
        threading.Thread(target=self._read, daemon=True, name="terminal").start()

    async def next(self, prompt: str) -> str | None:
        """The next line, asked for with `prompt`; None at the end."""
        self._prompt = prompt
        self._turn.release()
        line = await self._lines.get()
        return line if line is None else line.strip()

    async def __aiter__(self) -> AsyncIterator[str]:
        while (line := await self.next(PROMPT)) is not None:
            if line.lower() in LEAVE:
                return
            yield line

    def _read(self) -> None:
        with contextlib.suppress(ImportError):
            importlib.import_module("readline")  # gives input() history and editing
        while True:
            self._turn.acquire()
            try:
                line: str | None = input(self._prompt)
            except EOFError:
                line = None
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
            if line is None:
                return
