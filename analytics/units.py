"""The cost of one unit: costs and counts of the same days, divided where there is something."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from analytics.answers import exact_sum
from domain.period import Period
from domain.query import CostQuery
from domain.unit import Counts, Unit, UnitCost, UnitPart

#: A month by day, half a year by week.
_GRAINS = ((35, "day"), (200, "week"))


def grain_of(period: Period) -> str:
    """What a period is told in unless a person says so."""
    return next((name for most, name in _GRAINS if period.days <= most), "month")


def unit_cost(
    unit: Unit,
    query: CostQuery,
    currency: str,
    grain: str,
    costs: Mapping[date, Decimal],
    counts: Counts,
) -> UnitCost:
    """The cost of one over `query.period`, by `grain`, and over `query.compare`.

    A count below zero is none that is known.
    """
    known = {day: count for day, count in counts.items() if count.is_finite() and count >= 0}
    days = tuple(query.period)
    parts: dict[date, list[date]] = {}
    for day in days:
        if day in known:
            parts.setdefault(_start(day, grain), []).append(day)
    return UnitCost(
        unit,
        query,
        currency,
        grain,
        _part(query.period.start, days, costs, known),
        tuple(_part(start, within, costs, known) for start, within in sorted(parts.items())),
        _part(query.compare.start, query.compare, costs, known) if query.compare else None,
        tuple(day for day in days if day not in known),
        tuple(day for day in days if known.get(day) == 0),
    )


def _part(
    start: date, days: Period | tuple[date, ...] | list[date], costs: Mapping[date, Decimal],
    known: Counts,
) -> UnitPart:  # fmt: skip
    counted = [day for day in days if day in known]
    return UnitPart(
        start,
        exact_sum(costs.get(day, Decimal(0)) for day in counted),
        exact_sum(known[day] for day in counted),
        len(counted),
    )


def _start(day: date, grain: str) -> date:
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain == "month" else day
