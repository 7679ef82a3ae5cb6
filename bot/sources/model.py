"""What a source hands over: batches of files, each loaded whole and then remembered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.settings import Settings
from domain.errors import CostbotError

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Files in `folder`, loaded together; `mark` is another one when they are others.

    In messages `folder` is called `shown`.
    """

    name: str
    paths: tuple[Path, ...]
    mark: str
    folder: Path
    shown: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A batch that cannot be had now; nothing of it was loaded, the others may be.

    `error` is None where nobody has to do anything: it comes next time.
    """

    name: str
    why: str
    error: CostbotError | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What to fetch: the address, what is known of it, and an empty folder to put files in."""

    address: str
    settings: Settings
    now: datetime
    folder: Path
    known: Mapping[str, str]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Source:
    """`fetch` yields what is new, one batch after the other: each is loaded before the next."""

    scheme: str
    about: str
    fetch: Callable[[Wish], Iterator[Batch | Skipped]]
