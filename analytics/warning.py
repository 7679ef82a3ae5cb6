"""A hard rule on AWS's own estimate, for what cannot wait until the bill has settled.

The estimate is a sum that grows through the month. What counts is how fast: the growth of a day
beside that of the days before. A fee makes one step and is no pace, so that both halves of the day
have to be fast. A window in which a month begins says nothing: its fees come at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

#: So many times as fast as usual, and so much more in a day (USD), are worth a warning.
RATIO, FLOOR = Decimal(2), Decimal(100)
#: Below this it is over; between the two nothing changes.
OVER = Decimal("1.5")
DAY, HALF = timedelta(days=1), timedelta(hours=12)
#: Days before that say what is usual, and the fewest that do.
BEFORE, FEWEST = 14, 5
#: A number is at most so old at the moment that it is taken for.
STALE = timedelta(hours=13)

Points = Sequence[tuple[datetime, Decimal]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a day has added up to `at`, what is usual, and whether both its halves were fast."""

    at: datetime
    day: Decimal
    usual: Decimal
    steady: bool

    @property
    def extra(self) -> Decimal:
        return self.day - self.usual

    @property
    def fast(self) -> bool:
        return self.steady and self.day >= RATIO * self.usual and self.extra >= FLOOR

    @property
    def over(self) -> bool:
        return self.day < OVER * self.usual or self.extra < FLOOR / 2


def pace(points: Points) -> Pace | None:
    """The pace at the newest point; None where there is too little to compare it with."""
    if not points:
        return None
    at = points[-1][0]
    day = _growth(points, at, DAY)
    halves = [_growth(points, at, HALF), _growth(points, at - HALF, HALF)]
    known = (_growth(points, at - n * DAY, DAY) for n in range(1, BEFORE + 1))
    before = [growth for growth in known if growth is not None]
    if day is None or None in halves or len(before) < FEWEST:
        return None
    usual = Decimal(median(before))
    steady = all(half is not None and half * 2 >= RATIO * usual for half in halves)
    return Pace(at, day, usual, steady)


def _growth(points: Points, end: datetime, length: timedelta) -> Decimal | None:
    """By how much the sum grew; None across the beginning of a month, or where nobody knows."""
    start = end - length
    before, after = _at(points, start), _at(points, end)
    if before is None or after is None or (start.year, start.month) != (end.year, end.month):
        return None
    return after - before if after >= before else None


def _at(points: Points, moment: datetime) -> Decimal | None:
    """The newest number that was known at a moment, of its month."""
    known = [one for one in points if one[0] <= moment]
    if not known or moment - known[-1][0] > STALE:
        return None
    at, value = known[-1]
    return value if (at.year, at.month) == (moment.year, moment.month) else None
