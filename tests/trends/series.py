"""Made series of daily costs, and the trend of one."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from analytics.answers import exact_sum
from analytics.trends import trends
from domain.answer import CostLine, CostSeries
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery, Dimension
from domain.trend import Grain, Trend, Trends

#: A Monday.
FIRST = date(2026, 1, 5)
WEEKDAYS = (1.15, 1.15, 1.15, 1.15, 1.1, 0.68, 0.62)


def series(*lines: Sequence[float], first: date = FIRST) -> CostSeries:
    days = tuple(first + timedelta(days=n) for n in range(len(lines[0])))
    query = CostQuery(Period(first, days[-1] + timedelta(days=1)), group_by=(Dimension("service"),))
    costs = [tuple(Decimal(repr(float(value))) for value in line) for line in lines]
    made = tuple(CostLine((f"s{n}",), line) for n, line in enumerate(costs))
    total = exact_sum(cost for line in costs for cost in line)
    return CostSeries(query, days, made, Money(total, "USD"))


def found(values: Sequence[float], grain: Grain = Grain.WEEK, first: date = FIRST) -> Trend:
    return all_found(values, grain=grain, first=first).whole


def all_found(*lines: Sequence[float], grain: Grain = Grain.WEEK, first: date = FIRST) -> Trends:
    return trends(series(*lines, first=first), grain)


def noisy(days: int, level: float = 1000.0, growth: float = 0.0, seed: int = 1) -> np.ndarray:
    """Usage with quiet weekends, 3 % of noise, and so much growth a day."""
    noise = np.random.default_rng(seed).normal(0, 0.03, days)
    place = np.arange(days)
    return level * (1 + growth) ** place * np.array(WEEKDAYS)[place % 7] * np.exp(noise)
