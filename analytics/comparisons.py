"""The days to compare with, as people say them: previous, last year, the week before, 2026-09."""

import re
from datetime import date, timedelta

from analytics.calendar import COUNT, counted, shifted
from analytics.periods import (
    LONGEST,
    MONTHS,
    UNIT,
    UNITS,
    NamedPeriod,
    read,
    whole_months,
)
from domain.errors import UserError
from domain.period import Period

_EARLIER = re.compile(
    r"(?:(?:the )?same (?:days?|period|time) )?(?:(?:of|in) )?(?:the |an? )?"
    rf"(?:(?:last|previous|prior) {UNIT}|(?:({COUNT}) )?{UNIT}s? (before|earlier|ago))",
    re.ASCII,
)


def compared(words: str, asked: NamedPeriod, today: date) -> NamedPeriod | None:
    """The period to compare `asked` with: previous, last month, last year or one of its own.

    "vs last month" means the same days one month earlier, clamped where that month is shorter.
    """
    said = " ".join(words.lower().split())
    if said in ("previous", "previous period", "the previous period", "before", "prior", "last"):
        return _previous(asked)
    shift = _shift(said)
    if shift is None:
        return read(said, today)
    count, unit = shift
    if unit == "day" and asked.period.days > 1:
        return None
    return _shifted(asked.period, count, unit)


def _shift(said: str) -> tuple[int, str] | None:
    """How many units earlier the same days are wanted; "3 days ago" is a day of its own."""
    found = _EARLIER.fullmatch(said)
    unit = (found[1] or found[3]) if found else ""
    if found is None or (unit == "day" and (said.endswith("last day") or found[4] == "ago")):
        return None
    count = counted(found[2] or "1")
    if not 1 <= count <= LONGEST[unit]:
        raise UserError(f"'{said[:40]}' is out of reach: say 1 to {LONGEST[unit]} {unit}s.")
    return count, unit


def _shifted(period: Period, count: int, unit: str) -> NamedPeriod:
    if unit in ("day", "week"):
        span = timedelta(days=count * (7 if unit == "week" else 1))
        earlier = Period(period.start - span, period.end - span)
    else:
        earlier = shifted(period, count * MONTHS[UNITS[unit]])
    if count > 1:
        label = f"the same days {count} {unit}s earlier"
        return NamedPeriod(earlier, f"{count} {unit}s before", label)
    if unit == "day":
        return NamedPeriod(earlier, "day before", "the day before")
    return NamedPeriod(earlier, f"last {unit}", f"the same days a {unit} earlier")


def _previous(asked: NamedPeriod) -> NamedPeriod:
    """The days just before; whole months before whole months; the same days of a running unit."""
    period = asked.period
    if asked.so_far:
        label = f"the same days of the previous {asked.so_far}"
        return NamedPeriod(_shifted(period, 1, asked.so_far).period, "previous", label)
    months = whole_months(period)
    if months:
        label = "the month before" if months == 1 else f"the {months} months before"
        return NamedPeriod(shifted(period, months), "previous", label)
    label = "the day before" if period.days == 1 else f"the {period.days} days before"
    before = Period(period.start - timedelta(days=period.days), period.start)
    return NamedPeriod(before, "previous", label)
