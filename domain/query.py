"""A cost question: which measure, over which days, split and filtered how, against what."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from domain.period import Period


class Measure(StrEnum):
    """Which price of a charge is summed.

    FOCUS's BilledCost is NET_UNBLENDED and its EffectiveCost NET_AMORTISED; an account
    without private discounts has the same amounts net and gross.
    """

    UNBLENDED = "unblended"
    NET_UNBLENDED = "net unblended"
    AMORTISED = "amortised"
    NET_AMORTISED = "net amortised"
    LIST = "list"


class ChargeType(StrEnum):
    """What a charge is for; each type has its own rhythm and never hides in another's."""

    USAGE = "usage"
    COMMITMENT = "commitment"
    CREDIT = "credit"
    REFUND = "refund"
    TAX = "tax"
    SUPPORT = "support"
    MARKETPLACE = "marketplace"
    OTHER = "other"


#: Dimension name -> lake column. `tag` needs a key; `day`, `week` (Monday) and `month` are dates.
DIMENSIONS: dict[str, str] = {
    "service": "service_name",
    "account": "sub_account_id",
    "region": "region_id",
    "charge": "charge_type",
    "usage_type": "sku_meter",
    "resource": "resource_id",
    "category": "service_category",
    "purchase": "pricing_category",
    "operation": "operation",
    "payer": "billing_account_id",
    "provider": "provider_name",
    "currency": "billing_currency",
    "day": "charge_date",
    "week": "charge_date",
    "month": "charge_date",
    "tag": "tags",
}
TIME_DIMENSIONS = frozenset({"day", "week", "month"})


@dataclass(frozen=True, slots=True, order=True)
class Dimension:
    """One way to split or filter: a name of DIMENSIONS, and the key when it is a tag."""

    name: str
    key: str | None = None

    def __post_init__(self) -> None:
        if self.name not in DIMENSIONS:
            raise ValueError(f"no such dimension: {self.name}")
        if (self.name == "tag") != (self.key is not None):
            raise ValueError(f"a tag has a key, nothing else has: {self.name} {self.key}")

    @property
    def column(self) -> str:
        return DIMENSIONS[self.name]

    @property
    def label(self) -> str:
        return self.key if self.key is not None else self.name.replace("_", " ")

    def __str__(self) -> str:
        return f"tag:{self.key}" if self.key is not None else self.name


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep charges whose value is (`=`), is not (`!=`) or contains (`~`) one of `values`.

    None among the values stands for "no value": an untagged charge, a charge with no region.
    `=` and `!=` compare exactly; `~` ignores case.
    """

    dimension: Dimension
    op: Literal["=", "!=", "~"]
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class CostQuery:
    """One question to the bill. `compare` asks for the same sums over a second period."""

    period: Period
    measure: Measure = Measure.UNBLENDED
    group_by: tuple[Dimension, ...] = ()
    filters: tuple[Filter, ...] = ()
    compare: Period | None = None
    limit: int | None = field(default=None)

    @property
    def columns(self) -> frozenset[str]:
        """The lake columns the question reads, its days and its sums included."""
        used = {d.column for d in self.group_by} | {f.dimension.column for f in self.filters}
        return frozenset(used | {"charge_date", self.measure.name.lower() + "_cost"})
