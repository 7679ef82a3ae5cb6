"""Drift: a level that creeps away too slowly for any single day to stand out."""

import numpy as np

from analytics.detection.medians import Vector
from analytics.detection.state import Mask, State

#: Growth a day that is nobody's news: what the series had before, but at least the first (1.4 times
#: as much in a year) and at most the second (three times). An anchor falls faster.
CALM, GROWTH, FALL = 0.001, 0.003, 0.02
#: How fast earlier growth and wandering are forgotten: a part of 1/this a day.
LEARN, PATIENCE = 90.0, 120.0
#: The level must have grown by this much (a logarithm) beyond it, and by usual wanderings.
LEAST = 0.35
WANDERINGS = 6.0
#: Days of history before drift is looked for.
OLD = 42


def drifted(state: State, at: int) -> tuple[Vector, Vector]:
    """How far each series has crept from its anchor, from 1 on it is a drift; and the anchor."""
    level = (state.week[at] + state.week[at - 7]) * 0.5
    old = (state.age >= OLD) & (level > 1e-6)
    young = (state.age > 0) & (state.age < OLD)
    state.anchor = np.where(young | (state.anchor <= 0), level, state.anchor)
    gap = np.log(np.maximum(level, 1e-6) / np.maximum(state.anchor, 1e-6))
    _learn(state, at)
    bar = np.maximum(LEAST, WANDERINGS * state.wander)
    crept = np.where(old, gap / bar, 0.0)
    anchor = state.anchor
    usual = np.clip(state.growth, CALM, GROWTH)
    state.anchor = anchor * np.exp(np.clip(gap, -FALL, usual))
    return crept, anchor


def settle(state: State, at: int, those: Mask) -> None:
    """What was told as drift is where the next one begins."""
    level = (state.week[at] + state.week[at - 7]) * 0.5
    state.anchor = np.where(those, level, state.anchor)


def _learn(state: State, at: int) -> None:
    """From the weeks before the last four, so that a drift does not hide itself."""
    late = state.week[at - 28] + state.week[at - 35]
    early = state.week[at - 56] + state.week[at - 63]
    known = (state.age > 63) & (late > 1e-6) & (early > 1e-6)
    went = np.clip(np.log(np.maximum(late, 1e-6) / np.maximum(early, 1e-6)), -1.0, 1.0)
    state.wander += np.where(known, (np.abs(went) - state.wander) / PATIENCE, 0.0)
    state.growth += np.where(known, (went / 28.0 - state.growth) / LEARN, 0.0)
