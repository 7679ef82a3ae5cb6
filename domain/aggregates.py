"""Daily and monthly sums of bills, kept where other programs and other costbots can read them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from domain.period import Period
from domain.ports import Bill, LakeStatus, Restatement
from domain.query import Measure
from domain.settling import Settling


class Grain(StrEnum):
    """What one sum covers."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Cut:
    """Sums by some of the lake's columns, besides the day or the month; the rest is added up."""

    name: str
    columns: tuple[str, ...]


#: What a bill is cut by, the narrowest first. Each keeps the types of charges apart, for none may
#: hide in another.
CUTS = (
    Cut("total", ("charge_type",)),
    Cut("region", ("region_id", "charge_type")),
    Cut("account", ("sub_account_id", "charge_type")),
    Cut("service", ("service_name", "service_category", "charge_type")),
    Cut("account-service", ("sub_account_id", "service_name", "service_category", "charge_type")),
)
#: Every row of the lake's days as it is; it exists where a bill has not too many of them.
WHOLE = Cut(
    "whole",
    (
        "sub_account_id",
        "provider_name",
        "region_id",
        "service_name",
        "service_category",
        "charge_type",
        "pricing_category",
    ),
)
#: The same on every row of a bill.
OF_BILL = ("billing_period_start", "billing_account_id", "billing_currency")
COSTS = {f"{measure.name.lower()}_cost": measure for measure in Measure}
#: What aggregates can say something about.
COLUMNS = frozenset({"charge_date", *OF_BILL, *WHOLE.columns, *COSTS})


def finest(columns: frozenset[str], there: Mapping[str, int]) -> Cut | None:
    """The narrowest cut that has `columns`, of those that are `there`."""
    needed = columns - {"charge_date", *OF_BILL, *COSTS}
    for cut in (*CUTS, WHOLE):
        if needed <= set(cut.columns) and cut.name in there:
            return cut
    return None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One content of a bill: `cuts` says how many sums by day there are of each.

    `fingerprint` is the same for the same content, `totals` are the bill's by column. `version` is
    "" before it is published.
    """

    bill: Bill
    fingerprint: str
    currency: str
    totals: Mapping[str, Decimal]
    cuts: Mapping[str, int] = field(default_factory=dict[str, int])
    version: str = ""

    @property
    def key(self) -> tuple[str, date]:
        return self.bill.billing_account, self.bill.period.start


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept at a moment: the newest content of each bill, and what the lake knew of them."""

    snapshots: tuple[Snapshot, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    settling: Settling = field(default_factory=Settling)

    @property
    def status(self) -> LakeStatus:
        bills = tuple(one.bill for one in self.snapshots)
        currency = self.snapshots[-1].currency if self.snapshots else None
        return LakeStatus(bills, self.restatements, currency, self.settling)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Sums of one snapshot, on days of a period."""

    snapshot: Snapshot
    cut: Cut
    grain: Grain
    days: Period


#: The words of a bill by dimension: what each value costs. `account_names` has names by id.
Words = Mapping[str, Mapping[str, str]]


class Aggregates(Protocol):
    """Where the sums are kept. Blocks; raises DeliveryError."""

    def known(self) -> Known:
        """What is there at this moment."""
        ...

    def words(self, snapshot: Snapshot) -> Words: ...

    def rows(self, wanted: Sequence[Wanted], columns: frozenset[str]) -> list[dict[str, Any]]:
        """The sums with these columns of the lake; a month's has its first day."""
        ...


#: The sums of one bill, as they come out of the lake.
Sums = Callable[[Cut, Grain], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody else's item says something: in an attribute, or in a part of one that is
    split at a text; or `value`, the same for all items."""

    attribute: str = ""
    split: str = ""
    part: int = 1
    value: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table of somebody else is read: `places` by costbot's words, such as `day`.

    Items are those under the keys of `partition`, or all of them; only those whose attributes
    begin as `only` says.
    """

    table: str
    places: Mapping[str, Place]
    partition: Mapping[str, str] = field(default_factory=dict[str, str])
    only: Mapping[str, str] = field(default_factory=dict[str, str])
