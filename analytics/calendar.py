"""Single days, months, quarters and years as people write them, and moving them by months."""

import re
from calendar import day_name, month_name, monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import UserError
from domain.period import ONE_DAY, Period

WEEKDAYS = {name.lower(): number for number, name in enumerate(day_name)}
MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
_YEARS = range(2000, 2100)

#: Numbers as people write them out.
_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve"
NUMBERS = {name: n for n, name in enumerate(_NUMBER_WORDS.split(" "), start=1)}
COUNT = rf"\d+|{'|'.join(NUMBERS)}|couple(?: of)?"
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3} | {
    "fourth": 4,
    "4th": 4,
}
_PART = re.compile(
    rf"(?:(?P<which>last|{'|'.join(_ORDINALS)}) )(?:(?P<count>{COUNT}) )?"
    r"(?P<unit>days?|weeks?|half|quarter) of (?:the )?(?P<whole>.+)",
    re.ASCII,
)

_MONTH = r"(?P<name>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
        rf"{_DAY}[ -](?:of )?{_MONTH}(?:,?[ -]{_YEAR})?",
        rf"{_MONTH}[ -]{_DAY}(?:,? {_YEAR})?",
        rf"{_MONTH}(?:,?[ -]{_YEAR})?",
        rf"{_YEAR}[ -]{_MONTH}",
        rf"q(?P<quarter>[1-4])(?:[ -]?{_YEAR})?",
        rf"{_YEAR}[ -]?q(?P<quarter>[1-4])",
        _YEAR,
    )
)


@dataclass(frozen=True, slots=True)
class Point:
    """A whole day, month, quarter or year; `floating` when it was said without its year."""

    period: Period
    words: str
    label: str
    floating: bool = False


def read_point(said: str, today: date) -> Point | None:
    """The point that lower-case words name; None when they name none.

    Without a year it is the newest one that has begun: "dec" in November is last year's.
    """
    if said in ("today", "yesterday"):
        day = today if said == "today" else today - ONE_DAY
        return Point(Period.day(day), said, said)
    if said.removeprefix("the ") == "day before yesterday":
        day = today - 2 * ONE_DAY
        return Point(Period.day(day), "day before yesterday", long_day(day))
    weekday = _named(re.sub(r"^(?:on |last )", "", said), WEEKDAYS)
    if weekday is not None:
        day = today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        return Point(Period.day(day), day_name[weekday].lower(), long_day(day))
    for form in _FORMS:
        if found := form.fullmatch(said.removeprefix("on ").removeprefix("in ")):
            parts = {name: text for name, text in found.groupdict().items() if text}
            return _dated(parts, said, today)
    return None


def _named(word: str, names: dict[str, int]) -> int | None:
    """The number of a name, written out or cut to three letters or more."""
    if len(word) < 3:
        return None
    return next((number for name, number in names.items() if name.startswith(word)), None)


def _dated(parts: dict[str, str], said: str, today: date) -> Point | None:
    month = int(parts["month"]) if "month" in parts else None
    if "name" in parts:
        month = _named(parts["name"], MONTHS)
        if month is None:
            return None
    bare_year = parts.keys() == {"year"}
    year = int(parts["year"]) if "year" in parts else None
    if year is not None and year not in _YEARS:
        if bare_year:
            return None
        raise UserError(f"'{said[:40]}' is too far away: I know the years 2000 to 2099.")
    quarter = int(parts["quarter"]) if "quarter" in parts else None
    day = int(parts["day"]) if "day" in parts else None
    for guess in (year,) if year is not None else _newest_years(today):
        point = _point(guess, quarter, month, day, floating=year is None)
        if point is not None and (year is not None or point.period.start <= today):
            return point
    raise UserError(f"There is no such day or month as '{said[:40]}'.")


def _newest_years(today: date) -> tuple[int, ...]:
    """The years in which a date without a year may lie: 29 February needs up to eight."""
    return tuple(range(today.year, today.year - 9, -1))


def _point(
    year: int, quarter: int | None, month: int | None, day: int | None, floating: bool
) -> Point | None:
    if quarter is not None:
        start = date(year, quarter * 3 - 2, 1)
        period = Period(start, months_back(start, -3))
        return Point(period, f"q{quarter} {year}", f"Q{quarter} {year}", floating)
    if month is None:
        return Point(Period(date(year, 1, 1), date(year + 1, 1, 1)), f"{year}", f"{year}")
    if month not in range(1, 13):
        return None
    if day is None:
        period = Period.month(year, month)
        return Point(period, f"{year}-{month:02}", f"{month_name[month]} {year}", floating)
    if day not in range(1, monthrange(year, month)[1] + 1):
        return None
    exact = date(year, month, day)
    return Point(Period.day(exact), str(exact), long_day(exact), floating)


def counted(said: str) -> int:
    """A number in digits or letters."""
    return 2 if said.startswith("couple") else NUMBERS.get(said) or int(said)


def part(said: str, whole: Callable[[str], Period | None]) -> Period | None:
    """Some days of a longer time: first week of october, second half of 2026, last 3 days of q1.

    `whole` reads what they are a part of. Weeks are counted in sevens from its first day.
    """
    found = _PART.fullmatch(said)
    longer = whole(found["whole"]) if found else None
    if found is None or longer is None:
        return None
    count = counted(found["count"] or "1")
    number = _ORDINALS.get(found["which"])
    if found["unit"] in ("half", "quarter"):
        pieces = 2 if found["unit"] == "half" else 4
        return None if found["count"] else _piece(longer, pieces, number or pieces)
    if found["count"] and number not in (1, None):
        return None
    length = count * (7 if found["unit"].startswith("week") else 1)
    skipped = longer.days - length if number is None else (number - 1) * length
    if not 0 <= skipped <= longer.days - length or not length:
        raise UserError(f"'{said[:60]}' does not fit into the {longer.days} days of that time.")
    start = longer.start + timedelta(days=skipped)
    return Period(start, start + timedelta(days=length))


def _piece(longer: Period, pieces: int, number: int) -> Period | None:
    """A half or a quarter of a year, or a half of a month, which the 15th ends."""
    months = (longer.end.year - longer.start.year) * 12 + longer.end.month - longer.start.month
    if number > pieces or longer.start.day != 1 or longer.end.day != 1:
        return None
    if months == 1 and pieces == 2:
        middle = longer.start.replace(day=16)
        return Period(longer.start, middle) if number == 1 else Period(middle, longer.end)
    if months % pieces:
        return None
    step = months // pieces
    start = months_back(longer.start, -step * (number - 1))
    return Period(start, months_back(start, -step))


def months_back(day: date, months: int) -> date:
    """The same day `months` earlier, the last of the month where that one is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def shifted(period: Period, months: int) -> Period:
    """The same days `months` earlier; whole months stay whole."""
    start = months_back(period.start, months)
    if period.start.day == 1 and period.end.day == 1:
        return Period(start, months_back(period.end, months))
    return Period(start, months_back(period.last, months) + ONE_DAY)


def months_apart(period: Period, earlier: Period) -> int:
    """How many months before `period` its same days are `earlier`; 0 when those are other days."""
    start, before = period.start, earlier.start
    months = (start.year - before.year) * 12 + start.month - before.month
    return months if months > 0 and shifted(period, months) == earlier else 0


def short_day(day: date) -> str:
    """A day in words: 5 October 2026."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def long_day(day: date) -> str:
    """A day with its weekday: Monday 5 October 2026."""
    return f"{day_name[day.weekday()]} {short_day(day)}"
