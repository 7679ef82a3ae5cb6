"""A trend: what a usual day costs, week by week or month by month, and where that changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.query import CostQuery


class Grain(StrEnum):
    """What a trend is told in."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Growth:
    """What a day costs more each month: as a share of what it costs, with the bounds between which
    that lies with 95 % confidence, and as an amount."""

    share: Decimal
    low: Decimal
    high: Decimal
    amount: Decimal

    @property
    def clear(self) -> bool:
        """Whether it surely goes one way."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a new stretch begins, on `day`: a day costs `after` where `before` was to be expected.

    `at` is the place of its week or month. A turn is a `step` when the cost jumped, else only the
    growth has changed.
    """

    at: int
    day: date
    before: Decimal
    after: Decimal
    step: bool

    @property
    def change(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Trend:
    """One group. `levels` is what a usual day costs in each week or month, `line` the trend
    through them; `growth` is of the newest stretch, None where that is too short to say."""

    key: tuple[str | None, ...]
    levels: tuple[Decimal, ...]
    line: tuple[Decimal, ...]
    turns: tuple[Turn, ...] = ()
    growth: Growth | None = None

    @property
    def now(self) -> Decimal:
        return self.line[-1]

    @property
    def change(self) -> Decimal:
        """What a day costs more at the end than at the beginning."""
        return self.line[-1] - self.line[0]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a week runs: what each weekday costs as a multiple of a usual day, Monday first.

    `strength` is how much of what changes from day to day the weekday explains, from 0 to 1.
    """

    weekdays: tuple[Decimal, ...]
    strength: Decimal


@dataclass(frozen=True, slots=True)
class Trends:
    """The trend of everything a query asks for, and of its groups, the biggest growers first.

    `starts` are the first days of the whole weeks or months.
    """

    query: CostQuery
    grain: Grain
    starts: tuple[date, ...]
    currency: str
    whole: Trend
    rhythm: Rhythm
    groups: tuple[Trend, ...] = ()
