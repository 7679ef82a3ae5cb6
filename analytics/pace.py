"""How a budget is doing: what should be spent by now, and on which day it will be used up."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from analytics.answers import exact_sum
from domain.period import Period

#: Periods before this one whose shape is taken as what is usual.
SHAPES = 3


def due(
    costs: Mapping[date, Decimal], period: Period, before: Sequence[Period], day: date
) -> Decimal:
    """The share of a period's cost that is usually spent at the end of `day`, from 0 to 1.

    It is the mean of what the `before` periods, which `costs` cover, had spent after as many days
    (the shape of month-start fees and weekends); without them the share of the days.
    """
    elapsed = min(max((day - period.start).days + 1, 0), period.days)
    shares: list[Decimal] = []
    for one in before[:SHAPES]:
        whole = exact_sum(costs.get(each, Decimal(0)) for each in one)
        if whole > 0:
            until = one.start + timedelta(days=round(elapsed * one.days / period.days))
            spent = exact_sum(cost for each, cost in costs.items() if one.start <= each < until)
            shares.append(min(max(spent / whole, Decimal(0)), Decimal(1)))
    if not shares:
        return Decimal(elapsed) / period.days
    return exact_sum(shares) / len(shares)


def reached(amounts: Sequence[tuple[date, Decimal]], limit: Decimal) -> date | None:
    """The first day on which the sum of amounts by day is at the limit; None when it never is."""
    sums = accumulate(amount for _, amount in amounts)
    return next(
        (day for (day, _), total in zip(amounts, sums, strict=True) if total >= limit), None
    )


def running(
    period: Period, costs: Mapping[date, Decimal], last: date
) -> Iterator[tuple[date, Decimal]]:
    """What is spent at the end of each day of the period, through `last`."""
    total = Decimal(0)
    for day in period:
        if day > last:
            return
        total += costs.get(day, Decimal(0))
        yield day, total
