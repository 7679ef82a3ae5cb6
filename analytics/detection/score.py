"""Scores: how rare a deviation is, as standard deviations of a normal distribution.

A deviation in units of the usual one follows, over many series, about a t distribution: far ones
are much more frequent than a normal distribution says. Wallace's transformation (1959, Annals of
Mathematical Statistics 30:1121) gives the normal deviate with the same tail, and has an inverse.
"""

import math

import numpy as np

from analytics.detection.medians import Vector

#: Degrees of freedom. With them the far tail of quiet made-up series is what a score says, see
#: docs/accuracy.md.
FREEDOM = 20.0
_SHRINK = (8 * FREEDOM + 1) / (8 * FREEDOM + 3)


def normal(deviation: Vector) -> Vector:
    """The score of deviations; keeps their sign."""
    size = _SHRINK * np.sqrt(FREEDOM * np.log1p(deviation * deviation / FREEDOM))
    return np.copysign(size, deviation)


def deviation(score: float) -> float:
    """The deviation that has this score."""
    return math.sqrt(FREEDOM * math.expm1((score / _SHRINK) ** 2 / FREEDOM))
