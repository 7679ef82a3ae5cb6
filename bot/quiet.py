"""Quiet hours: windows of the week, by a clock on some wall, in which nothing new appears."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXAMPLE = '"22:00-07:00 Europe/Berlin" or "Sat-Sun"'
MINUTE = timedelta(minutes=1)
#: Windows that leave no minute of this free never end.
FURTHEST = timedelta(days=8)

_WORDS = re.compile(
    r"(?:(?P<days>[a-z]+(?:\s*[-–,]\s*[a-z]+)*)(?:\s+|$))?"
    r"(?:(?P<start>\d{1,2}:\d\d)\s*[-–]\s*(?P<end>\d{1,2}:\d\d)(?:\s+|$))?"
    r"(?P<zone>\S+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Window:
    """On each of `days` (Monday is 0) from `start` to `end`; an end that is not later than the
    start is on the next day, and 24:00 is written as 0:00."""

    said: str
    days: frozenset[int]
    start: time
    end: time
    zone: ZoneInfo

    def covers(self, moment: datetime) -> bool:
        """Whether a clock on the wall shows a time in the window."""
        local = moment.astimezone(self.zone)
        clock, today = local.time().replace(tzinfo=None), local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= clock < self.end
        yesterday = (today - 1) % 7
        begun = today in self.days and clock >= self.start
        return begun or (yesterday in self.days and clock < self.end)


def window(text: str) -> Window:
    """`[days] [from-to] [zone]`; ValueError says what is wrong."""
    found = _WORDS.fullmatch(text.strip())
    if found is None or not (found["days"] or found["start"]):
        raise ValueError(f"{text!r} is no window of the week; write {EXAMPLE}")
    start, end = _clock(found["start"] or "00:00", text), _clock(found["end"] or "24:00", text)
    if found["start"] and start == end and found["end"] != "24:00":
        raise ValueError(f"{text!r} begins when it ends; write {EXAMPLE}, or a whole day as Sat")
    days = _days(found["days"], text) if found["days"] else frozenset(range(7))
    return Window(text, days, start, end, _zone(found["zone"] or "UTC", text))


def held_until(windows: Sequence[Window], now: datetime) -> datetime | None:
    """When the quiet that covers `now` ends, in UTC; None when it is not quiet."""
    return _until(tuple(windows), now.astimezone(UTC).replace(second=0, microsecond=0))


@lru_cache(maxsize=256)
def _until(windows: tuple[Window, ...], minute: datetime) -> datetime | None:
    """Minute by minute: no clock that is set forward or back can be forgotten."""
    moment = minute
    while any(one.covers(moment) for one in windows) and moment < minute + FURTHEST:
        moment += MINUTE
    return moment if moment > minute else None


def ends(windows: Sequence[Window]) -> bool:
    """Whether some minute of the week is free."""
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    until = held_until(windows, monday)
    return until is None or until < monday + FURTHEST


def _clock(text: str, said: str) -> time:
    hours, minutes = map(int, text.split(":"))
    if (hours, minutes) == (24, 0):
        return time(0)
    if hours > 23 or minutes > 59:
        raise ValueError(f"{said!r} has a time that no clock shows; write {EXAMPLE}")
    return time(hours, minutes)


def _days(text: str, said: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        named = [_day(name.strip().lower()) for name in re.split("[-–]", part)]
        first, last = named[0], named[-1]
        if len(named) > 2 or first is None or last is None:
            raise ValueError(f"{said!r} names a day that does not exist; write Mon or Sat-Sun")
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def _day(name: str) -> int | None:
    """Mon, Tues and Wednesday are days."""
    found = (number for number, day in enumerate(DAYS) if day.startswith(name))
    return next(found, None) if len(name) >= 3 else None


def _zone(name: str, said: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{said!r} is in a time zone that does not exist; write one such as Europe/Berlin"
        ) from None
