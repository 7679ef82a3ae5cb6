"""Trends of daily costs: what a usual day costs, in which direction that goes, and since when.

Days become whole weeks or months, each with the cost of a usual day in it: months have more or
fewer days, and more or fewer weekends. These levels are cut into stretches of straight lines, of
the amounts or of their logarithms, whichever explains them better: some costs grow by so many
dollars a month and some by so many percent.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.rhythm import weekly
from analytics.segments import cut
from analytics.slopes import theil_sen
from domain.answer import CostSeries
from domain.period import Period, next_month
from domain.trend import Grain, Growth, Rhythm, Trend, Trends, Turn

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

#: Weeks or months without which there is no trend to speak of.
FEWEST = {Grain.WEEK: 8, Grain.MONTH: 6}
#: A stretch needs as many to say how fast it grows: with fewer, no interval is trustworthy.
_FEWEST_TO_GROW = 6
#: Less than this part of the usual level is not worth a word: noise is taken to be this at least.
_FLAT = 0.02
#: A jump by less than this part of the level is none: only the growth has changed.
_STEP = 0.05
#: How many weeks a month has.
_A_MONTH = {Grain.WEEK: 365.25 / 12 / 7, Grain.MONTH: 1.0}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A whole week or month: where its days begin and end among all days."""

    start: date
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A straight line over places `first` to `end` of a series, in amounts or in logarithms.

    `low` and `high` bound the slope; None where the stretch is too short to have one.
    """

    first: int
    end: int
    slope: float
    start: float
    low: float | None = None
    high: float | None = None

    def at(self, place: int) -> float:
        return self.start + self.slope * (place - self.first)


def buckets(period: Period, grain: Grain) -> list[Bucket]:
    """The whole weeks (from Monday) or months of a period, oldest first."""
    start = period.start
    if grain is Grain.WEEK:
        start += timedelta(days=-start.weekday() % 7)
    elif start.day != 1:
        start = next_month(start)
    found: list[Bucket] = []
    while (end := _after(start, grain)) <= period.end:
        found.append(Bucket(start, (start - period.start).days, (end - period.start).days))
        start = end
    return found


def trends(series: CostSeries, grain: Grain) -> Trends:
    """The trend of the sum of all lines, and of each line; ValueError for a time too short."""
    period = series.query.period
    parts = buckets(period, grain)
    if len(parts) < FEWEST[grain]:
        raise ValueError(f"a trend needs {FEWEST[grain]} whole {grain}s, not {len(parts)}")
    lines = [line.costs for line in series.lines]
    rest = [series.rest] if series.rest is not None else []
    costs = np.array([*lines, *rest], dtype=np.float64).reshape(-1, period.days)
    costs = np.concatenate([costs.sum(axis=0, keepdims=True), costs[: len(lines)]])
    factors, strength = weekly(costs, period.start.weekday())
    usual = factors[:, (np.arange(period.days) + period.start.weekday()) % 7]
    levels = level(costs, usual, parts)
    stretches, compound = _stretches(levels)
    keys = [(), *(line.key for line in series.lines)]
    found = [
        _trend(key, levels[n], stretches[n], bool(compound[n]), grain, (costs[n], usual[n], parts))
        for n, key in enumerate(keys)
    ]
    groups = sorted(found[1:], key=lambda trend: (-trend.change, [v or "" for v in trend.key]))
    rhythm = Rhythm(tuple(map(_decimal, factors[0])), _decimal(strength[0]))
    starts = tuple(part.start for part in parts)
    currency = series.total.currency
    return Trends(series.query, grain, starts, currency, found[0], rhythm, tuple(groups))


def level(costs: Matrix, usual: Matrix, parts: Sequence[Bucket]) -> Matrix:
    """The cost of a usual day in each week or month; times the weekdays in it, it is its sum."""
    columns = [
        costs[:, part.first : part.end].sum(axis=1) / usual[:, part.first : part.end].sum(axis=1)
        for part in parts
    ]
    return np.stack(columns, axis=1)


def _after(start: date, grain: Grain) -> date:
    return start + timedelta(days=7) if grain is Grain.WEEK else next_month(start)


def _stretches(levels: Matrix) -> tuple[list[list[_Stretch]], NDArray[np.bool_]]:
    """The stretches of each series, and whether they are lines of its logarithms."""
    sizes = np.abs(levels)
    some = np.where(sizes > 0, sizes, np.nan)
    some[(sizes == 0).all(axis=1)] = 1.0
    typical = np.nanmedian(some, axis=1)
    straight = cut(levels, _FLAT * typical)
    starts, values = list(straight.starts), levels.copy()
    compound = levels.min(axis=1) > 0.01 * typical
    if compound.any():
        logs = np.log(levels[compound])
        bent = cut(logs, np.full(len(logs), _FLAT))
        better = bent.costs < straight.costs[compound] - 1e-9
        for place, row in enumerate(np.flatnonzero(compound)):
            compound[row] = better[place]
            if better[place]:
                starts[row], values[row] = bent.starts[place], logs[place]
    return _lines(values, starts), compound


def _lines(values: Matrix, starts: list[list[int]]) -> list[list[_Stretch]]:
    """A robust line through each stretch; flat where it is not sure to go one way.

    Stretches of one length are computed together.
    """
    count = values.shape[1]
    by_length: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row, begins in enumerate(starts):
        for first, end in pairwise([*begins, count]):
            by_length[end - first].append((row, first))
    found: list[list[_Stretch]] = [[] for _ in starts]
    for length, places in by_length.items():
        stack = np.stack([values[row, first : first + length] for row, first in places])
        middles, fits = np.median(stack, axis=1), theil_sen(stack)
        for n, (row, first) in enumerate(places):
            low, high = float(fits.low[n]), float(fits.high[n])
            end, flat = first + length, float(middles[n])
            if length < _FEWEST_TO_GROW:
                found[row].append(_Stretch(first, end, 0.0, flat))
            elif low <= 0 <= high:
                found[row].append(_Stretch(first, end, 0.0, flat, low, high))
            else:
                slope, start = float(fits.slope[n]), float(fits.start[n])
                found[row].append(_Stretch(first, end, slope, start, low, high))
    return [sorted(stretches, key=lambda one: one.first) for stretches in found]


def _trend(
    key: tuple[str | None, ...],
    levels: Vector,
    stretches: list[_Stretch],
    compound: bool,
    grain: Grain,
    days: tuple[Vector, Vector, list[Bucket]],
) -> Trend:
    line = [_amount(one.at(n), compound) for one in stretches for n in range(one.first, one.end)]
    turns: list[Turn] = []
    for one, new in pairwise(stretches):
        before, after = _amount(one.at(new.first), compound), line[new.first]
        flat = one.slope == 0 == new.slope
        step = flat or abs(after - before) > _STEP * max(abs(before), abs(after))
        day = _day(new.first, before, after, days) if step else days[2][new.first].start
        turns.append(Turn(new.first, day, _decimal(before), _decimal(after), step))
    return Trend(
        key,
        tuple(map(_decimal, levels)),
        tuple(map(_decimal, line)),
        tuple(turns),
        _growth(stretches[-1], line, compound, grain),
    )


def _amount(value: float, compound: bool) -> float:
    return float(np.exp(value)) if compound else value


def _growth(stretch: _Stretch, line: list[float], compound: bool, grain: Grain) -> Growth | None:
    """How fast the newest stretch grows, in the middle of it where it is a line of amounts."""
    if stretch.low is None or stretch.high is None:
        return None
    months = _A_MONTH[grain]
    slopes = (stretch.slope, stretch.low, stretch.high)
    if compound:
        share, low, high = (float(np.expm1(slope * months)) for slope in slopes)
        return Growth(*map(_decimal, (share, low, high, share * line[-1])))
    middle = abs(stretch.at((stretch.first + stretch.end) // 2))
    if middle == 0:
        return None
    share, low, high = (slope * months / middle for slope in slopes)
    return Growth(*map(_decimal, (share, low, high, stretch.slope * months)))


def _day(
    place: int, before: float, after: float, days: tuple[Vector, Vector, list[Bucket]]
) -> date:
    """The day of a jump: the one that leaves the days around it nearest to both levels."""
    costs, usual, parts = days
    first, end = parts[place - 1].first, parts[place].end
    near, share = costs[first:end], usual[first:end]
    away = np.abs(near - share * before) - np.abs(near - share * after)
    # Days up to the jump are compared with the level before, the others with the one after.
    jump = int(np.argmin(np.concatenate([[0.0], np.cumsum(away)])[:-1]))
    return parts[place - 1].start + timedelta(days=jump)


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(float(value), 9)))
