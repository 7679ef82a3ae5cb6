"""Days that cost far more or far less than was to be expected, and services that begin or creep.

What a day should cost follows from the days before it: their level and trend, their weekdays, the
same day of the months before. How much is usual follows from how wrong that was lately. A verdict
therefore never changes when later days arrive. How well this works is in docs/accuracy.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analytics.detection import frames
from analytics.detection.frames import Table
from analytics.detection.score import deviation
from analytics.detection.state import Matrix, State
from analytics.detection.watch import Kind, Verdicts, watch

if TYPE_CHECKING:
    import pandas as pd

#: Series that are walked through together: few enough to stay in a processor's cache.
BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Bar:
    """What a day must exceed, all three: a score, dollars, and a part of what was expected."""

    score: float
    floor: float
    ratio: float


SENSITIVITIES = {
    "low": Bar(4.0, 100.0, 0.5),
    "normal": Bar(3.0, 25.0, 0.25),
    "high": Bar(2.5, 10.0, 0.15),
}
#: A word of SENSITIVITIES or numbers, for all series or for each.
Sensitivity = str | Bar | Mapping[Any, str | Bar]


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts of days x series, as `detect` returns them in rows; `kind` says how they were
    judged.
    """

    table: Table
    score: Matrix
    expected: Matrix
    lower: Matrix
    upper: Matrix
    found: NDArray[np.bool_]
    kind: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a day's run leaves for the next one: see `follow`."""

    series: NDArray[Any]
    through: date | None
    state: State


def detect(
    frame: "pd.DataFrame",
    floor: float | None = None,
    ratio: float | None = None,
    score: float | None = None,
    sensitivity: Sensitivity = "normal",
) -> "pd.DataFrame":
    """Verdicts for every day of every series.

    `frame` has `series_id`, `date` and `cost`; several rows of a day are added up. Returned in
    order of series and days: `series_id`, `date`, `score`, `expected`, `lower`, `upper`,
    `is_anomaly`. A score says how rare a day is, as standard deviations of a normal distribution,
    negative when it is cheaper than expected. Nothing is judged in a series' first days, where all
    of it is NaN. `floor`, `ratio` and `score` take the place of those of the sensitivity.
    """
    return _rows(judge(frame, floor, ratio, score, sensitivity)[0])


def follow(
    frame: "pd.DataFrame", memory: Memory | None = None, sensitivity: Sensitivity = "normal"
) -> tuple["pd.DataFrame", Memory]:
    """The same verdicts about new days alone, with the memory of the days before them.

    The frame begins on the day after `memory.through`; series may begin, and one that has no row
    any more costs nothing.
    """
    judged, after = judge(frame, None, None, None, sensitivity, memory)
    return _rows(judged), after


def judge(
    frame: "pd.DataFrame",
    floor: float | None = None,
    ratio: float | None = None,
    score: float | None = None,
    sensitivity: Sensitivity = "normal",
    memory: Memory | None = None,
    through: date | None = None,
) -> tuple[Judged, Memory]:
    """What `detect` and `follow` say, as matrices; `through` is a day up to which all is loaded."""
    table = frames.table(frame)
    if through is not None:
        table = frames.until(table, through)
    if memory is None:
        state = State.blank(len(table.series))
    else:
        table, state = _continued(table, memory)
    given = {"floor": floor, "ratio": ratio, "score": score}
    bars = _bars(table.series, sensitivity, {k: v for k, v in given.items() if v is not None})
    parts: list[Judged] = []
    states: list[State] = []
    for start in range(0, max(len(table.series), 1), BLOCK):
        part = slice(start, start + BLOCK)
        costs = np.ascontiguousarray(table.costs[:, part])
        verdicts, after = watch(costs, table.days, state.part(part))
        parts.append(_judged(replace(table, costs=costs), verdicts, bars[:, part]))
        states.append(after)
    before = memory.through if memory is not None else None
    through = table.days[-1] if table.days else before
    return _joined(table, parts), Memory(table.series, through, State.joined(states))


def _continued(table: Table, memory: Memory) -> tuple[Table, State]:
    """The table and the state with the same series: the known ones, and those that begin."""
    if table.days and memory.through and table.days[0] != memory.through + timedelta(days=1):
        raise ValueError(
            f"The new days begin on {table.days[0]}, but the memory ends on {memory.through}. "
            "Give all days after it, or start without a memory."
        )
    known = set(memory.series.tolist())
    fresh = [one for one in table.series.tolist() if one not in known]
    series = np.concatenate([memory.series, np.array(fresh, dtype=memory.series.dtype)])
    begun = State.blank(len(fresh), memory.state.days)
    place = {one: at for at, one in enumerate(series.tolist())}
    costs = np.zeros((len(table.days), len(series)))
    costs[np.isnan(table.costs).all(axis=1)] = np.nan
    costs[:, [place[one] for one in table.series.tolist()]] = table.costs
    return Table(series, table.days, costs), State.joined([memory.state, begun])


def _bars(series: NDArray[Any], sensitivity: Sensitivity, given: Mapping[str, float]) -> Matrix:
    """Score, floor and ratio of each series: three rows."""
    if isinstance(sensitivity, Mapping):
        each = [_bar(sensitivity.get(one, "normal")) for one in series.tolist()]
    else:
        each = [_bar(sensitivity)] * len(series)
    changed = [replace(bar, **given) for bar in each]
    return np.array([[bar.score, bar.floor, bar.ratio] for bar in changed]).reshape(-1, 3).T


def _bar(word: str | Bar) -> Bar:
    if isinstance(word, Bar):
        return word
    if word not in SENSITIVITIES:
        raise ValueError(f"Sensitivity '{word}' is not one of {', '.join(SENSITIVITIES)}.")
    return SENSITIVITIES[word]


def _judged(table: Table, verdicts: Verdicts, bars: Matrix) -> Judged:
    """Bounds at the bars, and what lies outside of them."""
    score, floor, ratio = bars
    kind, costs, high, low = verdicts.kind, table.costs, verdicts.high, verdicts.low
    far = np.array([deviation(one) for one in score.tolist()])
    lower, upper = verdicts.widths.bounds(high, low, far)
    upper = np.maximum(upper, high + np.maximum(floor, ratio * np.abs(high)))
    lower = np.minimum(lower, low - np.maximum(floor, ratio * np.abs(low)))
    known, new = kind != Kind.NOT, kind == Kind.NEW
    idle, rare = kind == Kind.SILENCE, np.abs(verdicts.score) > score
    # What only sometimes costs anything has no lower bound but how long it may be silent.
    over = np.where(idle, rare & (low - costs > floor), ((costs > upper) | (costs < lower)) & rare)
    over = np.where(new, (costs >= floor) & (high < floor), over)
    over = np.where(kind == Kind.DRIFT, rare, over)
    lower, upper = np.where(new, 0.0, lower), np.where(new, floor, upper)
    score, expected, lower, upper = (
        np.where(known, one, np.nan) for one in (verdicts.score, verdicts.expected, lower, upper)
    )
    return Judged(table, score, expected, lower, upper, over & known, kind)


def _joined(table: Table, parts: list[Judged]) -> Judged:
    names = ("score", "expected", "lower", "upper", "found", "kind")
    whole = {name: np.concatenate([getattr(one, name) for one in parts], axis=1) for name in names}
    return Judged(table, **whole)


def _rows(judged: Judged) -> "pd.DataFrame":
    return frames.long(
        judged.table,
        {
            "score": judged.score,
            "expected": judged.expected,
            "lower": judged.lower,
            "upper": judged.upper,
            "is_anomaly": judged.found,
        },
    )
