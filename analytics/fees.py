"""Fees: which are new, which come again as they should, which changed or ended.

A fee that something like it came before, a month or a quarter ago, is expected. Any other is a
purchase, also one that comes once a year. A verdict about a day looks at the days before it alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from analytics.calendar import months_back
from analytics.savings import DAYS_A_MONTH
from domain.charge import Altered, Bought, Fee
from domain.period import ONE_DAY, Period, next_month

#: Smaller fees are not worth a message.
FLOOR = Decimal(100)
#: Fees of so many days ago are the same one, coming again: months and quarters of any length.
_AGAIN = (range(26, 37), range(86, 97))
#: So many days ago it is the same one of a year.
_YEAR = range(350, 381)
#: A fee that the bill does not call recurring is another one when it is so many times dearer.
OTHER = 3
#: A recurring fee may differ by so much without being news: months have 28 to 31 days.
SAME = Decimal("0.05")
#: Billed on more days than this of four weeks, it is a fee of every day or hour.
DAILY = 14
#: Days after which a fee that was due is not late any more.
LATE = timedelta(days=7)
#: Days without a fee of every day after which it has ended.
SILENT = timedelta(days=4)
#: A day of an hourly fee that comes to the floor in a month.
_FLOOR_OF_DAY = FLOOR / 31

_WORD_MONTHS = {"one": 1, "two": 2, "three": 3, "five": 5}
_TERM = re.compile(
    r"\b(?P<count>\d{1,2}|one|two|three|five)[ -]?(?P<unit>years?|yrs?|y|months?|mo)"
    r"(?=\b|no|partial|all|[A-Z])|\b(?P<word>annual|yearly|annually|per year)\b",
    re.IGNORECASE,
)

Series = tuple[str, ...]


def bought(fees: Sequence[Fee], first: date, through: date) -> list[Bought]:
    """What was bought on the days up to `through`; `first` is the first day that is known.

    In the first weeks nobody can tell what came before: only what surely comes once counts.
    """
    found: list[Bought] = []
    for days in _by_series(fees, through).values():
        for at, fee in enumerate(days):
            if fee.cost >= _FLOOR_OF_DAY and not _expected(fee, days[:at]):
                told = _told(fee, days, at, through)
                young = (fee.day - first).days < _AGAIN[0].stop
                if told is not None and (not young or _once(told)):
                    found.append(told)
    return sorted(found, key=lambda one: (one.fee.day, *one.fee.series))


def altered(fees: Sequence[Fee], through: date) -> list[Altered]:
    """Monthly fees that came by another amount than the month before."""
    found: list[Altered] = []
    for days in _by_series(fees, through).values():
        if _is_daily(days, days[-1].day):
            continue
        by_month = _months(days)
        months = sorted(by_month)
        for earlier, month in pairwise(months):
            if months_back(month, 1) != earlier or _partial(by_month, earlier, months[0]):
                continue
            now, before = (_cost(by_month[one]) for one in (month, earlier))
            if _changed(now, before, month, earlier) and _again(by_month[month], days):
                found.append(Altered(by_month[month][0], by_month[month][0].day, now, before))
    return found


def ended(fees: Sequence[Fee], through: date) -> list[Altered]:
    """Recurring fees that were due again and did not come; `day` is the first one without it."""
    found: list[Altered] = []
    for days in _by_series(fees, through).values():
        last = days[-1]
        if _is_daily(days, last.day):
            month = [one for one in days if (last.day - one.day).days < 28]
            if through >= last.day + SILENT and sum(one.cost for one in month) >= FLOOR:
                monthly = Decimal(median(one.cost for one in month)) * DAYS_A_MONTH
                found.append(Altered(last, last.day + ONE_DAY, Decimal(0), monthly))
        elif last.cost >= FLOOR and _expected(last, days[:-1], monthly=True):
            due = months_back(last.day, -1)
            if through >= due + LATE:
                found.append(Altered(last, due, Decimal(0), last.cost))
    return found


def term(fee: Fee) -> int | None:
    """For how many months it pays: as its description or usage type says, or its own period."""
    for text in (fee.said, fee.bought):
        found = _TERM.search(text.replace("_", " "))
        if found is None:
            continue
        if found["word"]:
            return 12
        count = _WORD_MONTHS.get(found["count"].lower()) or int(found["count"])
        months = count * (12 if found["unit"].lower().startswith("y") else 1)
        if months:
            return months
    days = (fee.ends - fee.day).days
    return round(days / 30.4) if days > 40 else None


def _told(fee: Fee, days: Sequence[Fee], at: int, through: date) -> Bought | None:
    """With its term, what a month of it costs, and what was paid for it a year ago.

    Whether a recurring fee is one of each month or of each hour shows on its second day.
    """
    months = term(fee)
    before = next((one for one in days[:at] if (fee.day - one.day).days in _YEAR), None)
    if not fee.recurring:
        monthly = fee.cost / months if months else None
        return Bought(fee, months, monthly, before) if fee.cost >= FLOOR else None
    if through == fee.day:
        return None
    second = next((one.cost for one in days[at + 1 :] if one.day == fee.day + ONE_DAY), None)
    # An hourly fee may begin at noon: its second day is the first whole one.
    monthly = fee.cost if second is None else max(fee.cost, second) * DAYS_A_MONTH
    return Bought(fee, months, monthly, before) if monthly >= FLOOR else None


def _once(found: Bought) -> bool:
    """Whether it surely is no monthly fee."""
    return not found.fee.recurring and (found.months is not None and found.months >= 6)


def _expected(fee: Fee, before: Sequence[Fee], monthly: bool = False) -> bool:
    """Whether something like it came a month or a quarter ago, or every day until now."""
    windows = _AGAIN[:1] if monthly else _AGAIN
    for one in before:
        ago = (fee.day - one.day).days
        alike = fee.recurring or fee.cost <= OTHER * one.cost
        if one.cost > 0 and alike and any(ago in window for window in windows):
            return True
        if fee.recurring and 0 < ago < _AGAIN[0].start:
            return True
    return False


def _again(month: Sequence[Fee], days: Sequence[Fee]) -> bool:
    """Whether a month's fee is one that came before: what is new is a purchase."""
    return _expected(month[0], [one for one in days if one.day < month[0].day], monthly=True)


