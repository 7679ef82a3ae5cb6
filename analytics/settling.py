"""Learns from the loads how many days AWS takes to finish a day of each service.

A day is settled from the first load on after which its sum stays within TOLERANCE of the last one
known. How old the day was at that load is one observation; a service's lag is the least age that
covers SURE of its days. The bill is settled when services that make up MONEY of it are. Nothing is
looked at but loads that have happened, so what was learned on a day stays what it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil

from domain.settling import Move, Revised, Settling

TOLERANCE = Decimal("0.01")
#: Changes below this are no change, however small the day was; in the currency of the bill.
TRIFLE = Decimal(1)
SURE = 0.95
MONEY = Decimal("0.99")
#: Days before this age may still move; days that were first seen older say nothing of their youth.
MATURE_DAYS = 10
#: Fewer days of a service than these say too little.
FEWEST_DAYS = 14
#: A day is looked at for so long; what services cost lately says how much they matter.
WINDOW_DAYS = 120
LONGEST_DAYS = 14
SHOWN = 10

History = list[tuple[date, Decimal]]


def learn(moves: Sequence[Move], today: date, usual_days: int = 2) -> Settling:
    """What `moves`, in any order, teach on `today`; `usual_days` stand for unknown services."""
    days = _histories(moves, today)
    ages: dict[str, list[int]] = defaultdict(list)
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for (service, day), history in days.items():
        weights[service] += abs(history[-1][1])
        first = (history[0][0] - day).days
        if (today - day).days >= MATURE_DAYS and first < MATURE_DAYS:
            ages[service].append(_settled_at(history, day))
    lags = {name: _lag(found) for name, found in ages.items() if len(found) >= FEWEST_DAYS}
    whole = _whole(lags, weights, usual_days) if lags else None
    late = _revised(days, lags, usual_days)
    return Settling(whole, dict(sorted(lags.items())), tuple(late))


def _histories(moves: Sequence[Move], today: date) -> dict[tuple[str, date], History]:
    """For each service and day, its sum after each load that changed it."""
    changes: dict[tuple[str, date], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for move in moves:
        if move.seen_on <= today and 0 <= (today - move.day).days <= WINDOW_DAYS:
            changes[move.service, move.day][move.seen_on] += move.change
    found: dict[tuple[str, date], History] = {}
    for key, by_load in changes.items():
        total, history = Decimal(0), History()
        for seen_on, change in sorted(by_load.items()):
            total += change
            history.append((seen_on, total))
        found[key] = history
    return found


def _settled_at(history: History, day: date) -> int:
    """The age in days at the first load from which on the sum hardly moved."""
    final = history[-1][1]
    settled = history[-1][0]
    for seen_on, total in reversed(history):
        if not _same(total, final):
            break
        settled = seen_on
    return (settled - day).days


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(TRIFLE, TOLERANCE * abs(other))


def _lag(ages: list[int]) -> int:
    """The least age that covers SURE of the days, between 1 and LONGEST_DAYS."""
    ordered = sorted(ages)
    covered = ordered[ceil(len(ordered) * SURE) - 1]
    return min(max(covered, 1), LONGEST_DAYS)


def _whole(lags: Mapping[str, int], weights: Mapping[str, Decimal], usual_days: int) -> int:
    """After how many days services that make up MONEY of the bill are settled."""
    total = sum(weights.values(), Decimal(0))
    settled = Decimal(0)
    by_lag: dict[int, Decimal] = defaultdict(Decimal)
    for service, weight in weights.items():
        by_lag[lags.get(service, usual_days)] += weight
    for lag, weight in sorted(by_lag.items()):
        settled += weight
        if settled >= MONEY * total:
            return lag
    return max(by_lag, default=usual_days)


def _revised(
    days: Mapping[tuple[str, date], History], lags: Mapping[str, int], usual_days: int
) -> Iterable[Revised]:
    """Changes that came after the day should have been settled, the newest and largest first."""
    late = [
        Revised(seen_on, service, day, before, after)
        for (service, day), history in days.items()
        for (_, before), (seen_on, after) in pairwise(history)
        if (seen_on - day).days > lags.get(service, usual_days) and not _same(before, after)
    ]
    late.sort(key=lambda one: (one.seen_on, abs(one.after - one.before)), reverse=True)
    return late[:SHOWN]
