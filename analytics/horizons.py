"""Days to come as people say them: until month end, next 30 days, for 2027."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.calendar import COUNT, counted, months_back, read_point
from analytics.periods import MONTHS, Unit, to_date
from domain.errors import UserError
from domain.period import ONE_DAY, Period

_SHORT: dict[str, Unit] = {"eom": "month", "eoq": "quarter", "eoy": "year"}
_LEADS = r"(?:(?:until|till|to|through|for|in|over|during|rest of|end of|up to|the|this) )*"
_RUNNING = re.compile(
    rf"(?:{_LEADS}(month|quarter|year)(?:'s)?(?:[ -]?end)?"
    r"|by (?:the |this )?(month|quarter|year)(?:'s)?[ -]?end)"
)
_NEXT = re.compile(
    rf"(?:(?:for|over|in|during) )?(?:the )?next (?:({COUNT}) ?)?"
    r"(d|days?|w|weeks?|m|months?|q|quarters?|y|years?)",
    re.ASCII,
)
_NAMED = re.compile(r"(for|in|during|until|till|to|through|by|up to)(?: the)?(?: end of)? (.+)")
_LONGEST_PHRASE = 7
#: "last month" is over, and "by month" is a way to split.
_NOT_AFTER = frozenset({"last", "previous", "prior", "past", "by", "and", "vs", "since", "where"})
MOST_DAYS = 1095


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days that are forecast as one sum; those of them that are over are known already.

    `words` ask for it again, `label` is what a title says.
    """

    period: Period
    words: str
    label: str


def month_end(today: date) -> Horizon:
    """The running month to its end; what is asked when nothing else is."""
    return _unit("month", today)


def find(words: str, today: date) -> tuple[Horizon | None, str]:
    """The horizon among the words and the words without it; quoted text is left alone."""
    tokens = words.split()
    for start, end in _phrases(len(tokens)):
        if start and tokens[start - 1].lower() in _NOT_AFTER:
            continue
        said = " ".join(tokens[start:end]).lower().strip(",")
        if '"' not in said and "=" not in said and (found := read(said, today)) is not None:
            return found, " ".join([*tokens[:start], *tokens[end:]])
    return None, words


def _phrases(count: int) -> Iterator[tuple[int, int]]:
    """Where phrases begin and end, the longest first."""
    for length in range(min(_LONGEST_PHRASE, count), 0, -1):
        for start in range(count - length + 1):
            yield start, start + length


def read(said: str, today: date) -> Horizon | None:
    """What one phrase means; None when it is no time to come, UserError when it is over."""
    if said in _SHORT:
        return _unit(_SHORT[said], today)
    if found := _RUNNING.fullmatch(said):
        return _unit(_unit_of(found[1] or found[2]), today)
    if found := _NEXT.fullmatch(said):
        return _next(found[1], found[2], today)
    named = _NAMED.fullmatch(said)
    return _point(named[1], named[2], today) if named else None


def _unit_of(letter: str) -> Unit:
    return next(unit for unit in MONTHS if unit.startswith(letter[0]))


def _unit(unit: Unit, today: date) -> Horizon:
    so_far = to_date(unit, today)
    start = so_far.period.start if so_far.so_far else today
    period = Period(start, months_back(start, -MONTHS[unit]))
    return Horizon(period, f"until {unit} end", f"this {unit}")


def _next(count: str | None, unit: str, today: date) -> Horizon:
    number = counted(count or "1")
    if unit[0] in "dw":
        days = number * (7 if unit[0] == "w" else 1)
        end = today + timedelta(days=min(days, MOST_DAYS + 1))
        said = f"next {number}d" if unit[0] == "d" else f"next {number} weeks"
        return _checked(Horizon(Period(today, max(end, today + ONE_DAY)), said, said), today)
    whole = _unit_of(unit)
    start = _unit(whole, today).period.end
    end = months_back(start, -MONTHS[whole] * min(max(number, 1), 120))
    said = f"next {whole}" if number == 1 else f"next {number} {whole}s"
    return _checked(Horizon(Period(start, end), said, said), today)


def _point(lead: str, said: str, today: date) -> Horizon | None:
    """A named day, month, quarter or year, the next one where its year is not said."""
    point = read_point(said, today)
    if point is None or said in ("today", "yesterday"):
        return None
    period = point.period
    if point.floating and period.end <= today:
        start = months_back(period.start, -12)
        days = Period.day(start).end if period.days == 1 else months_back(period.end, -12)
        period = Period(start, days)
    if lead not in ("for", "in", "during"):
        start = min(today.replace(day=1), period.start)
        period = Period(start, period.end)
        words = f"until {period.last}"
        return _checked(Horizon(period, words, words), today)
    return _checked(Horizon(period, f"for {_words(period)}", _words(period)), today)


def _words(period: Period) -> str:
    if period.days == 1:
        return f"{period.start}"
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    names = {1: f"{period.start:%Y-%m}", 12: f"{period.start:%Y}"}
    return names.get(months, f"q{(period.start.month + 2) // 3} {period.start.year}")


def _checked(found: Horizon, today: date) -> Horizon:
    if found.period.end <= today:
        raise UserError(
            f"{found.label} is over: ask what it cost.", (f"{found.period.start:%Y-%m}", "forecast")
        )
    if (found.period.end - today).days > MOST_DAYS:
        raise UserError(
            "A forecast reaches three years ahead at most.", ("forecast", "forecast next 12 months")
        )
    return found
