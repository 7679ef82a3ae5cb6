"""Fees: what a day of the month costs more than the weekdays around it, one and two months ago."""

import calendar
from datetime import date

import numpy as np

from analytics.detection.expected import root
from analytics.detection.medians import Vector, median
from analytics.detection.state import State

#: From this many usual errors on, a day a month ago stands out.
STANDS_OUT = 3.0


def fee(state: State, at: int, day: date) -> Vector:
    """How much more than usual this day of the month costs; 0 where it is a day like others.

    One month is enough to know it. After two it is what both had.
    """
    found = [_extra(state, at - back) for back in _months_ago(day)]
    if not found:
        return np.zeros(state.raw.shape[1])
    if len(found) == 1:
        return found[0]
    newest, older = found
    return np.where((newest > 0) & (older > 0), (newest + older) * 0.5, newest)


def _extra(state: State, at: int) -> Vector:
    around = median([state.raw[at + days] for days in (-14, -7, 7, 14)])
    cost = state.raw[at]
    against = np.maximum(around, 1.0)
    off = 2.0 * (root(cost) - root(around)) / root(against)
    return np.where(off > STANDS_OUT * state.scale + 0.1, cost - around, 0.0)


def _months_ago(day: date) -> list[int]:
    """How many days ago the same day of the last two months was; the last day stands for the last."""
    found: list[int] = []
    year, month = day.year, day.month
    ends = day.day == calendar.monthrange(year, month)[1]
    for _ in range(2):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        length = calendar.monthrange(year, month)[1]
        if day.day <= length or ends:
            found.append((day - date(year, month, length if ends else day.day)).days)
    return found
