"""What a used quantity costs: list, contracted, billed and effective, to ten decimals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from integrations.demo.fleet import Fleet
from integrations.demo.series import Matrix

#: Ten decimals as a whole number: sums of it are exact, and below 2**63 up to $900 million.
UNIT = 10**10
PLAN_RATE = 0.72
RESERVED_DAILY = 25.0


@dataclass(frozen=True, slots=True)
class Prices:
    """Per resource: unit prices and what commitment covers it (0 nothing, 1 plan, 2 reserved)."""

    list: NDArray[np.float64]
    contracted: NDArray[np.float64]
    commitment: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Usage:
    """The rows of one month: which resource, which day of the month, how much, at what cost."""

    resource: NDArray[np.int64]
    day: NDArray[np.int64]
    quantity: NDArray[np.float64]
    list: NDArray[np.float64]
    contracted: NDArray[np.float64]
    billed: NDArray[np.float64]
    effective: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.resource)


def prices(fleet: Fleet) -> Prices:
    public = fleet.per_resource(lambda line: line.price)
    contracted = fleet.per_resource(lambda line: round(line.price * (1 - line.discount[1]), 10))
    codes = {"": 0, "plan": 1, "reserved": 2}
    cover = fleet.per_resource(lambda line: codes[line.meter.commitment])
    return Prices(public, contracted, cover.astype(np.int8))


def usage(used: Matrix, price: Prices) -> Usage:
    """Rows for every resource and day with any use, day by day."""
    used = np.round(used, 6)
    day, resource = np.nonzero(used.T)
    quantity = used[resource, day]
    at_list = np.round(quantity * price.list[resource], 10)
    contracted = np.round(quantity * price.contracted[resource], 10)
    cover = price.commitment[resource]
    covered = np.round(np.where(cover == 1, at_list * PLAN_RATE, RESERVED_DAILY), 10)
    return Usage(
        resource, day, quantity, at_list, contracted,
        billed=np.where(cover > 0, 0.0, contracted),
        effective=np.where(cover > 0, covered, contracted),
    )  # fmt: skip


def whole(cost: NDArray[np.float64]) -> NDArray[np.int64]:
    """Costs as whole ten-billionths."""
    return np.rint(cost * UNIT).astype(np.int64)


def exact(units: int | np.int64) -> Decimal:
    return Decimal(int(units)).scaleb(-10)


def plan_hourly(fleet: Fleet, price: Prices) -> float:
    """The hourly commitment of the savings plan: a little above what the fleet can ever use."""
    covered = price.commitment == 1
    a_day = (fleet.daily * price.list * PLAN_RATE)[covered].sum()
    return float(np.ceil(a_day * 1.01 / 24 * 1000) / 1000)


def reserved_count(price: Prices) -> int:
    return int((price.commitment == 2).sum())


def a_year_on(day: date) -> date:
    """The same day of the next year; 1 March for 29 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
