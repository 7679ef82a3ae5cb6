"""Charges to come that follow from the bill: fees on their day, tax and support by rate, credits.

Usage is forecast; everything else has a rhythm of its own and is carried on as plain as it can be
checked by hand. Refunds and yearly fees are never assumed to come again.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from analytics.calendar import months_back
from domain.outlook import Known
from domain.period import ONE_DAY, Period
from domain.query import ChargeType

Key = tuple[str | None, ...]
Days = Mapping[date, Decimal]

#: Follow from what was spent in the month, and are billed when it is over.
RATED = frozenset({ChargeType.TAX, ChargeType.SUPPORT})
ONCE = frozenset({ChargeType.REFUND})
#: A fee of two months in a row is the same one up to this ratio.
_SAME = Decimal("0.15")
#: A charge on more days than this of the last four weeks is daily.
_DAILY = 14


@dataclass(frozen=True, slots=True)
class Book:
    """What the bill has so far. `others` are the charges that are no usage, by type and group.

    `usage` is the usage of whole months by their first days, the forecast of open ones included;
    `through` the last settled day, `period` the days asked about.
    """

    others: Mapping[tuple[str, Key], Days]
    usage: Mapping[date, Decimal]
    through: date
    period: Period


def to_come(book: Book) -> tuple[Known, ...]:
    """Every charge of the period that is not settled and no usage, by day."""
    found = [
        known
        for (charge, key), days in book.others.items()
        for known in _of(book, charge, key, days)
    ]
    return tuple(
        sorted(found, key=lambda one: (one.day, one.why, one.key[:1] == (None,), str(one.key)))
    )


def ending(
    key: Key, ends: date, covered: Decimal, rate: Decimal, period: Period, why: str
) -> tuple[Known, ...]:
    """A commitment that ends: from its last day on, what it covered costs more, every day.

    `covered` is the on-demand price a day of what it covers, `rate` what that costs until then.
    """
    more = covered - rate
    return tuple(Known(key, day, more, why) for day in period if day > ends and more)


def _of(book: Book, charge: str, key: Key, days: Days) -> Iterator[Known]:
    if charge in ONCE:
        return
    late = {day: cost for day, cost in days.items() if day > book.through and day in book.period}
    for day, cost in late.items():
        if cost:
            yield Known(key, day, cost, f"{charge}, billed already")
    recent = [day for day in days if book.through - timedelta(days=28) < day <= book.through]
    if len(recent) > _DAILY:
        yield from _daily(book, charge, key, [days[day] for day in recent], late)
    elif charge in RATED:
        yield from _rated(book, charge, key, days)
    elif charge == ChargeType.CREDIT:
        yield from _credits(book, key, days)
    else:
        yield from _fees(book, charge, key, days)


def _daily(
    book: Book, charge: str, key: Key, costs: Sequence[Decimal], late: Days
) -> Iterator[Known]:
    """A charge of nearly every day goes on as in the last four weeks."""
    mean = sum(costs, Decimal(0)) / 28
    for day in book.period:
        if day > book.through and day not in late:
            yield Known(key, day, mean, f"{charge}, every day")


def _rated(book: Book, charge: str, key: Key, days: Days) -> Iterator[Known]:
    """The rate of the newest month that has it, on the usage of the months to come."""
    billed = [month for month in _before(book, 3) if _sum(days, month) and book.usage.get(month)]
    if not billed:
        return
    rate = _sum(days, billed[0]) / book.usage[billed[0]]
    on = _main_day(days, billed[0])
    for month in _months(book.period, book.through):
        if book.usage.get(month) and not _sum(days, month):
            amount = book.usage[month] * rate
            yield from _if_due(book, key, _day(month, on), amount, f"{charge}, by rate", late=True)


def _credits(book: Book, key: Key, days: Days) -> Iterator[Known]:
    """As in the last month, unless it was less than in the one before: then they ran out."""
    last, earlier = _before(book, 2)
    monthly, before = _sum(days, last), _sum(days, earlier)
    this = book.through.replace(day=1)
    so_far, share = (
        _sum(days, this),
        Decimal(book.through.day) / monthrange(this.year, this.month)[1],
    )
    if not so_far and abs(monthly) < abs(before) * (1 - _SAME):
        return
    on = _main_day(days, this if so_far else last) if so_far or monthly else 1
    monthly = min(so_far / share, monthly, key=abs) if so_far and monthly else monthly
    for month in _months(book.period, book.through):
        rest = monthly - so_far if month == this and so_far else monthly
        if rest < 0:
            yield from _if_due(
                book, key, _day(month, on), rest, "credits, as last month", late=True
            )


def _fees(book: Book, charge: str, key: Key, days: Days) -> Iterator[Known]:
    """What was billed on about the same day of the last two months, again on that day."""
    last, earlier = _before(book, 2)
    this = book.through.replace(day=1)
    for day, cost in sorted(days.items()):
        if day.replace(day=1) not in (last, this) or day > book.through:
            continue
        before = last if day.replace(day=1) == this else earlier
        if not cost or not _again(days, _day(before, day.day), cost):
            continue
        for month in _months(book.period, book.through):
            due = _day(month, day.day)
            if due > book.through and _newest(days, day, cost):
                yield from _if_due(book, key, due, cost, f"{charge}, monthly")


def _newest(days: Days, day: date, cost: Decimal) -> bool:
    """Whether a fee has not come again since, so that only its newest amount is carried on."""
    return not any(
        later > day and _same(other, cost)
        for later, other in days.items()
        if abs(later.day - day.day) <= 2
    )


def _if_due(
    book: Book, key: Key, day: date, amount: Decimal, why: str, late: bool = False
) -> Iterator[Known]:
    """`late` charges are billed under a day that is over."""
    if day in book.period and (late or day > book.through):
        yield Known(key, day, amount, why)


def _again(days: Days, day: date, cost: Decimal) -> bool:
    """Whether about the same amount is billed within two days of `day`."""
    near = (day + timedelta(days=n) for n in range(-2, 3))
    return any(_same(days[other], cost) for other in near if other in days)


def _same(one: Decimal, other: Decimal) -> bool:
    return one * other > 0 and abs(one - other) <= _SAME * abs(other)


def _before(book: Book, count: int) -> list[date]:
    """The last whole months, the newest first."""
    this = (book.through + ONE_DAY).replace(day=1)
    return [months_back(this, n) for n in range(1, count + 1)]


def _months(period: Period, through: date) -> Iterator[date]:
    """The first days of the months of the period that are not settled."""
    month = max(period.start, through).replace(day=1)
    while month < period.end:
        yield month
        month = months_back(month, -1)


def _sum(days: Days, month: date) -> Decimal:
    end = months_back(month, -1)
    return sum((cost for day, cost in days.items() if month <= day < end), Decimal(0))


def _main_day(days: Days, month: date) -> int:
    """The day of the month that most of the money is billed on."""
    end = months_back(month, -1)
    inside = {day: abs(cost) for day, cost in days.items() if month <= day < end}
    return max(inside, key=lambda day: inside[day]).day


def _day(month: date, number: int) -> date:
    return month.replace(day=min(number, monthrange(month.year, month.month)[1]))
