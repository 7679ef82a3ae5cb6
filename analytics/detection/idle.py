"""Series that are used on some days only: a day without use says nothing about what a use costs.

Such days are counted, and left out of the history as if they were missing, in the spirit of Croston
(1972, doi:10.1057/jors.1972.50), who forecast the size of a demand apart from its intervals.
"""

import numpy as np

from analytics.detection.births import weekly
from analytics.detection.medians import Vector
from analytics.detection.state import MEMORY, Mask, State

#: A day is idle when it costs less than this part of what a used day costs.
IDLE = 0.2
#: So many idle days, of the last ones, are a habit.
HABIT = 2.0
#: How fast idle days and bursts are forgotten: a part of 1/this a day.
PATIENCE = 50.0
#: What is left of the longest silence after a day.
FADE = 0.99
#: So many bursts, of the last days, make the days between them idle ones.
BURSTS = 2.0


def habitual(state: State) -> Mask:
    """Which series have idle days now and then."""
    return state.idle >= HABIT


def chance(state: State) -> Vector:
    """How probable it is that a day is idle."""
    return np.clip((state.idle + 0.5) / (_days(state) + 1.0), 0.02, 0.98)


def silence(state: State, idle: Mask) -> Vector:
    """The score of an idle day in a series that has them: how rare so long a silence is."""
    longest = np.maximum(state.longest * FADE, np.where(idle, 0.0, state.silence))
    state.longest = longest
    state.silence = np.where(idle, state.silence - np.log(chance(state)), 0.0)
    double = 2.0 * np.maximum(state.silence - longest, 0.0)
    # The normal deviate with this tail, by the first term of its asymptotic series.
    return -np.sqrt(np.maximum(double - np.log(2 * np.pi * np.maximum(double, 1.0)), 0.0))


def count(state: State, idle: Mask, burst: Mask, cost: Vector) -> None:
    """Count idle days, and days that stand out alone."""
    fade = 1.0 - 1.0 / PATIENCE
    state.idle = state.idle * fade + idle
    state.bursts = state.bursts * fade + burst
    part = 1.0 / np.maximum(state.bursts, 1.0)
    state.size = np.where(burst, state.size + part * (cost - state.size), state.size)


def turn(state: State, at: int) -> None:
    """What stood out again and again is what a used day costs, and the days between are idle."""
    level = (state.week[at] + state.week[at - 7]) * 0.5
    those = (state.bursts >= BURSTS) & (level < IDLE * state.size)
    if not those.any():
        return
    past = slice(at - MEMORY + 1, at + 1)
    state.clean[past, those] = state.size[those]
    state.surprise[past, those] = 0.0
    state.idle[those] = (_days(state) - state.bursts)[those]
    state.scale[those], state.wrong[:, those], state.used[those] = 0.3, 0.3, BURSTS
    state.anchor[those] = state.plain[those] = state.size[those]
    state.bursts[those] = state.streak[those] = state.back[those] = 0.0
    weekly(state, at, those)


def stop(state: State, those: Mask) -> None:
    """Take it that these series are idle from now on."""
    state.idle[those] = _days(state)[those]
    state.silence[those] = 0.0


def _days(state: State) -> Vector:
    """All days of a series, forgotten as idle ones are."""
    return PATIENCE * (1.0 - np.exp(-state.age / PATIENCE))
