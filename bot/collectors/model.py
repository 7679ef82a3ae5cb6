"""A collector: what it asks, how often, and after how long its silence is a finding."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.rights import Right, asked
from bot.settings import Settings
from integrations.aws.explorer import Explorer

Tell = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a collector may use. `progress` tells people how far it is."""

    source: str
    settings: Settings
    now: datetime
    explorer: Explorer
    progress: Tell


@dataclass(frozen=True, slots=True)
class Came:
    """What a source gave: in a few words, and as JSON."""

    said: str
    content: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Collector:
    """`sources` are the names of what is switched on; `collect` raises CostbotError, and needs
    the `rights` for a source at AWS.

    `late` without a good answer is worth a finding. What is collected `here` belongs to this
    machine, such as its bills; all else is collected once for all replicas.
    """

    name: str
    sources: Callable[[Settings], Sequence[str]]
    collect: Callable[[Asked], Awaitable[Came]]
    rights: Callable[[str], Sequence[Right]]
    every: timedelta = timedelta(days=1)
    late: timedelta = timedelta(days=3)
    seconds: float = 600.0
    here: bool = False


def chosen(name: str) -> Callable[[Settings], Sequence[str]]:
    """Switched on by its name in COSTBOT_COLLECT."""
    return lambda settings: (name,) if name in settings.collect else ()


def needs(*operations: str, also: Sequence[str] = ()) -> Callable[[str], Sequence[Right]]:
    """The rights for these requests, whatever the source."""
    return lambda source: (asked(f"collect {source.partition(':')[0]}", *operations, also=also),)
