"""The first day of a change: where its days begin to differ from the same weekdays before.

The stretch with the largest sum of excess over half of the usual excess, which is where Page's
cumulative sum (1954, Biometrika 41) last left zero before it was highest.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from domain.period import Period

#: Makes the median absolute deviation of a normal distribution its standard deviation.
CONSISTENT = 1.4826
#: So many usual deviations are no coincidence.
CLEAR = 3.0
#: The days with the largest excess that together have this much of it are the change.
MOST = 0.9
#: Fewer days than this say nothing of weekdays.
WEEKS = 14


def first_day(
    days: Sequence[date], costs: Sequence[Decimal], ground: Period, period: Period, rise: bool
) -> date | None:
    """The day on which the change of `period` against the days of `ground` began.

    `costs` are of the change's own part of the bill, for days in a row. None when no day differs.
    """
    values = np.array([float(cost) for cost in costs])
    base = np.array([day in ground for day in days])
    if not base.any():
        return None
    usual = _usual(days, values, base)
    excess = (values - usual) if rise else (usual - values)
    noise = CONSISTENT * float(np.median(np.abs(values - usual)[base]))
    inside = np.array([day in period for day in days])
    clear = excess[inside & (excess > CLEAR * noise) & (excess > 0)]
    if not len(clear):
        return None
    drift = max(_typical(clear) / 2, min(CLEAR * noise, float(clear.max()) / 2))
    return days[_start(excess - drift)]


def _typical(clear: NDArray[np.float64]) -> float:
    """The usual excess of the days that make up most of it: small ones before do not count."""
    ordered = np.sort(clear)[::-1]
    held = np.cumsum(ordered) - ordered < MOST * ordered.sum()
    return float(np.median(ordered[held]))


def _usual(
    days: Sequence[date], values: NDArray[np.float64], base: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """What each day should have cost: the median of its weekday, of all days where they are few."""
    weekdays = np.array([day.weekday() for day in days])
    if base.sum() < WEEKS:
        return np.full(len(days), np.median(values[base]))
    medians = [
        np.median(values[same])
        if (same := base & (weekdays == n)).any()
        else np.median(values[base])
        for n in range(7)
    ]
    return np.array(medians)[weekdays]


def _start(gains: NDArray[np.float64]) -> int:
    """Where the stretch with the largest sum begins."""
    best, best_start, running, start = 0.0, int(np.argmax(gains)), 0.0, 0
    for place, gain in enumerate(gains):
        if running <= 0:
            running, start = 0.0, place
        running += float(gain)
        if running > best:
            best, best_start = running, start
    return best_start
