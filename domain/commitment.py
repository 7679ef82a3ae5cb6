"""Commitments: how far Savings Plans and reservations are used, and how much they cover."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.query import CostQuery


@dataclass(frozen=True, slots=True)
class Cover:
    """Sums of one group. `used` and `unused` are what commitments cost for what they covered and
    for what nobody used; `covered` and `on_demand` are usage at list price: what they covered, and
    what they could have."""

    used: Decimal = Decimal(0)
    unused: Decimal = Decimal(0)
    covered: Decimal = Decimal(0)
    on_demand: Decimal = Decimal(0)

    @property
    def utilisation(self) -> Decimal | None:
        """The used share of what was committed; None where nothing was."""
        committed = self.used + self.unused
        return self.used / committed if committed > 0 else None

    @property
    def coverable(self) -> Decimal:
        return self.covered + self.on_demand

    @property
    def coverage(self) -> Decimal | None:
        """The covered share of what could be; None where nothing could."""
        return self.covered / self.coverable if self.coverable > 0 else None

    @property
    def saved(self) -> Decimal:
        """Against list price, with what was not used taken off."""
        return self.covered - self.used - self.unused


@dataclass(frozen=True, slots=True)
class Commitment:
    """One Savings Plan or reservation: `name` is its id, `kind` what the bill calls it."""

    name: str
    kind: str
    cover: Cover


@dataclass(frozen=True, slots=True)
class Group:
    """What is covered of one group of the query; `key` has one value per `group_by`."""

    key: tuple[str | None, ...]
    cover: Cover


@dataclass(frozen=True, slots=True)
class Commitments:
    """The commitments of a period, all of them, and what they cover of what a query asks for.

    `whole` has the sums over all commitments beside the coverage of the query's usage; `each` the
    ones with the most unused first, `groups` those with the most on demand first; `times` are the
    same sums as `whole` by the day, week or month named by `grain`, oldest first. A bill is not
    `priced` when covered usage has no list price: then nobody knows what is covered.
    """

    query: CostQuery
    currency: str
    whole: Cover
    each: tuple[Commitment, ...] = ()
    groups: tuple[Group, ...] = ()
    times: tuple[tuple[date, Cover], ...] = ()
    grain: str = "day"
    priced: bool = True
