"""The walk through the days: foresee, judge, learn, with all series at once.

Every step is arithmetic at one place of a row, so what is said of a series depends on no other
series and on no later day, to the last bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from analytics.detection import births, drift, expected, fees, idle, learning, shifts
from analytics.detection.learning import Today
from analytics.detection.medians import Vector
from analytics.detection.score import normal
from analytics.detection.state import MEMORY, Matrix, State
from analytics.detection.widths import OFF, Widths, measured

#: Days without which nothing is judged, and within which a series is new.
FEWEST, NEW = learning.FEWEST, 14
#: The score of a drift that is just one.
DRIFTS = 5.0


class Kind(IntEnum):
    """How a day was judged."""

    NOT = 0
    BY_BOUNDS = 1
    NEW = 2
    DRIFT = 3
    SILENCE = 4


@dataclass(slots=True)
class Verdicts:
    """Days x series. A day is usual from `low` to `high`, give or take; `widths` say how much to
    give.

    Of a new series `high` is its dearest day so far. `expected` is the mean of what may come.
    """

    score: Matrix
    expected: Matrix
    low: Matrix
    high: Matrix
    widths: Widths
    kind: NDArray[np.int8]

    @classmethod
    def room(cls, days: int, series: int) -> "Verdicts":
        """Verdicts that have not been passed."""
        score, mean, low, high, *widths = (np.full((days, series), np.nan) for _ in range(8))
        kind = np.zeros((days, series), dtype=np.int8)
        return cls(score, mean, low, high, Widths(*widths), kind)


def watch(costs: Matrix, days: Sequence[date], state: State) -> tuple[Verdicts, State]:
    """Verdicts about days x series, and what is known after them. NaN is a cost nobody knows."""
    verdicts = Verdicts.room(*costs.shape)
    following = state.opened(len(days))
    for number, day in enumerate(days):
        _day(following, MEMORY + number, day, costs[number], verdicts, number)
    return verdicts, following.closed()


def _day(state: State, at: int, day: date, given: Vector, verdicts: Verdicts, number: int) -> None:
    unknown = np.isnan(given)
    state.week[at] = state.clean[at - 7 : at].sum(axis=0) / 7.0
    foreseen = expected.ways(state, at)
    usual = expected.mixed(state, foreseen)
    cost = np.where(unknown, usual, given)
    state.raw[at], state.expected[at] = cost, usual
    births.begin(state, cost)

    fee = fees.fee(state, at, day)
    against = np.maximum(np.maximum(usual, 0.5 * foreseen[3]), 1.0)
    widths, plain = measured(state, at, usual + fee, usual, against)
    habit = idle.habitual(state)
    unused = (cost < idle.IDLE * usual) & (state.age > 0) & ~unknown
    silence = idle.silence(state, unused)
    whole, mild = widths.deviations(cost, usual + fee, usual)
    idling = habit & unused
    score = np.where(idling, silence, normal(whole))
    told = np.where(idling, silence, normal(mild))

    judged = (state.age >= FEWEST) & ~unknown
    off = np.where(judged & (np.abs(score) > OFF), np.sign(score), 0.0)
    home = shifts.returned(state, cost, usual, off)
    off, told = np.where(home, 0.0, off), np.where(home, 0.0, told)
    crept, anchor = drift.drifted(state, at)
    drifts = judged & (crept > 1) & (off == 0) & ~habit
    fresh = (state.days > NEW) & (state.age > 0) & (state.age <= NEW) & (off == 0) & ~unknown

    kind = np.where(judged, np.where(idling, Kind.SILENCE, Kind.BY_BOUNDS), Kind.NOT)
    verdicts.kind[number] = np.where(fresh, Kind.NEW, np.where(drifts, Kind.DRIFT, kind))
    verdicts.score[number] = np.where(drifts, DRIFTS * crept, told)
    mean = (usual + fee) * np.where(habit, 1.0 - idle.chance(state), 1.0)
    verdicts.expected[number] = np.where(fresh, 0.0, np.where(drifts, anchor, mean))
    verdicts.low[number] = np.where(fresh, 0.0, usual)
    verdicts.high[number] = np.where(fresh, state.most, usual + fee)
    verdicts.widths.note(number, widths)

    burst = judged & (cost > usual + fee) & (whole * widths.up > plain) & (state.streak <= 0)
    quiet = unknown | idling | ((cost <= 0.02 * against) & (usual <= 0.02 * against))
    bare = np.where(np.abs(cost - fee - usual) < np.abs(cost - usual), cost - fee, cost)
    learning.learn(state, at, foreseen, Today(bare, usual, against, off, idling, widths))
    state.most = np.where(state.age > 0, np.maximum(state.most, cost), 0.0)
    shifts.count(state, off, quiet)
    idle.count(state, unused, burst, cost)
    shifts.adopt(state, at, home)
    idle.turn(state, at)
    births.fill(state, at)
    drift.settle(state, at, drifts)
    state.days += 1
