"""Amounts that come on the same day of every month: taken out, and put back on their days.

A fee is what a day costs beyond the same weekdays around it, in each of the last months.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.daily import Matrix

#: A pattern of months cannot be seen in fewer days.
FEWEST = 45
#: Days 1 to 28, and the last day of the month whatever its number.
_LAST_DAY = 29
_MONTHS = 3
#: A fee is so many times what days usually differ by, and this share of an average day.
_CLEAR, _SHARE = 5.0, 0.15
#: Amounts of different months are one fee when the smallest is this share of the largest.
_ALIKE = 0.4
_Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Fees:
    """`base` are the costs without the fees, `around` what the same weekdays around each day cost;
    `amounts` (series x 29) is the fee of each day of the month."""

    base: Matrix
    around: Matrix
    amounts: Matrix

    def ahead(self, first: np.datetime64, count: int) -> Matrix:
        """The fees of the days to come."""
        return np.concatenate([self.amounts, np.zeros((len(self.amounts), 1))], axis=1)[
            :, _keys(_days(first, count)) - 1
        ]


def fees(costs: Matrix, first: np.datetime64) -> Fees:
    """The fees of daily costs that begin on the day `first`."""
    keys = _keys(_days(first, costs.shape[1]))
    amounts = np.zeros((len(costs), _LAST_DAY))
    if costs.shape[1] < FEWEST:
        return Fees(costs, costs, amounts)
    around = usual(costs)
    excess = costs - around
    recent = excess[:, -90:]
    noise = 1.4826 * np.median(np.abs(recent), axis=1)
    size = np.abs(costs[:, -90:]).mean(axis=1)
    clear = np.maximum(_CLEAR * noise, _SHARE * size)
    for key in range(1, _LAST_DAY + 1):
        at = np.flatnonzero(keys == key)[-_MONTHS:]
        if len(at) >= 2:
            amounts[:, key - 1] = _fee(excess[:, at], clear)
    _without_habits(amounts, recent)
    return Fees(_taken_out(costs, around, excess, amounts, keys), around, amounts)


def _fee(seen: Matrix, clear: NDArray[np.float64]) -> NDArray[np.float64]:
    """What all the months have on a day, their median; zero where they do not agree."""
    smallest, largest = np.abs(seen).min(axis=1), np.abs(seen).max(axis=1)
    alike = (np.abs(np.sign(seen).sum(axis=1)) == seen.shape[1]) & (smallest > _ALIKE * largest)
    return np.where(alike & (smallest > clear), np.median(seen, axis=1), 0.0)


def _without_habits(amounts: Matrix, recent: Matrix) -> None:
    """What as many other days have is no fee: some services run on a third of all days."""
    found = amounts != 0
    some = found.any(axis=1)
    least = np.where(found, np.abs(amounts), np.inf).min(axis=1)
    often = (np.abs(recent) > 0.5 * np.where(some, least, np.inf)[:, None]).sum(axis=1)
    amounts[often > _MONTHS * (found.sum(axis=1) + 1)] = 0


def usual(costs: Matrix) -> Matrix:
    """The median of the same weekdays around each day, itself left out."""
    days = costs.shape[1]
    place = np.arange(days)
    near: list[Matrix] = []
    for shift in (-14, -7, 7, 14):
        at = place + shift
        at = np.where(at < 0, at + 28, np.where(at >= days, at - 35, at))
        at = np.where(at == place, place - 21, at)
        near.append(costs[:, np.clip(at, 0, days - 1)])
    ordered = np.sort(np.stack(near), axis=0)
    return (ordered[1] + ordered[2]) / 2


def _taken_out(
    costs: Matrix, around: Matrix, excess: Matrix, amounts: Matrix, keys: NDArray[np.int64]
) -> Matrix:
    padded = np.concatenate([amounts, np.zeros((len(amounts), 1))], axis=1)[:, keys - 1]
    there = (padded != 0) & (excess * padded > 0.3 * padded**2)
    return np.where(there, around, costs)


def _days(first: np.datetime64, count: int) -> _Days:
    return first + np.arange(count) * np.timedelta64(1, "D")


def _keys(days: _Days) -> NDArray[np.int64]:
    """1 to 28 for those days of a month, 29 for its last day, 30 for what lies between."""
    months = days.astype("datetime64[M]")
    number = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    last = (days + np.timedelta64(1, "D")).astype("datetime64[M]") != months
    return np.where(last, _LAST_DAY, np.where(number <= 28, number, _LAST_DAY + 1))
