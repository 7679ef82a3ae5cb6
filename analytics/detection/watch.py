"""The walk through the days: foresee, judge, learn, with all series at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from analytics.detection import births, drift, expected, fees, idle, shifts
from analytics.detection.expected import root
from analytics.detection.medians import Vector, second_highest
from analytics.detection.score import deviation, normal
from analytics.detection.state import MEMORY, Mask, Matrix, State

#: From this score on a day counts as off for what is learned, whatever people want to hear of.
OFF = 3.5
#: The score of a drift that is just one.
DRIFTS = 5.0
#: Days without which nothing is judged, and within which a series is new.
FEWEST, NEW = 8, 14
#: Usual errors beyond which a day does not count fully for what comes later.
WINSOR = 2.0
#: Days whose second most extreme surprise must be exceeded, and by how much.
TAIL_DAYS, BEYOND = 56, 1.5
#: A deviation within the costs of so many days counts for this part only.
RANGE, KNOWN = 28, 0.2
DU, DD = 1, 2
#: How fast the usual error is forgotten: 1/this a day.
PATIENCE = 40.0
#: No series is steadier than this; a cost of a few dollars less so.
LEAST, GRAIN = 0.05, 0.1


class Kind(IntEnum):
    """What a day may be besides usual."""

    UNKNOWN = 0
    USUAL = 1
    NEW = 2
    DRIFT = 3


@dataclass(slots=True)
class Verdicts:
    """Days x series. A day is usual between `low` and `high`, give or take; `up` and `down` are what
    one deviation is, in roots of money. Of a new series `high` is its dearest day so far."""

    score: Matrix
    low: Matrix
    high: Matrix
    up: Matrix
    down: Matrix
    reach_up: Matrix
    reach_down: Matrix
    kind: NDArray[np.int8]

    @classmethod
    def room(cls, days: int, series: int) -> "Verdicts":
        made = [np.full((days, series), np.nan) for _ in range(7)]
        return cls(*made, np.zeros((days, series), dtype=np.int8))


def watch(costs: Matrix, days: Sequence[date], state: State) -> tuple[Verdicts, State]:
    """Verdicts about days x series, and what is known after them. NaN is a day nobody knows."""
    verdicts = Verdicts.room(*costs.shape)
    open_state = state.opened(len(days))
    for number, day in enumerate(days):
        _day(open_state, MEMORY + number, day, costs[number], verdicts, number)
    return verdicts, open_state.closed()


def _day(
    state: State, at: int, day: date, given: Vector, verdicts: Verdicts, number: int
) -> None:
    unknown = np.isnan(given)
    state.week[at] = state.clean[at - 7 : at].sum(axis=0) / 7.0
    foreseen = expected.ways(state, at)
    usual = expected.mixed(state, foreseen)
    cost = np.where(unknown, usual, given)
    state.raw[at], state.expected[at] = cost, usual
    births.begin(state, cost)
    fee = fees.fee(state, at, day)
    against = np.maximum(np.maximum(usual, 0.5 * foreseen[3]), 1.0)
    up, down, plain = _widths(state, at, against)
    low, high = np.minimum(usual, usual + fee), usual + fee
    above, below = root(cost) - root(high), root(cost) - root(low)
    whole = np.where(above > 0, above / up, np.where(below < 0, below / down, 0.0))
    reach_up, reach_down = _reaches(state, at, high, low)
    near = np.where(above > 0, np.minimum(above, reach_up) / up,
                    np.where(below < 0, np.maximum(below, -reach_down) / down, 0.0))  # fmt: skip
    score = normal(whole)
    mild = normal(whole - (1.0 - KNOWN) * near)
    judged = (state.age >= FEWEST) & ~unknown
    unused = (cost < idle.IDLE * usual) & (state.age > 0) & ~unknown
    habit = idle.habitual(state)
    quiet = idle.silence(state, unused)
    score = np.where(habit & unused, quiet, score)
    mild = np.where(habit & unused, quiet, mild)
    off = np.where(judged & (np.abs(score) > OFF), np.sign(score), 0.0)
    home = shifts.returned(state, cost, usual, off)
    off = np.where(home, 0.0, off)
    mild = np.where(home, 0.0, mild)
    state.doubt = np.where(off==0,0.0,np.where(np.sign(off)==np.sign(state.doubt),state.doubt+off,off))
    crept, more = drift.drifted(state, at)
    drifts = judged & (crept > 1) & (off == 0) & ~habit
    fresh = (state.days > NEW) & (state.age > 0) & (state.age <= NEW) & (off == 0) & ~unknown

    kind = np.where(judged, Kind.USUAL, Kind.UNKNOWN)
    kind = np.where(drifts, Kind.DRIFT, kind)
    verdicts.kind[number] = np.where(fresh, Kind.NEW, kind)
    seen = judged | fresh
    verdicts.score[number] = np.where(seen, np.where(drifts, DRIFTS * crept, mild), np.nan)
    verdicts.low[number] = np.where(fresh, 0.0, np.where(judged, low, np.nan))
    verdicts.high[number] = np.where(fresh, state.most, np.where(judged, high, np.nan))
    verdicts.reach_up[number], verdicts.reach_down[number] = reach_up, reach_down
    verdicts.up[number] = np.where(seen, up, np.nan)
    verdicts.down[number] = np.where(seen, down, np.nan)

    bare = np.where(np.abs(cost - high) < np.abs(cost - low), cost - fee, cost)
    silent = unknown | ((cost <= 0.02 * against) & (usual <= 0.02 * against)) | (habit & unused)
    burst = judged & (above > deviation(OFF) * plain) & (state.streak <= 0)
    _learn(state, at, foreseen, bare, usual, against, off, up, down, habit & unused)
    shifts.count(state, off, silent)
    idle.count(state, unused, burst, cost)
    shifts.adopt(state, at, home)
    idle.turn(state, at)
    births.fill(state, at)
    drift.settle(state, at, drifts)
    state.days += 1


def _reaches(state: State, at: int, high: Vector, low: Vector) -> tuple[Vector, Vector]:
    """How far up and down costs went lately, in roots of money: a holiday looks like a Sunday.

    A day within that is given the benefit of the doubt, unless the day before was one already.
    """
    lately = state.clean[at - RANGE : at]
    up = np.maximum(root(lately.max(axis=0)) - root(high), 0.0)
    down = np.maximum(root(low) - root(lately.min(axis=0)), 0.0)
    return np.where(state.doubt >= DU, 0.0, up), np.where(state.doubt <= -DD, 0.0, down)


def _widths(state: State, at: int, against: Vector) -> tuple[Vector, Vector, Vector]:
    """What one deviation is above and below, in roots of money."""
    usual = np.sqrt(state.scale * state.scale + LEAST * LEAST + GRAIN / against)
    usual = 0.5 * usual * np.sqrt(against) * (1.0 + 4.0 / np.maximum(state.used, 1.0))
    lately = state.surprise[at - TAIL_DAYS : at]
    far = BEYOND / deviation(OFF)
    up = np.maximum(usual, far * second_highest(lately))
    down = np.maximum(usual, far * second_highest(-lately))
    return up, down, usual


def _learn(
    state: State, at: int, foreseen: Matrix, cost: Vector, usual: Vector, against: Vector,
    off: Vector, up: Vector, down: Vector, unused: Mask,
) -> None:  # fmt: skip
    """Keep the day without what was unusual about it, and how wrong everything was."""
    middle = root(usual)
    surprise = root(cost) - middle
    young = state.age < FEWEST
    near = middle + np.clip(surprise, -WINSOR * down, WINSOR * up)
    clean = np.where((off != 0) | unused, usual, np.where(young, cost, near * np.abs(near)))
    state.clean[at] = np.maximum(np.where(state.age > 0, clean, 0.0), 0.0)
    follows = (off != 0) & (np.sign(off) == np.sign(state.streak))
    state.surprise[at] = np.where(follows | young | unused, 0.0, surprise)
    learns = ~unused
    size = np.abs(2.0 * surprise / np.sqrt(against))
    state.used += learns & (state.age > 0)
    rate = 1.0 / np.minimum(state.used + 2.0, PATIENCE)
    state.scale += learns * rate * (1.2533 * np.minimum(size, WINSOR * state.scale) - state.scale)
    expected.learn(state, foreseen, state.clean[at], against, learns & (off == 0))
    state.most = np.where(state.age > 0, np.maximum(state.most, cost), 0.0)
    for name in ("scale", "wrong"):  # a series that has not begun knows nothing
        blank = np.where(state.age > 0, getattr(state, name), expected.FIRST_SCALE)
        setattr(state, name, blank)
    state.surprise[at] = np.where(state.age > 0, state.surprise[at], 0.0)
