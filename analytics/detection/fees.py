"""Fees: what a day of the month costs more than was foreseen, one and two months ago."""

import calendar
from datetime import date

import numpy as np

from analytics.detection.expected import root
from analytics.detection.medians import Vector, median
from analytics.detection.state import State

#: From this many usual errors on, a day a month ago stands out.
STANDS_OUT = 3.0
#: Days of a young series that nothing was foreseen for: its weekdays around are looked at instead.
YOUNG = 14


def fee(state: State, at: int, day: date) -> Vector:
    """How much more than usual this day of the month costs; 0 where it is a day like others.

    One month is enough to know it. After two it is what both had.
    """
    found = [_extra(state, at, back) for back in _months_ago(day)]
    if not found:
        return np.zeros(state.raw.shape[1])
    if len(found) == 1:
        return found[0]
    newest, older = found
    return np.where((newest > 0) & (older > 0), (newest + older) * 0.5, newest)


def _extra(state: State, at: int, back: int) -> Vector:
    row = at - back
    around = median([state.raw[row + days] for days in (-14, -7, 7, 14)])
    usual = np.where(state.age - back > YOUNG, state.expected[row], around)
    cost = state.raw[row]
    off = 2.0 * (root(cost) - root(usual)) / root(np.maximum(usual, 1.0))
    return np.where((off > STANDS_OUT * state.scale + 0.1) & (state.age > back), cost - usual, 0.0)


def _months_ago(day: date) -> list[int]:
    """How many days ago this day of the last two months was; a last day stands for the last day."""
    found: list[int] = []
    year, month = day.year, day.month
    ends = day.day == calendar.monthrange(year, month)[1]
    for _ in range(2):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        length = calendar.monthrange(year, month)[1]
        if day.day <= length or ends:
            found.append((day - date(year, month, length if ends else day.day)).days)
    return found
