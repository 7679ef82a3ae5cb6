"""How much is usual: what one deviation is, and how far costs went lately, in roots of money."""

from dataclasses import dataclass

import numpy as np

from analytics.detection.expected import root
from analytics.detection.medians import Vector, second_highest
from analytics.detection.score import deviation
from analytics.detection.state import Matrix, State

#: From this score on a day counts as off for what is learned, whatever people want to hear of.
OFF = 3.0
#: No series is steadier than this; and what a cost of a dollar varies by, squared.
LEAST, GRAIN = 0.08, 0.5
#: The second most extreme surprise of so many days must be exceeded by this much to be off.
TAIL_DAYS, BEYOND = 56, 1.7
#: A deviation within what so many days cost counts for this part only.
RANGE, KNOWN = 28, 0.2
#: The benefit of the doubt ends when so many days before were off: above, below.
DOUBT_UP, DOUBT_DOWN = 1, 2


@dataclass(slots=True)
class Widths:
    """What one deviation is upwards and downwards, and how far the known costs reach."""

    up: Matrix
    down: Matrix
    reach_up: Matrix
    reach_down: Matrix

    def deviations(self, cost: Vector, high: Vector, low: Vector) -> tuple[Vector, Vector]:
        """How many deviations a cost is off, and the same with the benefit of the doubt."""
        above = np.maximum(root(cost) - root(high), 0.0)
        below = np.maximum(root(low) - root(cost), 0.0)
        mild_above = above - (1.0 - KNOWN) * np.minimum(above, self.reach_up)
        mild_below = below - (1.0 - KNOWN) * np.minimum(below, self.reach_down)
        return above / self.up - below / self.down, mild_above / self.up - mild_below / self.down

    def bounds(self, high: Matrix, low: Matrix, deviations: Matrix) -> tuple[Matrix, Matrix]:
        """The costs that are so many deviations off, with the benefit of the doubt."""
        upper = root(high) + _undoubted(deviations * self.up, self.reach_up)
        lower = root(low) - _undoubted(deviations * self.down, self.reach_down)
        return lower * np.abs(lower), upper * np.abs(upper)

    def note(self, row: int, widths: "Widths") -> None:
        """Put those of a day into a row."""
        self.up[row], self.down[row] = widths.up, widths.down
        self.reach_up[row], self.reach_down[row] = widths.reach_up, widths.reach_down


def measured(
    state: State, at: int, high: Vector, low: Vector, against: Vector
) -> tuple[Widths, Vector]:
    """The widths for the day in row `at`; and from where on it stands out, by its noise alone."""
    usual = np.sqrt(state.scale * state.scale + LEAST * LEAST + GRAIN / against)
    usual = 0.5 * usual * np.sqrt(against) * (1.0 + 4.0 / np.maximum(state.used, 1.0))
    surprises = state.surprise[at - TAIL_DAYS : at]
    far = BEYOND / deviation(OFF)
    up = np.maximum(usual, far * second_highest(surprises))
    down = np.maximum(usual, far * second_highest(-surprises))
    reach_up, reach_down = _reaches(state, at, high, low)
    return Widths(up, down, reach_up, reach_down), deviation(OFF) * usual


def _reaches(state: State, at: int, high: Vector, low: Vector) -> tuple[Vector, Vector]:
    """How far up and down costs went lately: a holiday looks like a Sunday.

    A day within that is given the benefit of the doubt, unless the days before were off already.
    """
    lately = state.clean[at - RANGE : at]
    up = np.maximum(root(lately.max(axis=0)) - root(high), 0.0)
    down = np.maximum(root(low) - root(lately.min(axis=0)), 0.0)
    up = np.where(state.doubt >= DOUBT_UP, 0.0, up)
    return up, np.where(state.doubt <= -DOUBT_DOWN, 0.0, down)


def _undoubted(distance: Matrix, reach: Matrix) -> Matrix:
    """From which distance on a cost is off in spite of the benefit of the doubt."""
    within = distance <= KNOWN * reach
    return np.where(within, distance / KNOWN, distance + (1.0 - KNOWN) * reach)
