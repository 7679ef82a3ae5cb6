"""What a day should cost, foreseen in four ways of which each series has its best.

Weeks that grow, weeks that repeat, days that follow yesterday, days without a pattern: each has a
way that foresees it well. They are mixed by how wrong they usually are, as in the combination of
forecasts by Bates and Granger (1969, doi:10.1057/jors.1969.103).
"""

import numpy as np

from analytics.detection.medians import Vector, median
from analytics.detection.state import Mask, Matrix, State

#: Weeks whose weekday shares, and whose same weekdays, are compared.
SHARES, WEEKS = 8, 7
#: How much of yesterday's error today still has, for the way that follows yesterday.
CARRIED = 0.4
#: How fast the errors of the ways are forgotten: a part of 1/this a day.
PATIENCE = 40.0
SMALL = 1e-9


def ways(state: State, at: int) -> Matrix:
    """What each way foresees for the day in row `at`."""
    clean, week = state.clean, state.week
    share = median(
        [
            np.divide(
                clean[at - 7 * k],
                week[at - 7 * k],
                out=np.ones(clean.shape[1]),
                where=week[at - 7 * k] > SMALL,
            )
            for k in range(1, SHARES + 1)
        ]
    )
    growing = week[at] * share
    repeating = median([clean[at - 7 * k] for k in range(1, WEEKS + 1)])
    least = 0.1 * week[at] + SMALL
    off = np.clip((clean[at - 1] + least) / (state.plain + least), 0.2, 5.0) - 1.0
    following = growing * (1.0 + CARRIED * off)
    even = (week[at] + week[at - 7] + week[at - 14] + week[at - 21]) * 0.25
    return np.stack([growing, repeating, following, even])


def mixed(state: State, foreseen: Matrix) -> Vector:
    """One number of the four, the more of a way the less it is wrong."""
    least = state.wrong + 0.005
    weight = 1.0 / (least * least * least * least)
    return (weight * foreseen).sum(axis=0) / weight.sum(axis=0)


def learn(state: State, foreseen: Matrix, clean: Vector, against: Vector, those: Mask) -> None:
    """Take into account how wrong each way was about a day; `against` is what counts as big."""
    wrong = np.abs(2.0 * (root(clean) - root(foreseen)) / root(against))
    rate = 1.0 / np.minimum(state.used + 2.0, PATIENCE)
    state.wrong += those * rate * (np.minimum(wrong, 2.0) - state.wrong)
    state.plain = foreseen[0]


def root(amount: Matrix) -> Matrix:
    """The square root, of negative amounts too; it evens out noise that grows with the cost."""
    return np.copysign(np.sqrt(np.abs(amount)), amount)
