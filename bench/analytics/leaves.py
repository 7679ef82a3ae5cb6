"""Made-up tables of leaves for the root cause bench: a bill in two periods, with one event planted.

What makes it hard is meant to be what real bills have: costs that differ by orders of magnitude,
accounts that use few services, teams that follow accounts, noise that differs from leaf to leaf, a
bill that grows a little everywhere, leaves that come and go, and decoys: single leaves that move by
themselves. Not every event moves its leaves alike, which is what our search assumes: a lift is
spread unevenly over them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.period import Period
from domain.query import CostQuery, Dimension

DIMENSIONS = (
    Dimension("service"),
    Dimension("account"),
    Dimension("region"),
    Dimension("usage_type"),
    Dimension("tag", "team"),
)
QUERY = CostQuery(
    Period(date(2026, 11, 9), date(2026, 11, 16)),
    group_by=DIMENSIONS,
    compare=Period(date(2026, 11, 2), date(2026, 11, 9)),
)
KINDS = ("multiplied", "lifted", "reduced", "new")
#: The share of the bill that an event's leaves have before, and by how much of it the bill moves.
LEAST, MOST = 0.003, 0.35
MOVES = 0.02
#: No leaf elsewhere moves by more than this share of the event: else that leaf would be the cause.
LOUDEST = 0.5

Mask = NDArray[np.bool_]
Texts = NDArray[np.str_]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One table: `values` has a row per dimension; `planted` are the leaves of the event, which
    names `size` values."""

    values: Texts
    before: Values
    now: Values
    planted: Mask
    kind: str
    size: int

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as the lake returns them."""
        amounts = zip(self.before.round(6), self.now.round(6), strict=True)
        return [
            {f"g{n}": str(value) for n, value in enumerate(key)}
            | {"previous": Decimal(str(before)), "cost": Decimal(str(now))}
            for key, (before, now) in zip(self.values.T, amounts, strict=True)
        ]


def make(seed: int) -> Case:
    """The table of a seed; the same one on every machine."""
    random = np.random.default_rng(seed)
    values = _organisation(random)
    before = random.lognormal(3.0, 1.8, values.shape[1])
    spread = np.clip(random.lognormal(np.log(0.05), 0.8, len(before)), 0.005, 0.4)
    now = before * random.lognormal(0, spread) * (1 + random.uniform(-0.02, 0.04))
    _come_and_go(random, before, now)
    kind = str(random.choice(KINDS))
    planted, size = _plant(random, values, before, kind)
    _happen(random, kind, planted, before, now)
    moved = abs(float((now - before)[planted].sum()))
    _decoys(random, planted, before, now, moved)
    _calm(planted, before, now, moved)
    return Case(values, before, now, planted, kind, size)


def _organisation(random: np.random.Generator) -> Texts:
    """Which leaves there are: an account has some services in some regions, with some meters."""
    services, regions = random.integers(8, 20), [f"r{n}" for n in range(6)]
    meters = [
        [f"s{service}-m{n}" for n in range(random.integers(1, 8))] + ["transfer-out"]
        for service in range(services)
    ]
    keys: list[tuple[str, ...]] = []
    for account in range(random.integers(6, 24)):
        at_home = random.choice(regions, random.integers(1, 4), replace=False)
        used = random.choice(services, random.integers(2, min(10, services)), replace=False)
        team, shared = f"t{account // 2}", random.random() < 0.3
        for service in used:
            for region in at_home:
                for meter in meters[service]:
                    if random.random() < 0.7:
                        owners = ["t0", "t1", team] if shared else [team]
                        keys += [(f"s{service}", f"a{account}", str(region), meter, owner)
                                 for owner in dict.fromkeys(owners)]  # fmt: skip
    return np.array(keys).T


def _come_and_go(random: np.random.Generator, before: Values, now: Values) -> None:
    """Small leaves that are only in one of the periods."""
    small = before < np.median(before)
    drawn = random.random(len(before))
    before[small & (drawn < 0.01)] = 0
    now[small & (drawn > 0.99)] = 0


def _plant(
    random: np.random.Generator, values: Texts, before: Values, kind: str
) -> tuple[Mask, int]:
    """The leaves of a combination that says no more than it needs to.

    What is not there cannot be reduced by much: such an event needs larger leaves.
    """
    whole = before.sum()
    least = MOVES / 0.6 if kind == "reduced" else LEAST
    while True:
        size = int(random.integers(1, 4))
        leaf = random.integers(values.shape[1])
        places = sorted(random.choice(len(DIMENSIONS), size, replace=False))
        members = _having(values, places, leaf)
        shorter = (_having(values, fewer, leaf) for fewer in combinations(places, size - 1))
        minimal = all((other != members).any() for other in shorter)
        if minimal and least * whole < before[members].sum() < MOST * whole:
            return members, size


def _having(values: Texts, places: "list[int] | tuple[int, ...]", leaf: int) -> Mask:
    return np.all([values[place] == values[place, leaf] for place in places] or [
        np.ones(values.shape[1], np.bool_)], axis=0)  # fmt: skip


def _happen(
    random: np.random.Generator, kind: str, planted: Mask, before: Values, now: Values
) -> None:
    """The event, large enough to be asked about: it moves the bill by MOVES or more."""
    least = 1 + MOVES * before.sum() / before[planted].sum()
    uneven = random.lognormal(0, 0.15, planted.sum())
    match kind:
        case "multiplied":
            now[planted] *= max(random.uniform(1.5, 6), least) * uneven
        case "lifted":
            shares = random.dirichlet(np.ones(planted.sum()))
            lift = max(random.uniform(0.5, 4), least - 1) * before[planted].sum()
            now[planted] += shares * lift
        case "reduced":
            now[planted] *= np.minimum(random.uniform(0, 0.4) * uneven, 0.6)
        case _:
            now[planted] *= max(1.0, least - 1) * uneven
            before[planted] = 0


def _decoys(
    random: np.random.Generator, planted: Mask, before: Values, now: Values, moved: float
) -> None:
    """Up to three single leaves elsewhere that move by 5 to 40 % of what the event moved."""
    for leaf in random.choice(np.flatnonzero(~planted), 3, replace=False):
        if random.random() < 0.6:
            step = moved * random.uniform(0.05, 0.4) * random.choice([-1, 1])
            now[leaf] = max(0.0, now[leaf] + step)


def _calm(planted: Mask, before: Values, now: Values, moved: float) -> None:
    """Keep every other leaf's own movement below the loudest that is allowed."""
    room = LOUDEST * moved
    now[~planted] = np.clip(now, before - room, before + room)[~planted]
