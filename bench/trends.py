"""How often a trend sees a step that is there, one that is not, and how long that takes.

    python bench/trends.py [series]

Made series, seeded: weekdays with quiet weekends, half a year or a year of days, 4 % of noise from
week to week whose neighbours are alike (correlation 0, 0.3 and 0.5), growth of 3 % a month.
"""

import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from analytics.trends import trends
from domain.answer import CostLine, CostSeries
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery
from domain.trend import Grain, Trend

SEED = 11
NOISE = 0.04
WEEKDAYS = np.array((1.13, 1.14, 1.13, 1.12, 1.1, 0.7, 0.68))
FIRST = date(2026, 1, 5)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"{count} series each, seed {SEED}\n\nno step: share in which one is seen")
    for alike in (0.0, 0.3, 0.5):
        for weeks in (26, 52):
            seen = np.mean([bool(one.turns) for one in found(made(count, weeks, alike, 0.0))])
            print(f"  correlation {alike}, {weeks} weeks: {seen:.1%}")
    print("\na step eight weeks before the end, correlation 0.3: seen; day off by (median)")
    for step in (0.08, 0.12, 0.2, 0.4, 1.0):
        for weeks in (26, 52):
            print(f"  {step:+.0%}, {weeks} weeks: {hits(count, weeks, step)}")
    costs = made(count, 52, 0.3, 0.2)
    series = as_series(costs)
    began = time.process_time()
    trends(series, Grain.WEEK)
    spent = time.process_time() - began
    print(f"\n{count} series of {costs.shape[1]} days: {spent:.2f} s of CPU")


def made(count: int, weeks: int, alike: float, step: float) -> NDArray[np.float64]:
    noise = np.random.default_rng(SEED)
    wobble = np.zeros((count, weeks))
    wobble[:, 0] = noise.normal(0, NOISE / np.sqrt(1 - alike**2), count)
    for week in range(1, weeks):
        wobble[:, week] = alike * wobble[:, week - 1] + noise.normal(0, NOISE, count)
    days = np.arange(7 * weeks)
    level = 1000 * 1.001**days * np.exp(np.repeat(wobble, 7, axis=1)) * WEEKDAYS[days % 7]
    level *= np.exp(noise.normal(0, 0.02, level.shape))
    level[:, 7 * (weeks - 8) + 2 :] *= 1 + step
    return level


def hits(count: int, weeks: int, step: float) -> str:
    day = FIRST + timedelta(days=7 * (weeks - 8) + 2)
    off = [
        min((abs((turn.day - day).days) for turn in one.turns if turn.step), default=None)
        for one in found(made(count, weeks, 0.3, step))
    ]
    near = [days for days in off if days is not None and days <= 14]
    middle = f"{np.median(near):.0f}" if near else "–"
    return f"{len(near) / count:.0%}; {middle}"


def found(costs: NDArray[np.float64]) -> tuple[Trend, ...]:
    return trends(as_series(costs), Grain.WEEK).groups


def as_series(costs: NDArray[np.float64]) -> CostSeries:
    days = tuple(FIRST + timedelta(days=n) for n in range(costs.shape[1]))
    lines = tuple(
        CostLine((str(n),), tuple(Decimal(f"{value:.4f}") for value in row))
        for n, row in enumerate(costs)
    )
    query = CostQuery(Period(FIRST, days[-1] + timedelta(days=1)))
    return CostSeries(query, days, lines, Money(Decimal(1), "USD"))


if __name__ == "__main__":
    main()
