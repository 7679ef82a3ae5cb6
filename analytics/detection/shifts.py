"""Levels that shift: after a week away from what was expected, the new level is what is
expected.
"""

import numpy as np

from analytics.detection import idle
from analytics.detection.births import weekly
from analytics.detection.expected import SMALL, root
from analytics.detection.medians import Vector
from analytics.detection.state import MEMORY, Mask, State

#: So many days off in a row, on one side, are a new level.
PATIENCE = 7
#: A level that comes back within so many days is no news.
RETURN = 60
NEAR = 0.25
#: A level that is only this part of another one is as good as none.
STOPPED = 0.1


def returned(state: State, cost: Vector, expected: Vector, off: Vector) -> Mask:
    """Which series are back at the level of before their newest shift."""
    old = expected * state.back
    near = np.abs(2.0 * (root(cost) - root(old))) < NEAR * root(np.maximum(old, SMALL))
    opposite = off * (1.0 - state.back) < 0
    return (state.back > 0) & (state.since <= RETURN) & near & opposite


def count(state: State, off: Vector, silent: Mask) -> None:
    """Count days off in a row; a usual day takes one back, a day that says nothing none."""
    streak = state.streak
    same = (off != 0) & (np.sign(off) == np.sign(streak))
    calm = np.sign(streak) * np.maximum(np.abs(streak) - 1.0, 0.0)
    state.streak = np.where(
        off == 0, np.where(silent, streak, calm), np.where(same, streak + off, off)
    )
    state.since += 1.0


def adopt(state: State, at: int, home: Mask) -> None:
    """Move the remembered past of series to their new level, and of `home` ones to the old one.

    Where the cost vanished the past is kept: from now on every day is idle, until it is used again.
    """
    those = (np.abs(state.streak) >= PATIENCE) & (state.age > PATIENCE)
    if those.any():
        run = slice(at - PATIENCE + 1, at + 1)
        cost, expected = state.raw[run].sum(axis=0), state.expected[run].sum(axis=0)
        stopped = those & (cost < STOPPED * expected)
        idle.stop(state, stopped)
        begun = those & (expected < STOPPED * cost)
        state.clean[at - MEMORY + 1 : at + 1, begun] = cost[begun] / PATIENCE
        moved = those & ~stopped
        factor = np.where(begun, 1.0, cost / np.maximum(expected, SMALL))
        _move(state, at, moved, factor[moved], PATIENCE)
        state.streak[stopped] = 0.0
    if home.any():
        _move(state, at, home, state.back[home], 1)
        state.back[home] = 0.0


def _move(state: State, at: int, those: Mask, factor: Vector, run: int) -> None:
    past, lately = slice(at - MEMORY + 1, at - run + 1), slice(at - run + 1, at + 1)
    state.clean[past, those] *= factor
    state.clean[lately, those] = np.maximum(state.raw[lately, those], 0.0)
    state.surprise[at - MEMORY + 1 : at + 1, those] *= np.sqrt(factor)
    state.anchor[those] *= factor
    state.plain[those] = state.clean[at, those]
    state.back[those] = np.where(factor > SMALL, 1.0 / np.maximum(factor, SMALL), 0.0)
    state.since[those] = 0.0
    state.streak[those] = 0.0
    weekly(state, at, those)
