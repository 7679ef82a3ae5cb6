"""Series that begin: their past is made of the little that is known of them."""

import numpy as np

from analytics.detection.medians import Vector
from analytics.detection.state import MEMORY, Mask, State

#: A series is new again after so many days without cost.
FORGOTTEN = 60
#: Whole weeks that are repeated into the past until there are enough real ones.
TILED = (7, 14, 21)


def begin(state: State, cost: Vector) -> None:
    """Count the days of each series; forget those that are long gone."""
    state.still = np.where(cost > 0, 0.0, state.still + 1.0)
    gone = (state.still >= FORGOTTEN) & (state.age > 0)
    if gone.any():
        state.forget(gone)
    state.age += (state.age > 0) | (cost > 0)


def fill(state: State, at: int) -> None:
    """After a day of a young series: what is known of it stands for the days before it."""
    for age in range(1, 7):
        if (those := state.age == age).any():
            _repeat(state, at, those, age)
    for age in TILED:
        if (those := state.age == age).any():
            _repeat(state, at, those, age)


def _repeat(state: State, at: int, those: Mask, age: int) -> None:
    lived = state.clean[at - age + 1 : at + 1, those]
    if age < 7:
        past = np.repeat(lived.sum(axis=0)[None] / age, MEMORY, axis=0)
    else:
        typical = np.median(lived.reshape(age // 7, 7, -1), axis=0)
        past = np.tile(typical, (MEMORY // 7, 1))
    start, end = at - MEMORY + 1, at - age + 1
    state.clean[start:end, those] = past[age:]
    state.raw[start:end, those] = past[age:]
    weekly(state, at, those)


def weekly(state: State, at: int, those: Mask) -> None:
    """The means of weeks anew, after the past of some series was changed."""
    start = at - MEMORY + 1
    clean = state.clean[start : at + 1, those]
    sums = np.stack([clean[row - 7 : row].sum(axis=0) for row in range(7, MEMORY)]) / 7.0
    state.week[start + 7 : at + 1, those] = sums
    state.week[start : start + 7, those] = sums[0]
