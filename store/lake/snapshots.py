"""What is loaded at this moment, and which of its files a question has to read."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain.errors import UserError
from domain.period import Period
from domain.ports import Vocabulary
from store.lake import catalog, named
from store.lake.catalog import Catalog
from store.lake.schema import DAILY, LINES


class Snapshots:
    """The committed catalog under `data_dir`, whoever loads; its files are one snapshot."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.folder = self.data_dir / catalog.FOLDER
        self._lock = threading.Lock()
        self._seen: tuple[object, Catalog] = (None, Catalog())
        self._names: tuple[object, Vocabulary, Vocabulary] | None = None

    def vocabulary(self) -> Vocabulary:
        """The words of the bills, with names of accounts that they do not know."""
        words, seen = self.newest().vocabulary, self._names
        try:
            mark: object = (self.folder / named.FILE).stat().st_mtime_ns
        except FileNotFoundError:
            return words
        if seen is None or seen[0] != mark or seen[1] is not words:
            names = {**named.known(self.folder), **words.account_names}
            seen = self._names = (mark, words, replace(words, account_names=names))
        return seen[2]

    def newest(self) -> Catalog:
        """The committed catalog, read again when another one has taken its place."""
        with self._lock:
            try:
                state = (self.folder / catalog.FILE).stat()
                mark = (state.st_ino, state.st_mtime_ns, state.st_size)
            except FileNotFoundError:
                mark = None
            if mark != self._seen[0]:
                self._seen = (mark, catalog.read(self.folder))
            return self._seen[1]


def files_for(seen: Catalog, daily: bool, days: Sequence[Period]) -> list[str]:
    """The paths, below the lake's folder, that hold charges of these days.

    UserError while nothing is loaded at all.
    """
    if not seen.bills:
        raise UserError("No bill is loaded yet. Load one with: python -m bot load <file>")
    needed = [
        bill
        for bill in seen.bills
        if any(p.start <= bill.bill.last_day and bill.bill.first_day < p.end for p in days)
    ]
    return [path for bill in needed for path in ((bill.daily,) if daily else bill.lines)]


def is_daily(columns: frozenset[str]) -> bool:
    """Whether the narrow daily sums can answer a question that reads these columns."""
    return columns <= DAILY.keys()


def schema_of(daily: bool) -> dict[str, str]:
    return DAILY if daily else LINES
