"""Learns from the loads how many days AWS takes to finish a day of each service.

A day is settled from the first load on after which its sum stays within TOLERANCE of the last one
known. How old the day was then is one observation; a service's lag is the least age that covers
SURE of its days. The bill is settled when services that make up MONEY of it are. A load that
changes many days at once corrects them, and says nothing of how late data is. Nothing is looked at
but loads that have happened, so what was learned on a day stays what it was.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
#: A load that changes so many days of a service is a true-up, or a bill loaded in part, unless this
#: is how the service always arrives: by so many loads, and one in so many.
AT_ONCE, HABIT, ONE_IN = 8, 3, 4
SHOWN = 10

History = list[tuple[date, Decimal]]


def learn(moves: Sequence[Move], today: date, usual_days: int = 2) -> Settling:
    """What `moves`, in any order, teach on `today`; `usual_days` stand for unknown services."""
    days = _histories(moves, today)
    looks = _Looks.of(days)
    odd = _corrections(days)
    ages: dict[str, list[int]] = defaultdict(list)
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for (service, day), history in days.items():
        weights[service] += abs(history[-1][1])
        age = _settled_at(history, day, looks, odd.get(service, set()), usual_days)
        # A young day may still move; that it was late is known.
        if age is not None and ((today - day).days >= MATURE_DAYS or age > usual_days):
            ages[service].append(age)
    known = {name: _lag(found, usual_days) for name, found in ages.items()}
    lags = {name: lag for name, lag in known.items() if lag is not None}
    whole = _whole(lags, weights, usual_days) if lags else None
    late = _revised(days, lags, usual_days)
    return Settling(whole, dict(sorted(lags.items())), tuple(late))


@dataclass(frozen=True, slots=True)
class _Looks:
    """When bills were loaded, and when they first reached each day."""

    loads: Sequence[date]
    reached: Mapping[date, date]

    @classmethod
    def of(cls, days: Mapping[tuple[str, date], History]) -> "_Looks":
        reached: dict[date, date] = {}
        for (_, day), history in days.items():
            reached[day] = min(reached.get(day, date.max), history[0][0])
        loads = {seen_on for history in days.values() for seen_on, _ in history}
        return cls(sorted(loads), reached)

    def before(self, load: date) -> date:
        """The load before one."""
        return self.loads[bisect_left(self.loads, load) - 1]


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


def _settled_at(
    history: History, day: date, looks: _Looks, odd: set[date], usual_days: int
) -> int | None:
    """The age in days from which on the sum hardly moved; None where nobody can tell.

    Where loads are rare it lies between two of them: the usual age if that does, else the least.
    """
    kept = history[:1]
    for load in history[1:]:
        if (load[0] - day).days > LONGEST_DAYS:
            break
        if load[0] in odd:
            return None
        kept.append(load)
    final = kept[-1][1]
    at = len(kept) - 1
    while at and _same(kept[at - 1][1], final):
        at -= 1
    settled = kept[at][0]
    latest = (settled - day).days
    if settled == looks.reached[day]:
        return latest if latest <= usual_days else None
    return min(latest, max((looks.before(settled) - day).days + 1, usual_days))


def _corrections(days: Mapping[tuple[str, date], History]) -> dict[str, set[date]]:
    """The loads that corrected many days of a service at once."""
    moved: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for (service, _), history in days.items():
        moved[service][history[0][0]] += 0
        for (_, before), (seen_on, after) in pairwise(history):
            moved[service][seen_on] += not _same(before, after)
    found: dict[str, set[date]] = {}
    for service, loads in moved.items():
        wide = {load for load, count in loads.items() if count >= AT_ONCE}
        if len(wide) < HABIT or len(wide) * ONE_IN < len(loads):
            found[service] = wide
    return found


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(TRIFLE, TOLERANCE * abs(other))


def _lag(ages: list[int], usual_days: int) -> int | None:
    """The least age that covers SURE of the days, between 1 and LONGEST_DAYS.

    Few days say nothing, but two that were late say that it is late.
    """
    ordered = sorted(ages)
    if len(ordered) < FEWEST_DAYS:
        late = ordered[-2] if len(ordered) > 1 else 0
        return min(late, LONGEST_DAYS) if late > usual_days else None
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
