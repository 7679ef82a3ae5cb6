"""What is kept of a day: its cost without what was unusual, and how wrong everything was about
it.
"""

from dataclasses import dataclass

import numpy as np

from analytics.detection import expected
from analytics.detection.expected import root
from analytics.detection.medians import Vector
from analytics.detection.state import Mask, Matrix, State
from analytics.detection.widths import Widths

#: Days of a young series that are kept as they are.
FEWEST = 8
#: Deviations beyond which a day does not count fully for what comes later.
WINSOR = 2.0
#: How fast the usual error is forgotten: a part of 1/this a day.
PATIENCE = 40.0
#: Makes the mean absolute deviation of a normal distribution its standard deviation.
CONSISTENT = 1.2533


@dataclass(frozen=True, slots=True)
class Today:
    """A day of all series as it was judged; `cost` is without a known fee."""

    cost: Vector
    usual: Vector
    against: Vector
    off: Vector
    idle: Mask
    widths: Widths


def learn(state: State, at: int, foreseen: Matrix, today: Today) -> None:
    """Take a day into the memory; series that have not begun stay as they are."""
    begun, off, idle = state.age > 0, today.off, today.idle
    young = state.age < FEWEST
    surprise = root(today.cost) - root(today.usual)
    state.clean[at] = np.where(begun, _clean(today, surprise, young), 0.0)
    follows = (off != 0) & (np.sign(off) == np.sign(state.streak))
    state.surprise[at] = np.where(follows | young | idle, 0.0, surprise)
    learns = begun & ~idle
    state.used += learns
    size = np.abs(2.0 * surprise / np.sqrt(today.against))
    rate = learns / np.minimum(state.used + 2.0, PATIENCE)
    state.scale += rate * (CONSISTENT * np.minimum(size, WINSOR * state.scale) - state.scale)
    expected.learn(state, foreseen, state.clean[at], today.against, learns & (off == 0))
    same = np.sign(off) == np.sign(state.doubt)
    state.doubt = np.where(off == 0, 0.0, np.where(same, state.doubt + off, off))


def _clean(today: Today, surprise: Vector, young: Mask) -> Vector:
    """The cost as it should be remembered: of a day off, only what was expected."""
    widths = today.widths
    near = np.clip(surprise, -WINSOR * widths.down, WINSOR * widths.up) + root(today.usual)
    kept = np.where(young, today.cost, near * np.abs(near))
    return np.maximum(np.where((today.off != 0) | today.idle, today.usual, kept), 0.0)
