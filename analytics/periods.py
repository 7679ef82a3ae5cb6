"""Periods as people say them: words and a `today` in, whole UTC days out.

Running periods ("month to date") hold finished days only: today's charges are still arriving.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from analytics.calendar import (
    COUNT,
    WEEKDAYS,
    Point,
    counted,
    long_day,
    months_back,
    part,
    read_point,
    short_day,
)
from domain.errors import UserError
from domain.period import ONE_DAY, Period

Unit = Literal["week", "month", "quarter", "year"]

MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}
_SO_FAR: dict[str, Unit] = {"wtd": "week", "mtd": "month", "qtd": "quarter", "ytd": "year"}
UNITS: dict[str, Unit] = {unit: unit for unit in _SO_FAR.values()}
_RUNNING = re.compile(
    r"(?:(week|month|quarter|year)(?: to date| so far)"
    r"|(?:so far )?(?:this|the current|current) (week|month|quarter|year)(?: so far)?)"
)
_LAST = re.compile(
    r"(?:(?:in |over |for )?(?:the )?(last|past|previous|prior|trailing) )?"
    rf"(?:(?:a )?({COUNT}) ?)?"
    r"(d|days?|w|wks?|weeks?|m|mo|mths?|months?|q|qtrs?|quarters?|y|yrs?|years?)",
    re.ASCII,
)
_RANGE = re.compile(
    r"(?:from )?(.+?)(?: ?(?:\.{2,3}|…|–|—) ?| (?:to|until|till|through|thru|-) )(.+)"
)
_BETWEEN = re.compile(r"between (.+?) and (.+)")
_SINCE = re.compile(
    r"(?:since|from|starting|after the start of) (.+)|(.+?) ?(?:\.{2,3}|…| onwards?)"
)
LONGEST = {"day": 3660, "week": 520, "month": 120, "quarter": 40, "year": 10}
UNIT = r"(day|week|month|quarter|year)"
_AGO = re.compile(rf"(?:(?:an? )?({COUNT})|an?) {UNIT}s? ago", re.ASCII)
_BEFORE_LAST = re.compile(r"(?:the )?(week|month|quarter|year) before last")
_WEEK_OF = re.compile(r"(?:the )?week of (.+)")
_QUARTER = re.compile(r"(?:the )?(first|second|third|fourth) quarter(?: (?:of )?(\d{4}))?")


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A period with the words that ask for it again and a label to print.

    `note` explains a choice made ("Today is the first of the month…"), "" when there is none.
    `so_far` is the unit that still runs, such as month for month to date.
    """

    period: Period
    words: str
    label: str
    note: str = ""
    so_far: Unit | None = None


def to_date(unit: Unit, today: date) -> NamedPeriod:
    """The finished days of the running week, month, quarter or year.

    On its first day there is none yet: the one before answers, and says so.
    """
    words = next(word for word, name in _SO_FAR.items() if name == unit)
    start = _start(unit, today)
    if start < today:
        return NamedPeriod(Period(start, today), words, f"{unit} to date", so_far=unit)
    before = Period(_start(unit, today - ONE_DAY), today)
    note = f"Today is the first day of the {unit} and has not finished: this is the {unit} before."
    return NamedPeriod(before, words, f"last {unit}", note)


def read(words: str, today: date) -> NamedPeriod | None:
    """What the words ask for; None when they are no period, UserError when it cannot be."""
    said = " ".join(words.lower().split())
    readers = (_running, _last, _one, _ago, _part, _range, _since, _unfinished)
    return next((found for reader in readers if (found := reader(said, today))), None)


def dates(period: Period) -> NamedPeriod:
    """A period named by its own dates."""
    if period.days == 1:
        return NamedPeriod(period, f"{period.start}", long_day(period.start))
    words = f"{period.start}..{period.last}"
    return NamedPeriod(period, words, f"{short_day(period.start)} to {short_day(period.last)}")


def whole_months(period: Period) -> int:
    """How many calendar months a period is, 0 when it cuts one."""
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def _start(unit: Unit, day: date) -> date:
    match unit:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case "year":
            return date(day.year, 1, 1)


def _running(said: str, today: date) -> NamedPeriod | None:
    if said in _SO_FAR:
        return to_date(_SO_FAR[said], today)
    found = _RUNNING.fullmatch(said)
    if found is None:
        return None
    return to_date(UNITS[found[1] or found[2]], today)


def _last(said: str, today: date) -> NamedPeriod | None:
    """Whole finished units before the running one: last 7d, past 2 weeks, last month."""
    found = _LAST.fullmatch(said)
    if found is None or not (found[1] or found[2]):
        return None
    unit = next(name for name in LONGEST if name[0] == found[3][0])
    count = counted(found[2] or "1")
    if not 1 <= count <= LONGEST[unit]:
        raise UserError(f"'{said[:40]}' is out of reach: say 1 to {LONGEST[unit]} {unit}s.")
    if unit == "day":
        period = Period(today - timedelta(days=count), today)
        label = "the last day" if count == 1 else f"the last {count} days"
        return NamedPeriod(period, f"last {count}d", label)
    words = f"last {unit}" if count == 1 else f"last {count} {unit}s"
    return NamedPeriod(_units_before(unit, count, today), words, words)


def _units_before(unit: str, count: int, today: date) -> Period:
    if unit == "week":
        end = _start("week", today)
        return Period(end - timedelta(days=7 * count), end)
    end = _start(UNITS[unit], today)
    return Period(months_back(end, count * MONTHS[UNITS[unit]]), end)


