"""How a bill settles: what a load changed of a day, and what was learned from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Move:
    """By how much a load changed the unblended usage of a service on a day; the first load of a
    day changes it from nothing. `seen_on` is the UTC day of the load."""

    seen_on: date
    service: str
    day: date
    change: Decimal


@dataclass(frozen=True, slots=True)
class Revised:
    """A day of a service that moved after it should have been settled."""

    seen_on: date
    service: str
    day: date
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Settling:
    """What the loads have taught: `lag_days` after which the bill is settled, None while they say
    too little; by service where they say enough; and what moved later than that, newest first."""

    lag_days: int | None = None
    services: Mapping[str, int] = field(default_factory=dict[str, int])
    revised: tuple[Revised, ...] = ()
