"""Occasions: the local dates of a rhythm, the moments at which they are due, and which one is now.

An occasion is named by its local date, so that it is the same one for every replica and however
often clocks are changed. Its moment is the first one at which the wall clock of the zone shows its
time: once where that hour comes twice, and the end of the gap where it does not come at all.
"""

from calendar import day_name, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from domain.period import ONE_DAY

Unit = Literal["day", "workday", "week", "month"]

#: What was missed by more than this is not sent any more: it would not be news.
CATCH_UP = timedelta(hours=12)
#: The days among which every rhythm has an occasion, whichever day it is asked on.
_REACH = 63
_LAST_DAY = 31
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`unit` at a wall time of a zone; `on` is the weekday (0 is Monday) or the day of the month.

    A day that a month does not have is its last one: 31 is the last day of every month.
    """

    unit: Unit
    on: int
    at: time
    zone: ZoneInfo

    @classmethod
    def of(cls, every: str, at: str, zone: str) -> "Rhythm":
        """From the words that `every` and HH:MM make; ValueError for others and unknown zones."""
        unit, _, on = every.partition(":")
        match unit:
            case "day" | "workday" if not on:
                number = 0
            case "week" if on.isdecimal() and int(on) < 7:
                number = int(on)
            case "month" if on.isdecimal() and 1 <= int(on) <= _LAST_DAY:
                number = int(on)
            case _:
                raise ValueError(f"no such rhythm: {every}")
        try:
            return cls(unit, number, time.fromisoformat(at), ZoneInfo(zone))
        except (KeyError, OSError) as error:
            raise ValueError(f"no such time zone: {zone}") from error

    @property
    def every(self) -> str:
        """The word that `of` reads: day, workday, week:0, month:31."""
        return f"{self.unit}:{self.on}" if self.unit in ("week", "month") else self.unit

    @property
    def said(self) -> str:
        """every Monday, every month on the 15th"""
        match self.unit:
            case "day":
                return "every day"
            case "workday":
                return "every workday"
            case "week":
                return f"every {day_name[self.on]}"
            case "month":
                last = self.on == _LAST_DAY
                return f"every month on the {'last day' if last else ordinal(self.on)}"

    def on_date(self, day: date) -> bool:
        """Whether a local date has an occasion."""
        match self.unit:
            case "day":
                return True
            case "workday":
                return day.weekday() < 5
            case "week":
                return day.weekday() == self.on
            case "month":
                return day.day == min(self.on, monthrange(day.year, day.month)[1])

    def moment(self, day: date) -> datetime:
        """When the occasion of a local date is due, in UTC."""
        return moment_of(datetime.combine(day, self.at), self.zone)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One date of a rhythm and its moment; `late` when it was missed for too long to run."""

    day: date
    moment: datetime
    late: bool = False


def due(
    rhythm: Rhythm, since: datetime, now: datetime, catch_up: timedelta = CATCH_UP
) -> Occasion | None:
    """The newest occasion that has come, after `since`; those before it are not caught up with."""
    local = now.astimezone(rhythm.zone).date()
    # A clock that is set back over midnight shows yesterday again: look one day ahead as well.
    days = (local + ONE_DAY - timedelta(days=n) for n in range(_REACH))
    for day in days:
        if rhythm.on_date(day) and (moment := rhythm.moment(day)) <= now:
            late = now - moment > catch_up
            return Occasion(day, moment, late) if moment > since else None
    return None


def following(rhythm: Rhythm, now: datetime) -> Occasion:
    """The first occasion after a moment."""
    return next(upcoming(rhythm, now))


def upcoming(rhythm: Rhythm, now: datetime) -> Iterator[Occasion]:
    """The occasions after a moment, one after the other."""
    day = now.astimezone(rhythm.zone).date() - ONE_DAY
    while True:
        if rhythm.on_date(day) and (moment := rhythm.moment(day)) > now:
            yield Occasion(day, moment)
        day += ONE_DAY


@lru_cache(maxsize=4096)
def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clock of a zone shows a time, or the end of its gap."""
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    # In a gap the two readings lie around its end, which is where the offset changes.
    before, after = sorted((early, late))
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th, 21st"""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{_ENDINGS.get(number % 10, 'th')}"