def _changed(now: Decimal, before: Decimal, month: date, earlier: date) -> bool:
    """By its sum and by its sum a day: some fees follow the length of the month, some do not."""
    if abs(now - before) < FLOOR or before <= 0:
        return False
    lengths = [Period(one, next_month(one)).days for one in (month, earlier)]
    a_day = (now / lengths[0]) / (before / lengths[1])
    return all(abs(ratio - 1) > SAME for ratio in (now / before, a_day))


def _partial(by_month: Mapping[date, Sequence[Fee]], month: date, first: date) -> bool:
    """Whether a month is the one it was bought in, and so perhaps no whole one."""
    return month == first and by_month[month][0].day.day > 1


def _is_daily(days: Sequence[Fee], last: date) -> bool:
    return sum((last - one.day).days < 28 for one in days) > DAILY


def _months(days: Iterable[Fee]) -> dict[date, list[Fee]]:
    found: dict[date, list[Fee]] = {}
    for one in days:
        found.setdefault(one.day.replace(day=1), []).append(one)
    return found


def _cost(fees: Iterable[Fee]) -> Decimal:
    return sum((one.cost for one in fees), Decimal(0))


def _by_series(fees: Sequence[Fee], through: date) -> dict[Series, list[Fee]]:
    """What was charged of each, the oldest first: one fee a day."""
    found: dict[Series, dict[date, Fee]] = {}
    for one in sorted(fees, key=lambda fee: (fee.series, fee.day)):
        if one.day <= through and one.cost > 0:
            days = found.setdefault(one.series, {})
            known = days.get(one.day)
            days[one.day] = replace(one, cost=known.cost + one.cost) if known else one
    return {series: list(days.values()) for series, days in found.items()}
