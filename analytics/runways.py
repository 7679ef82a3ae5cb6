"""Credits: how fast each is used up, what is left, when it ends, and whether it ended.

A bill says what a credit paid, not what is left of it. That is known where somebody told, or where
its description does; else a credit that pays less from month to month ends where its line does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from math import ceil

from analytics.calendar import months_back
from analytics.savings import DAYS_A_MONTH
from domain.charge import Grant, Runway
from domain.period import ONE_DAY, Period, next_month

#: A credit with charges on more days than this of four weeks is applied every day.
DAILY = 14
#: Days without a credit of every day after which it is not applied any more.
SILENT = 7
#: A credit of each month is billed at the latest so long after it ended; so far into a month,
#: there is something of it.
LATE = timedelta(days=10)
#: Nearly nothing: of a credit of which so little is left, the rest is never used.
USED_UP = Decimal("0.02")
#: So many whole months in a row, each with so much less than the one before, and it is fading.
_FADING = 4
_LESS = Decimal("0.9")
#: A line that ends later than this says nothing.
_NEAR = timedelta(days=62)

_AMOUNT = r"(?:USD|US\\$|\$|€|£)?\s?(?P<amount>\d[\d,]*(?:\.\d+)?)(?:\s?(?:USD|EUR|GBP))?"
_LEFT = (
    re.compile(_AMOUNT + r"\s+(?:is |are )?(?:remaining|left)\b", re.IGNORECASE),
    re.compile(r"\b(?:remaining|left|balance)(?: \w+){0,2}:?\s*" + _AMOUNT, re.IGNORECASE),
)
_EXPIRES = re.compile(
    r"\b(?:expir(?:es|ing|y|ation)|valid (?:until|through|to)|ends?)(?: date)?(?: on)?:?\s*"
    r"(?:(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<us_m>\d\d?)/(?P<us_d>\d\d?)/(?P<us_y>\d{4}))",
    re.IGNORECASE,
)
#: What tells accounts, amounts and days apart, not credits.
_FROM = re.compile(r"[,;(]?\s*credit from account:?\s*\d+\)?", re.IGNORECASE)

Days = Mapping[date, Decimal]


def named(said: str) -> str:
    """What a credit is called: its description without what changes from bill to bill."""
    name = _FROM.sub("", said)
    for pattern in (_EXPIRES, *_LEFT):
        name = pattern.sub("", name)
    name = re.sub(r"\s+", " ", name).strip(" ,;:-()")
    return name or said.strip() or "credit"


def told(said: str, day: date) -> Grant | None:
    """What a description says is left and when it ends; `day` is the newest one it is of."""
    amount = next((value for one in _LEFT if (value := _amount(one, said)) is not None), None)
    expires = _expires(said)
    if amount is None and expires is None:
        return None
    # What is left is left after this day.
    return Grant(named(said), amount, day + ONE_DAY if amount is not None else None, expires)


def runway(name: str, days: Days, grant: Grant | None, through: date) -> Runway:
    """How a credit is doing on a day; `days` say what it paid, as amounts above nought.

    What somebody knows of it, `grant`, goes before what its months look like.
    """
    known = {day: paid for day, paid in days.items() if day <= through and paid > 0}
    drawn = sum(known.values(), Decimal(0))
    a_day = _a_day(known, through)
    found = Runway(name, drawn, a_day * DAYS_A_MONTH)
    if grant is not None and grant.amount is not None:
        since = grant.since or date.min
        used = sum((paid for day, paid in known.items() if day >= since), Decimal(0))
        left = max(grant.amount - used, Decimal(0))
        over = left <= USED_UP * grant.amount
        found = replace(found, left=left, used_up=over)
        if a_day and not over:
            ends = through + timedelta(days=ceil(left / a_day))
            found = replace(found, ends=ends, why="it will be used up")
    if grant is not None and grant.expires is not None:
        expired = through > grant.expires
        found = replace(found, used_up=found.used_up or expired)
        if a_day and (found.ends is None or grant.expires < found.ends):
            found = replace(found, ends=grant.expires, why="it expires then")
    if found.ends is None and grant is None:
        found = _faded(found, known, through)
    stopped = _stopped(known, through)
    if stopped is None:
        return found
    return replace(found, stopped=stopped, monthly=_paid_before(known), ends=None)


def _a_day(known: Days, through: date) -> Decimal:
    """What it pays a day at its newest pace: of four weeks, or of the newest whole month on."""
    if _is_daily(known, through):
        recent = [paid for day, paid in known.items() if (through - day).days < 28]
        return sum(recent, Decimal(0)) / 28
    this = through.replace(day=1)
    last = months_back(this, 1)
    so_far, before = _month(known, this), _month(known, last)
    if not before or not any(day < this for day in known):
        # Begun in this month.
        return so_far / through.day
    if not so_far:
        return before / Period(last, this).days
    if next_month(through) == through + ONE_DAY:
        return so_far / through.day
    return (before + so_far) / (Period(last, this).days + through.day)


def _faded(found: Runway, known: Days, through: date) -> Runway:
    """Where each month paid less than the one before, the straight line through them ends."""
    this = (through + ONE_DAY).replace(day=1)
    months = [_month(known, months_back(this, n)) for n in range(_FADING, 0, -1)]
    fading = all(later <= _LESS * earlier for earlier, later in pairwise(months))
    if not fading or not months[-1]:
        return found
    step = (months[0] - months[-1]) / (_FADING - 1)
    ends = this + timedelta(days=ceil(months[-1] / step * DAYS_A_MONTH)) - ONE_DAY
    if not through < ends <= through + _NEAR:
        return found
    return replace(found, ends=ends, why="it pays less each month")


def _stopped(known: Days, through: date) -> date | None:
    """The first day without a credit that was applied for two months or more before."""
    if not known or (through - min(known)).days < 60:
        return None
    last = max(known)
    if _is_daily(known, last):
        return last + ONE_DAY if (through - last).days >= SILENT else None
    month = last.replace(day=1)
    before = _month(known, months_back(month, 1))
    if not before:
        return None
    first = next_month(month)
    # What paid less than before paid its rest; else the month without it has to be over.
    rest = _month(known, month) < _LESS * before
    billed = (first if rest else next_month(first)) + LATE
    return first if through >= billed - ONE_DAY else None


def _paid_before(known: Days) -> Decimal:
    """What it paid in a month before it stopped, whose last one may be a rest."""
    last = max(known)
    if _is_daily(known, last):
        recent = [paid for day, paid in known.items() if (last - day).days < 28]
        return sum(recent, Decimal(0)) / 28 * DAYS_A_MONTH
    month = last.replace(day=1)
    return max(_month(known, month), _month(known, months_back(month, 1)))


def _is_daily(known: Days, last: date) -> bool:
    return sum(0 <= (last - day).days < 28 for day in known) > DAILY


def _month(known: Days, month: date) -> Decimal:
    end = next_month(month)
    return sum((paid for day, paid in known.items() if month <= day < end), Decimal(0))


def _amount(pattern: re.Pattern[str], said: str) -> Decimal | None:
    found = pattern.search(said)
    if found is None:
        return None
    try:
        return Decimal(found["amount"].replace(",", ""))
    except InvalidOperation:
        return None


def _expires(said: str) -> date | None:
    found = _EXPIRES.search(said)
    if found is None:
        return None
    parts = ("y", "m", "d") if found["y"] else ("us_y", "us_m", "us_d")
    try:
        return date(*(int(found[one]) for one in parts))
    except ValueError:
        return None


def grant_of(name: str, grants: Sequence[Grant]) -> Grant | None:
    """The one whose name is part of a credit's name, the longest first."""
    fitting = [one for one in grants if one.name.casefold() in name.casefold()]
    return max(fitting, key=lambda one: len(one.name), default=None)
