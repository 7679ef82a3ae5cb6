"""Incidents: unusual days that belong together, told as one thing that begins, grows and ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.anomalies import Judged
from analytics.detection.shifts import PATIENCE
from analytics.detection.watch import Kind

#: Quiet days that an incident survives.
GAP = 2
#: So many days off in a row are a new level, which is what is expected from then on.
LEVEL = PATIENCE


class Shape(StrEnum):
    """What kind of incident it is."""

    SPIKE = "spike"
    DROP = "drop"
    DRIFT = "drift"
    NEW = "new"


#: For so many days what has no end of its own is news.
NEWS = {Shape.NEW: 7, Shape.DRIFT: 14}


@dataclass(frozen=True, slots=True)
class Incident:
    """Unusual days of a series, and what was expected on each of them.

    A drift and a new service have all days since they were noticed. `first` names the incident; it
    stays although the history it was found in grows older.
    """

    series: Any
    shape: Shape
    expected: tuple[tuple[date, float], ...]

    @property
    def first(self) -> date:
        return self.expected[0][0]

    @property
    def last(self) -> date:
        return self.expected[-1][0]

    @property
    def lasting(self) -> bool:
        """Whether it has become a new level."""
        return len(self.expected) >= LEVEL and self.shape in (Shape.SPIKE, Shape.DROP)


def ongoing(judged: Judged) -> list[Incident]:
    """The incidents that reach the newest day, or ended too short a while ago to be over.

    A drop that begins on the newest day is not one yet: its data may only be late.
    """
    found: list[Incident] = []
    newest = len(judged.table.days) - 1
    for series in np.flatnonzero(judged.found.any(axis=0)).tolist():
        run = list(_runs(judged, series))[-1]
        first, last = int(run[0]), int(run[-1])
        shape = _shape(judged, series, first)
        if shape in NEWS:
            going_on = newest - first < NEWS[shape]
            run = np.arange(first, newest + 1)
        else:
            going_on = newest - last <= GAP and not (shape is Shape.DROP and first == newest)
        if going_on:
            found.append(_incident(judged, series, shape, run))
    return found


def every(judged: Judged) -> Iterator[Incident]:
    """All incidents, those that are over too, by series and then by day."""
    for series in np.flatnonzero(judged.found.any(axis=0)).tolist():
        for run in _runs(judged, series):
            yield _incident(judged, series, _shape(judged, series, int(run[0])), run)


def _runs(judged: Judged, series: int) -> Iterator[NDArray[np.int64]]:
    """Days on the same side, with few quiet days between them."""
    days = np.flatnonzero(judged.found[:, series])
    side = np.sign(judged.score[days, series])
    cuts = np.flatnonzero((np.diff(days) > GAP + 1) | (np.diff(side) != 0)) + 1
    yield from np.split(days, cuts)


def _shape(judged: Judged, series: int, day: int) -> Shape:
    kind = judged.kind[day, series]
    if kind == Kind.NEW:
        return Shape.NEW
    if kind == Kind.DRIFT:
        return Shape.DRIFT
    return Shape.SPIKE if judged.score[day, series] > 0 else Shape.DROP


def _incident(judged: Judged, series: int, shape: Shape, at: NDArray[np.int64]) -> Incident:
    expected = judged.expected[at, series]
    if shape in NEWS:  # what was there before it began is what all its days are measured by
        expected = np.full(len(at), expected[0])
    days = judged.table.days
    said = tuple((days[day], float(one)) for day, one in zip(at.tolist(), expected, strict=True))
    return Incident(judged.table.series[series], shape, said)
