"""What a check finds, and what it may look at."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.settings import Settings


class Level(StrEnum):
    """How it is: `off` is not switched on, which is nobody's fault."""

    OK = "ok"
    OFF = "off"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is so; where it should not be, `todo` says what to do, and `who` can."""

    about: str
    level: Level
    said: str
    todo: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation: its settings, and the moment."""

    settings: Settings
    now: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """`about` is what is looked at; `run` raises nothing that it can say in a remark."""

    about: str
    run: Callable[[Patient], Awaitable[Sequence[Remark]]]


#: Who can put things right.
HOST = "whoever runs costbot"


def ok(about: str, said: str) -> Remark:
    return Remark(about, Level.OK, said)


def off(about: str, said: str) -> Remark:
    return Remark(about, Level.OFF, said)


def warning(about: str, said: str, todo: str, who: str = HOST) -> Remark:
    return Remark(about, Level.WARNING, said, todo, who)


def bad(about: str, said: str, todo: str, who: str = HOST) -> Remark:
    return Remark(about, Level.BAD, said, todo, who)
