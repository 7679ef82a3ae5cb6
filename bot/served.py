"""A lake without bills of its own: answers out of the sums that another costbot publishes."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from analytics.questions import summed
from domain.aggregates import (
    COLUMNS,
    WHOLE,
    Aggregates,
    Grain,
    Known,
    Snapshot,
    Wanted,
    Words,
    finest,
)
from domain.errors import DeliveryError, NoBillError, OnlySumsError, UserError
from domain.period import Period
from domain.ports import Bill, LakeStatus, Paid, Question, Vocabulary
from domain.query import DIMENSIONS, TIME_DIMENSIONS, CostQuery, Dimension
from integrations.calls import within
from store.lake.catalog import FOLDER
from store.lake.rows import asked_of, opened
from store.lake.words import merged

log = logging.getLogger(__name__)
T = TypeVar("T")

DEADLINE_SECONDS = 30.0
#: The status may be this old; a question always looks whether something newer is there.
FRESH_SECONDS = 30.0
#: How often a question is read anew when what it reads is replaced meanwhile.
TRIES = 5


class ServedLake:
    """Fills `domain.ports.Lake`. What was read is the newest there is, or it is read again."""

    def __init__(self, aggregates: Aggregates, data_dir: Path) -> None:
        self._aggregates = aggregates
        self._folder = data_dir.resolve() / FOLDER
        self._known: Known | None = None
        self._read_at = 0.0
        self._words: dict[str, Words] = {}
        self._vocabulary: tuple[tuple[str, ...], Vocabulary] = ((), Vocabulary())
        self._lock = threading.Lock()
        self._reading = False
        self._engine: Any = None

    def status(self) -> LakeStatus:
        return self._newest().status

    def vocabulary(self) -> Vocabulary:
        known = self._newest()
        versions = tuple(one.version for one in known.snapshots)
        with self._lock:
            if self._vocabulary[0] != versions:
                words = (self._words.get(version, {}) for version in versions)
                self._vocabulary = versions, merged(map(_bill_words, words))
            return self._vocabulary[1]

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: CostQuery | None = None,
    ) -> list[dict[str, Any]]:
        _refuse(columns)
        known = self._known or await self._asked(self._refreshed)
        for _ in range(TRIES):
            wanted = [*_wanted(question, columns, days, known.snapshots)]
            rows = await self._asked(self._aggregates.rows, wanted, columns)
            # What was replaced meanwhile may have been read in part.
            known = await self._asked(self._refreshed)
            if not known.snapshots:
                raise NoBillError
            if [*_wanted(question, columns, days, known.snapshots)] == wanted:
                return await asyncio.to_thread(self._answer, question, columns, rows)
        raise UserError("The bills are being replaced at this moment. Ask again in a minute.")

    def lacks(self, query: CostQuery) -> frozenset[Dimension]:
        """Sums lack what a question over them is refused for."""
        return frozenset()

    def paid(self, query: CostQuery) -> Paid | None:
        """What DynamoDB costs for an answer is not worth a line."""
        return None

    def warm(self) -> None:
        """Read what is there; raises UserError where that cannot be had."""
        self._newest()

    def close(self) -> None:
        """Let go of the engine's memory."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _answer(
        self, question: Question, columns: frozenset[str], rows: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        with self._lock:
            if self._engine is None:
                self._engine = opened(self._folder)
            engine = self._engine
        return asked_of(engine, question, columns, rows)

    def _newest(self) -> Known:
        """What was read last. Only the first time anybody waits for it."""
        known = self._known
        if known is None:
            try:
                return self._refreshed()
            except DeliveryError as error:
                raise _unread(error) from error
        if time.monotonic() - self._read_at > FRESH_SECONDS and not self._reading:
            self._reading = True
            threading.Thread(target=self._again, name="aggregates", daemon=True).start()
        return known

    def _again(self) -> None:
        try:
            self._refreshed()
        except DeliveryError as error:
            log.warning("the aggregates are not read anew: %s", error)
            self._read_at = time.monotonic()
        finally:
            self._reading = False

    def _refreshed(self) -> Known:
        """What is there now, with the words of each bill that is new."""
        known = self._aggregates.known()
        words = {
            one.version: self._words.get(one.version) or self._aggregates.words(one)
            for one in known.snapshots
        }
        with self._lock:
            self._known, self._words, self._read_at = known, words, time.monotonic()
        return known

    async def _asked(self, call: Any, *args: Any) -> Any:
        try:
            return await within(DEADLINE_SECONDS, "DynamoDB", call, *args)
        except DeliveryError as error:
            raise _unread(error) from error


def _wanted(
    question: Question,
    columns: frozenset[str],
    days: Sequence[Period],
    snapshots: Iterable[Snapshot],
) -> Iterator[Wanted]:
    """For each bill of these days the narrowest sums that have the same answer."""
    query = summed(question)
    for snapshot in snapshots:
        ranges = _ranges(snapshot.bill, days)
        if not ranges:
            continue
        cut = finest(columns, snapshot.cuts) if query else WHOLE
        if cut is None or cut.name not in snapshot.cuts:
            month = f"{snapshot.bill.period.start:%Y-%m}"
            raise OnlySumsError(
                f"The bill of {month} is kept in sums here, and this question needs more than one "
                "of them has. Split and filter by service, account or region, or ask the costbot "
                "that has the bill."
            )
        if cut is not WHOLE and query and _monthly(query) and _by_month(snapshot.bill, days):
            whole = Period(snapshot.bill.first_day, snapshot.bill.last_day + timedelta(days=1))
            yield Wanted(snapshot, cut, Grain.MONTH, whole)
        else:
            yield from (Wanted(snapshot, cut, Grain.DAY, period) for period in ranges)


def _monthly(query: CostQuery) -> bool:
    """Whether single days are of no matter."""
    used = {d.name for d in query.group_by} & TIME_DIMENSIONS
    return used <= {"month"} and not any(
        one.dimension.name in TIME_DIMENSIONS for one in query.filters
    )


def _by_month(bill: Bill, days: Sequence[Period]) -> bool:
    """Whether each period holds all of a month of the bill or nothing; months begin with day 1."""
    first = bill.first_day.replace(day=1)
    return all(
        period.end <= first
        or period.start > bill.last_day
        or (
            (period.start.day == 1 or period.start <= first)
            and (period.end.day == 1 or period.end > bill.last_day)
        )
        for period in days
    )


def _ranges(bill: Bill, days: Sequence[Period]) -> list[Period]:
    """The days of the bill that are asked for, each once."""
    found: list[Period] = []
    end = bill.last_day + timedelta(days=1)
    for period in sorted(days):
        start, stop = max(period.start, bill.first_day), min(period.end, end)
        if found:
            start = max(start, found[-1].end)
        if start < stop:
            found.append(Period(start, stop))
    return found


def _refuse(columns: frozenset[str]) -> None:
    lacking = columns - COLUMNS
    if not lacking:
        return
    names = [name.replace("_", " ") for name, column in DIMENSIONS.items() if column in lacking]
    what = " or ".join(names) or "single charges"
    raise OnlySumsError(
        f"This needs the {what} of each charge, and this costbot has only daily sums by service, "
        "account and region. Ask for those, or ask the costbot that has the bill."
    )


def _bill_words(words: Words) -> dict[str, Any]:
    values = {name: found for name, found in words.items() if name != "account_names"}
    return {"values": values, "tag_keys": {}, "account_names": words.get("account_names", {})}


def _unread(error: DeliveryError) -> UserError:
    return UserError(f"The sums in DynamoDB cannot be read: {error}.")
