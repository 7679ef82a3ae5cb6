"""Robust slopes: the median of the slopes between all pairs of points, many series at once.

Theil 1950 (Proc. KNAW 53, "A rank-invariant method of linear and polynomial regression
analysis"); the interval is Sen's, doi:10.1080/01621459.1968.10480934, section 4, by the normal
approximation of Kendall's statistic.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

#: Of the normal distribution: 95 % lies within.
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Lines:
    """A line through each row: its slope per place with 95 % bounds, and its value at place 0."""

    slope: Vector
    low: Vector
    high: Vector
    start: Vector


def theil_sen(values: Matrix) -> Lines:
    """The line through each row of `values`, whose columns are places 0, 1, 2…; two at least."""
    count = values.shape[1]
    if count < 2:
        raise ValueError("a slope needs two points")
    left, right = np.triu_indices(count, 1)
    slopes = np.sort((values[:, right] - values[:, left]) / (right - left), axis=1)
    slope = np.median(slopes, axis=1)
    start = np.median(values - slope[:, None] * np.arange(count), axis=1)
    pairs = len(left)
    spread = Z * sqrt(count * (count - 1) * (2 * count + 5) / 18)
    lower = max(int((pairs - spread) / 2), 0)
    return Lines(slope, slopes[:, lower], slopes[:, pairs - 1 - lower], start)
