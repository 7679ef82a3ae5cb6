"""The past by weeks, added up beforehand: what every member asks of it is then a difference.

Past forecasts are made whole weeks apart, so that a window of weeks is the difference of two
running sums, whichever forecast asks. Arrays have the series last: sums over days are then sums of
whole rows, which is how a processor likes it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: How fast exponential smoothing forgets: the weight of the newest day.
ALPHAS = (0.01, 0.05, 0.2, 0.6)


@dataclass(frozen=True, slots=True)
class Past:
    """Weeks x weekdays x series, the last week ending with the last day.

    `seen` is 1 on days since the series began. The others are sums of all weeks before the first,
    second… week: of costs and of days, of both by the number of their week, of squares, and, for
    each speed of forgetting, of costs and days that count less the older they are.
    """

    costs: Array
    seen: Array
    sums: Array
    counts: Array
    lines: Array
    places: Array
    squares: Array
    week_squares: Array
    faded: tuple[tuple[Array, Array], ...]

    @property
    def weeks(self) -> int:
        return len(self.costs)


def past(costs: Array, known: Mask) -> Past:
    """From series x days; days are added in front of the first ones to make whole weeks."""
    series, days = costs.shape
    missing = -days % 7
    by_day, there = np.zeros((missing + days, series)), np.zeros((missing + days, series))
    by_day[missing:], there[missing:] = costs.T, known.T
    shape = (len(by_day) // 7, 7, series)
    weeks, seen = by_day.reshape(shape), there.reshape(shape)
    number = np.arange(shape[0])[:, None, None]
    of_week: Array = seen.sum(axis=1)
    mean: Array = weeks.sum(axis=1) / np.maximum(of_week, 1)
    return Past(
        weeks,
        seen,
        _running(weeks),
        _running(seen),
        _running(weeks * number),
        _running(seen * number),
        _running((weeks**2).sum(axis=1)),
        _running(mean**2 * of_week),
        tuple([(_fading(weeks, alpha), _fading(seen, alpha)) for alpha in ALPHAS]),
    )


def _running(weeks: Array) -> Array:
    """The sums of the weeks before each one, and of all of them."""
    return np.concatenate([np.zeros((1, *weeks.shape[1:])), np.cumsum(weeks, axis=0)])


def _fading(weeks: Array, alpha: float) -> Array:
    """Running sums in which a week counts less, the older it is."""
    found, keep = np.zeros((len(weeks) + 1, *weeks.shape[1:])), (1 - alpha) ** 7
    for n in range(len(weeks)):
        np.multiply(found[n], keep, out=found[n + 1])
        found[n + 1] += weeks[n]
    return found
