"""What a cost question yields: rows that add up to the total, and how settled they are."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.money import Money
from domain.query import CostQuery


@dataclass(frozen=True, slots=True)
class CostRow:
    """One group: `key` has one value per `group_by`, None for no value; `previous` is compared."""

    key: tuple[str | None, ...]
    cost: Decimal
    previous: Decimal | None = None

    @property
    def change(self) -> Decimal | None:
        return None if self.previous is None else self.cost - self.previous


@dataclass(frozen=True, slots=True)
class CostTable:
    """The answer to a CostQuery, dearest row first (time order when split by time).

    `rows` and `rest` add up to `total` exactly. `rest` sums the `rest_count` groups beyond the
    query's limit; it is None when every group has its own row.
    """

    query: CostQuery
    rows: tuple[CostRow, ...]
    total: Money
    previous: Money | None = None
    rest: CostRow | None = None
    rest_count: int = 0


@dataclass(frozen=True, slots=True)
class CostLine:
    """One group over time: a cost for every day of its series."""

    key: tuple[str | None, ...]
    costs: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class CostSeries:
    """Cost per day, the dearest line first; `rest` sums the lines beyond the query's limit."""

    query: CostQuery
    days: tuple[date, ...]
    lines: tuple[CostLine, ...]
    total: Money
    rest: tuple[Decimal, ...] | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a number comes from, printed under it: source, as-of, settled days, API fees.

    `discounted`: the source has no prices before private discounts, as FOCUS has not. `spent` is
    what all answers of the day have cost of the `ceiling`; `live` was asked for this answer.
    """

    source: str
    as_of: datetime | None
    settled_through: date | None
    fee: Money | None = None
    discounted: bool = False
    spent: Money | None = None
    ceiling: Money | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, such as the cost that carries no `team` tag."""

    label: str
    part: Money
    whole: Money

    @property
    def ratio(self) -> Decimal:
        """Between 0 and 1 for sums of one sign; 0 when the whole is nothing."""
        return self.part.amount / self.whole.amount if self.whole.amount else Decimal(0)