def _ago(said: str, today: date) -> NamedPeriod | None:
    """The whole day, week, month, quarter or year that lies so far back."""
    found, last = _AGO.fullmatch(said), _BEFORE_LAST.fullmatch(said)
    if found is None and last is None:
        return None
    count, unit = (counted(found[1] or "1"), found[2]) if found else (2, last[1] if last else "")
    if not 1 <= count <= LONGEST[unit]:
        raise UserError(f"'{said[:40]}' is out of reach: say 1 to {LONGEST[unit]} {unit}s.")
    if unit == "day":
        period = Period.day(today - timedelta(days=count))
    else:
        newer = _units_before(unit, count - 1, today).start if count > 1 else None
        period = _units_before(unit, count, today)
        period = Period(period.start, newer or period.end)
    return replace(dates(period), words=f"{count} {unit}{'s' if count > 1 else ''} ago")


def _part(said: str, today: date) -> NamedPeriod | None:
    """Some of a longer time's days, by their dates; up to yesterday while they run."""
    said = said.removeprefix("in ").removeprefix("the ")
    if quarter := _QUARTER.fullmatch(said):
        number = ("first", "second", "third", "fourth").index(quarter[1]) + 1
        return _one(f"q{number} {quarter[2] or ''}".strip(), today)
    week = _WEEK_OF.fullmatch(said)
    day = read_point(week[1], today) if week else None
    if day is not None and day.period.days == 1:
        monday = _start("week", day.period.start)
        found = Period(monday, monday + timedelta(days=7))
    else:
        found = part(said, lambda words: _whole(words, today))
    if found is None:
        return None
    if found.start > today:
        raise UserError(f"'{said[:60]}' has not begun. Ask for days up to {today}.")
    finished = max(today, found.start + ONE_DAY)
    period = Period(found.start, min(found.end, finished))
    return _one(str(period.start), today) if period.days == 1 else dates(period)


def _whole(said: str, today: date) -> Period | None:
    """A time in full, its days to come included: october, last year, this month."""
    if point := read_point(said, today):
        return point.period
    found = re.fullmatch(r"(?:(this|last|previous) )?(week|month|quarter|year)", said)
    if found is None:
        return None
    unit = UNITS[found[2]]
    if found[1] in ("last", "previous"):
        return _units_before(unit, 1, today)
    start = _start(unit, today)
    if unit == "week":
        return Period(start, start + timedelta(days=7))
    return Period(start, months_back(start, -MONTHS[unit]))


def _unfinished(said: str, today: date) -> NamedPeriod | None:
    """`so far` alone is the month; after other days they must still run: november so far."""
    if said == "so far":
        return to_date("month", today)
    found = read(said.removesuffix(" so far"), today) if said.endswith(" so far") else None
    return found if found and (found.so_far or today in found.period) else None


def _one(said: str, today: date) -> NamedPeriod | None:
    """One day, month, quarter or year; up to yesterday while it runs."""
    point = read_point(said, today)
    if point is None:
        return None
    period = point.period
    if period.start > today:
        raise UserError(f"{_capital(point.label)} has not begun. Ask for days up to {today}.")
    named = NamedPeriod(period, point.words, point.label)
    if period.end <= today:
        return named
    if period == Period.day(today):
        return replace(named, note="Today has not finished: most of its charges are to come.")
    units: dict[int, Unit] = {1: "month", 3: "quarter", 12: "year"}
    so_far = units[whole_months(period)]
    named = replace(named, label=f"{point.label} so far", so_far=so_far)
    if period.start < today:
        return replace(named, period=Period(period.start, today))
    note = f"No day of {point.label} has finished yet: this is today as far as it is known."
    return replace(named, period=Period.day(today), note=note)


def _range(said: str, today: date) -> NamedPeriod | None:
    """From the first day of one point through the last day of another, as people write it."""
    found = _BETWEEN.fullmatch(said) or _RANGE.fullmatch(said)
    if found is None:
        return None
    first, last = read_point(found[1], today), read_point(_now(found[2]), today)
    if first is None or last is None:
        return None
    start = first.period.start
    if start > last.period.last and first.floating:
        start = months_back(start, 12)
    _check_order(said, start, last, today)
    period = Period(start, last.period.end)
    if period.days == 1:
        return _one(str(start), today)
    runs = last.period.days > 1 and today in last.period and start < today
    return dates(Period(start, today) if runs else period)


def _now(said: str) -> str:
    return "today" if said == "now" else said


def _check_order(said: str, start: date, last: Point, today: date) -> None:
    if start > last.period.last:
        raise UserError(f"'{said[:60]}' ends before it starts. Write the earlier day first.")
    if start > today:
        raise UserError(f"'{said[:60]}' has not begun. Ask for days up to {today}.")


def _since(said: str, today: date) -> NamedPeriod | None:
    """From a day through yesterday, or today alone when it starts today."""
    found = _SINCE.fullmatch(said)
    said = (found[1] or found[2]) if found else ""
    point = read_point(said, today)
    whole = _whole(said, today)
    if whole is None:
        return None
    start = whole.start
    if start > today:
        raise UserError(f"{_capital(said[:40])} has not begun. Ask for days up to {today}.")
    label = f"since {long_day(start)}"
    words = f"since {point.words if point and point.words in WEEKDAYS else start}"
    if start < today:
        return NamedPeriod(Period(start, today), words, label)
    note = "Today has not finished: most of its charges are to come."
    return NamedPeriod(Period.day(today), words, label, note)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
