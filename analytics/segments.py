"""Where series change: each is cut into the stretches of straight lines that explain it best.

The cut is exact, by dynamic programming over all cuts (optimal partitioning, Jackson et al. 2005,
doi:10.1109/LSP.2001.838216; PELT, Killick et al. 2012, arXiv:1101.1438, finds the same one). What
a further stretch costs follows the BIC: three numbers (a level, a slope, a place) times the
logarithm of the count; the place where a stretch begins may lie between two lines, for one number
more. Noise is estimated from second differences, which neither steps nor slopes
disturb (Gasser, Sroka and Jennen-Steinmetz 1986, doi:10.1093/biomet/73.3.625), by their median.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

#: The shortest stretch: with fewer points a single odd week would be one.
SHORTEST = 3
#: Costs of neighbouring weeks are alike, so that noise looks like change; this makes up for it,
#: and so does looking at the noise between every other week (measured in docs/trends.md).
CAUTION = 2.0
_APART = 2
#: Makes a median absolute deviation of a normal distribution its standard deviation.
_CONSISTENT = 1.4826
#: Points that lie further from the median around them than this many deviations are set to it.
_OUTLYING = 3.0
_WINDOW = 5


@dataclass(frozen=True, slots=True)
class Cuts:
    """For each series the places where its stretches begin, 0 first, and what explaining it so
    costs: the smaller, the better the lines fit."""

    starts: list[list[int]]
    costs: Vector


def cut(values: Matrix, floor: Vector, shortest: int = SHORTEST) -> Cuts:
    """The stretches of each row of `values`; what varies less than `floor` is no change."""
    series, count = values.shape
    noise = np.maximum(_noise(values, floor), floor)
    tidy = without_outliers(values, noise)
    scaled = (tidy - np.median(tidy, axis=1, keepdims=True)) / noise[:, None]
    penalty = CAUTION * 3 * log(max(count, 2))
    best = np.full((series, count + 1), np.inf)
    best[:, 0] = 0.0
    previous = np.zeros((series, count + 1), dtype=np.int64)
    residuals = _Residuals(scaled)
    for end in range(min(shortest, count), count + 1):
        begins = np.arange(0, max(end - shortest, 0) + 1)
        left = residuals.of(begins, end)
        # A week in which the cost jumped is half old and half new, and fits neither line.
        mixed = (begins > 0) & (end - begins > shortest)
        without = residuals.of(begins[mixed] + 1, end) + penalty / 3
        left[:, mixed] = np.minimum(left[:, mixed], without)
        costs = best[:, begins] + left + penalty
        chosen = np.argmin(costs, axis=1)
        previous[:, end] = begins[chosen]
        best[:, end] = costs[np.arange(series), chosen]
    return Cuts([_walk_back(row) for row in previous], best[:, count])


def without_outliers(values: Matrix, noise: Vector) -> Matrix:
    """Single odd points set to the median of the five around them (Hampel's filter)."""
    if values.shape[1] < _WINDOW:
        return values
    half = _WINDOW // 2
    around = np.lib.stride_tricks.sliding_window_view(values, _WINDOW, axis=1)
    # The first and the last two have their nearest five around them.
    windows = np.clip(np.arange(values.shape[1]) - half, 0, around.shape[1] - 1)
    middle = np.median(around, axis=2)[:, windows]
    return np.where(np.abs(values - middle) > _OUTLYING * noise[:, None], middle, values)


def _noise(values: Matrix, floor: Vector) -> Vector:
    """The standard deviation of what no line explains; of the time when a series is not silent."""
    if values.shape[1] <= 2 * _APART:
        return floor
    one, two, three = values[:, : -2 * _APART], values[:, _APART:-_APART], values[:, 2 * _APART :]
    silent = (one == 0) & (two == 0) & (three == 0)
    known = np.where(silent, np.nan, np.abs(one - 2 * two + three))
    known[silent.all(axis=1)] = 0.0
    return _CONSISTENT * np.nanmedian(known, axis=1) / np.sqrt(6)


class _Residuals:
    """The squares that a straight line leaves of any stretch, from running sums."""

    def __init__(self, values: Matrix) -> None:
        place = np.arange(values.shape[1], dtype=np.float64)
        self._value, self._place = _running(values), _running(values * place)
        self._square = _running(values * values)

    def of(self, begins: NDArray[np.int64], end: int) -> Matrix:
        """For each series and each begin: the squares left from there up to, not with, `end`."""
        length = (end - begins).astype(np.float64)
        centre = (begins + end - 1) / 2
        value = self._value[:, [end]] - self._value[:, begins]
        tilt = self._place[:, [end]] - self._place[:, begins] - centre * value
        square = self._square[:, [end]] - self._square[:, begins]
        spread = np.maximum(length * (length * length - 1) / 12, 1e-12)
        return np.maximum(square - value * value / length - tilt * tilt / spread, 0.0)


def _running(values: Matrix) -> Matrix:
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _walk_back(previous: NDArray[np.int64]) -> list[int]:
    starts: list[int] = []
    end = len(previous) - 1
    while end > 0:
        end = int(previous[end])
        starts.insert(0, end)
    return starts
