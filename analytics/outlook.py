"""From daily usage and the other charges to what a period will have cost, part by part.

The total is forecast from its own history, the parts from theirs. What they differ by is shared
among the parts by how uncertain each is, so that they add up (reconciliation with a fixed top:
Hollyman, Petropoulos and Tipping 2021, doi:10.1016/j.ejor.2021.01.017, with the variances of
Wickramasuriya, Athanasopoulos and Hyndman 2019, doi:10.1080/01621459.2018.1448825, as weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from analytics.answers import exact_sum
from analytics.calendar import months_back
from domain.answer import CostSeries
from domain.money import CENT
from domain.outlook import Expected, Step
from domain.period import ONE_DAY, Period

if TYPE_CHECKING:
    import pandas as pd

#: Longer than this is drawn by month.
MOST_DAYS = 100
#: Days and months of the past that a picture shows beside what is to come.
_PAST = {"day": 30, "month": 6}
TOTAL = -1
SURE, LIKELY = 95, 80


@dataclass(frozen=True, slots=True)
class Usage:
    """What the usage to come will cost: all of it with both bounds, and each line of the series.

    `others` is the sum of the lines beyond the limit, None where there are none. `months` has the
    usage of whole months by their first days, what is settled of them included.
    """

    whole: Expected
    likely: Expected
    lines: tuple[Expected, ...]
    others: Expected | None
    steps: tuple[Step, ...]
    grain: str
    months: dict[date, Decimal]


def usage(history: CostSeries, period: Period) -> Usage:
    """`history` is daily usage up to the last settled day; `period` ends after it."""
    total = [exact_sum(costs) for costs in _columns(history)]
    lines = [line.costs for line in history.lines]
    lines += [history.rest] if history.rest is not None else []
    through = history.days[-1]
    horizon = (period.last - through).days
    skip = max((period.start - through).days - 1, 0)
    whole, likely = (
        _sums({TOTAL: total}, history, horizon, skip, level)[0] for level in (SURE, LIKELY)
    )
    parts = (
        _sums(dict(enumerate(lines)), history, horizon, skip, SURE)
        if len(lines) > 1
        else [whole] * len(lines)
    )
    parts = reconciled(whole.mean, parts)
    kept = len(history.lines)
    months = _months(history, total, period)
    grain = "day" if period.days <= MOST_DAYS else "month"
    steps = _by_day(history, total, period) if grain == "day" else months
    return Usage(
        whole,
        likely,
        tuple(parts[:kept]),
        parts[kept] if len(parts) > kept else None,
        tuple(steps),
        grain,
        {step.day: _step_sum(step) for step in months},
    )


def _columns(history: CostSeries) -> list[tuple[Decimal, ...]]:
    every = [line.costs for line in history.lines]
    every += [history.rest] if history.rest is not None else []
    return list(zip(*every, strict=True)) if every else [()] * len(history.days)


def _frame(series: dict[int, Sequence[Decimal]], history: CostSeries) -> "pd.DataFrame":
    import pandas as pd

    days = pd.to_datetime(list(history.days))
    parts = [
        pd.DataFrame({"series_id": name, "date": days, "cost": [float(c) for c in costs]})
        for name, costs in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _sums(
    series: dict[int, Sequence[Decimal]], history: CostSeries, horizon: int, skip: int, level: int
) -> list[Expected]:
    from analytics.forecast import forecast_total

    found = forecast_total(_frame(series, history), horizon, level, skip)
    return [
        Expected(*(_exact(value) for value in row))
        for row in zip(found["mean"], found["lower"], found["upper"], strict=True)
    ]


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(CENT)


def reconciled(whole: Decimal, parts: Sequence[Expected]) -> list[Expected]:
    """The parts moved so that they add up to `whole`, the uncertain ones most."""
    weights = [(part.upper - part.lower) ** 2 for part in parts]
    if not sum(weights):
        weights = [abs(part.mean) for part in parts]
    if not sum(weights):
        weights = [Decimal(1)] * len(parts)
    off, scale = whole - sum((part.mean for part in parts), Decimal(0)), sum(weights)
    moved = [part.plus(off * w / scale) for part, w in zip(parts, weights, strict=True)]
    if not any(m.mean < 0 <= p.lower for m, p in zip(moved, parts, strict=True)):
        return moved
    # A part that cannot be negative would be: then all are scaled instead.
    known = sum((part.mean for part in parts), Decimal(0))
    by = whole / known if known else Decimal(0)
    return [Expected(p.mean * by, p.lower * by, p.upper * by) for p in parts]


def cents(amounts: Sequence[Decimal], whole: Decimal) -> list[Decimal]:
    """The amounts in cents that add up to `whole` in cents: the largest remainders round up.

    ValueError where more than rounding is amiss.
    """
    floors = [amount.quantize(CENT, ROUND_FLOOR) for amount in amounts]
    left = int((whole.quantize(CENT) - sum(floors, Decimal(0))) / CENT)
    if abs(left) > len(amounts):
        raise ValueError(f"the parts are {left} cents short of {whole}")
    order = sorted(range(len(amounts)), key=lambda n: floors[n] - amounts[n])
    for place in range(abs(left)):
        floors[order[place]] += CENT if left > 0 else -CENT
    return floors


def _by_day(history: CostSeries, total: list[Decimal], period: Period) -> list[Step]:
    """The settled days before and in the period, then each day to come."""
    from analytics.forecast import forecast

    through = history.days[-1]
    horizon = (period.last - through).days
    found = forecast(_frame({TOTAL: total}, history), horizon, SURE)
    first = min(period.start, through - timedelta(days=_PAST["day"]))
    steps = [
        Step(day, cost, None) for day, cost in zip(history.days, total, strict=True) if day >= first
    ]
    rows = zip(found["mean"], found["lower"], found["upper"], strict=True)
    for number, row in enumerate(rows, start=1):
        steps.append(Step(through + timedelta(days=number), None, Expected(*map(_exact, row))))
    return steps


def _months(history: CostSeries, total: list[Decimal], period: Period) -> list[Step]:
    """Whole months: those before as far as they are known, those to come with their bounds."""
    through = history.days[-1]
    known = dict(zip(history.days, total, strict=True))
    steps: list[Step] = []
    month = months_back(min(period.start, through).replace(day=1), _PAST["month"])
    while month < period.end:
        days = Period(month, months_back(month, -1))
        spent = [known[day] for day in days if day in known]
        to_come = None
        if days.last > through:
            horizon = (days.last - through).days
            skip = max((days.start - through).days - 1, 0)
            to_come = _sums({TOTAL: total}, history, horizon, skip, SURE)[0]
        if to_come is not None or len(spent) == days.days:
            steps.append(Step(month, exact_sum(spent) if spent else None, to_come))
        month = days.last + ONE_DAY
    return steps


def _step_sum(step: Step) -> Decimal:
    to_come = step.expected.mean if step.expected else Decimal(0)
    return (step.actual or Decimal(0)) + to_come


def hindsight(history: CostSeries, month: Period, through: date) -> tuple[Expected, Decimal]:
    """What would have been said of a month on the day after `through`, and what it cost then."""
    days = history.days
    cut = days.index(through) + 1
    total = [exact_sum(costs) for costs in _columns(history)]
    cost_of = dict(zip(days, total, strict=True))
    settled = exact_sum(cost_of[day] for day in month if day <= through)
    before = CostSeries(history.query, days[:cut], (), history.total)
    said = _sums({TOTAL: total[:cut]}, before, (month.last - through).days, 0, SURE)[0]
    return said.plus(settled), exact_sum(cost_of[day] for day in month)
