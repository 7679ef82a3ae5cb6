"""Medians of a few rows, of all series at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def median(rows: Sequence[Vector]) -> Vector:
    """The median at each place, by exchanging rows until they are in order.

    For the handful of rows that it is asked for this is several times faster than a sort, and the
    result at one place depends on nothing but that place.
    """
    ordered = list(rows)
    for end in range(len(ordered) - 1, 0, -1):
        for at in range(end):
            low, high = ordered[at], ordered[at + 1]
            ordered[at], ordered[at + 1] = np.minimum(low, high), np.maximum(low, high)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) * 0.5


def second_highest(rows: NDArray[np.float64]) -> Vector:
    """The second highest of all rows at each place."""
    first, second = np.maximum(rows[0], rows[1]), np.minimum(rows[0], rows[1])
    for row in rows[2:]:
        second = np.maximum(second, np.minimum(first, row))
        first = np.maximum(first, row)
    return second
