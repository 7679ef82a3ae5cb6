"""Why a cost changed: the few parts of the bill that make up the change, adding up exactly.

Every part is a set of leaves (one account, service, region, … in two periods) that no other part
has, so that the change of the whole is the sum of the changes of the parts to the last digit.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from analytics.answers import exact_sum
from analytics.lattice import UNKNOWN, Codes, Found, Lattice, Mask
from domain.cause import Cause, Explanation, Part, Where
from domain.query import ChargeType, CostQuery, Dimension

#: Causes that are named at most; more is a list and no explanation.
MOST_CAUSES = 5
#: A cause explains at least this share of all movement, and moves this share of the change.
LEAST_SHARE = 0.05
LEAST_CHANGE = Decimal("0.05")
#: A path goes on while one value holds this much of the change.
MOST_OF = Decimal("0.9")
#: Values that a path does not go on to by itself: they tell nobody anything.
SILENT = (None, ChargeType.USAGE.value)
#: Contributions that are shown where no cause stands out.
CONTRIBUTIONS = 4


@dataclass(frozen=True, slots=True)
class Leaves:
    """The cells of the bill in both periods: `keys` have a value per dimension, None for none or,
    where small cells were summed, for several."""

    dimensions: tuple[Dimension, ...]
    keys: tuple[tuple[str | None, ...], ...]
    before: tuple[Decimal, ...]
    now: tuple[Decimal, ...]

    def part(self, where: Where, members: Mask) -> Part:
        """The exact sums of some leaves."""
        places = np.flatnonzero(members)
        before = exact_sum(self.before[place] for place in places)
        return Part(where, before, exact_sum(self.now[place] for place in places))


def leaves(query: CostQuery, rows: Sequence[Mapping[str, Any]]) -> Leaves:
    """The rows of `questions.leaves`."""
    names = [f"g{n}" for n in range(len(query.group_by))]
    return Leaves(
        query.group_by,
        tuple(tuple(row[name] for name in names) for row in rows),
        tuple(row["previous"] for row in rows),
        tuple(row["cost"] for row in rows),
    )


def explain(query: CostQuery, cells: Leaves, currency: str) -> Explanation:
    """The smallest set of combinations that explains most of the change, and the rest."""
    every = np.ones(len(cells.keys), np.bool_)
    whole = cells.part((), every)
    picked, alike = _search(cells, whole)
    found = bool(picked) or alike is not None
    if not found:
        picked = _contributions(cells)
        found = len(picked) == 1
    causes = [_cause(cells, where, members) for where, members in picked]
    causes.sort(key=lambda cause: abs(cause.part.change), reverse=True)
    left = every.copy()
    for _, members in picked:
        left &= ~members
    rest = cells.part((), left)
    return Explanation(query, whole, tuple(causes), rest, currency, alike, found)


Picked = list[tuple[Where, Mask]]


def _search(cells: Leaves, whole: Part) -> tuple[Picked, Decimal | None]:
    """Combination after combination, each over the leaves that no earlier one has."""
    before = np.array([float(amount) for amount in cells.before])
    now = np.array([float(amount) for amount in cells.now])
    codes = _codes(cells)
    lattice = Lattice(codes, before, now)
    alive = np.ones(len(cells.keys), np.bool_)
    picked: Picked = []
    background, alike = 0.0, False
    while len(picked) < MOST_CAUSES:
        found = lattice.best(alive, background)
        if found is None or found.share < LEAST_SHARE:
            break
        if not found.dimensions:
            if alike:
                break
            # Everything moves alike: what else is there differs from that.
            background, alike = found.movement, True
            continue
        where = _where(cells, codes, found)
        part = cells.part(where, found.members)
        if abs(part.change) < LEAST_CHANGE * abs(whole.change):
            break
        picked.append((where, found.members))
        alive &= ~found.members
    return picked, _ratio(cells, alive) if alike else None


def _ratio(cells: Leaves, alive: Mask) -> Decimal | None:
    """By how much of itself the rest changed."""
    rest = cells.part((), alive)
    return rest.change / abs(rest.before) if rest.before else None


def _codes(cells: Leaves) -> Codes:
    """The values of each dimension as numbers from 0, UNKNOWN where there is none or many.

    That a value is missing explains nothing: fees, taxes and credits have no region in common.
    It is a value like others only where nothing else tells the cells apart.
    """
    codes = np.full((len(cells.dimensions), len(cells.keys)), UNKNOWN, np.int64)
    for place in range(len(cells.dimensions)):
        numbers: dict[str | None, int] = {}
        for leaf, key in enumerate(cells.keys):
            if key[place] is not None or len(cells.dimensions) == 1:
                codes[place, leaf] = numbers.setdefault(key[place], len(numbers))
    return codes


def _where(cells: Leaves, codes: Codes, found: Found) -> Where:
    first = int(np.flatnonzero(found.members)[0])
    return tuple((cells.dimensions[place], cells.keys[first][place]) for place in found.dimensions)


def _cause(cells: Leaves, where: Where, members: Mask) -> Cause:
    return Cause(cells.part(where, members), _path(cells, where, members))


def _path(cells: Leaves, where: Where, members: Mask) -> tuple[Part, ...]:
    """From the whole down: the values of the cause, then those that hold most of its change.

    The steps come in the order of the dimensions, each one inside the step before.
    """
    wanted = dict(where)
    inside = members.copy()
    for place, dimension in enumerate(cells.dimensions):
        if dimension in wanted:
            continue
        value, held = _holder(cells, place, inside)
        if held is not None and value not in SILENT:
            wanted[dimension] = value
            inside = held
    steps: list[Part] = []
    inside, named = np.ones(len(cells.keys), np.bool_), tuple[tuple[Dimension, str | None], ...]()
    for place, dimension in enumerate(cells.dimensions):
        if dimension not in wanted:
            continue
        named = (*named, (dimension, wanted[dimension]))
        inside = inside & _having(cells, place, wanted[dimension])
        steps.append(cells.part(named, inside))
    return tuple(steps)


def _having(cells: Leaves, place: int, value: str | None) -> Mask:
    return np.array([key[place] == value for key in cells.keys], np.bool_)


def _holder(cells: Leaves, place: int, inside: Mask) -> tuple[str | None, Mask | None]:
    """The value of a dimension that holds most of the change of some leaves, and its leaves."""
    changes: dict[str | None, Decimal] = defaultdict(Decimal)
    whole = cells.part((), inside).change
    for leaf in np.flatnonzero(inside):
        value = cells.keys[leaf][place]
        change = (cells.now[leaf], cells.before[leaf].copy_negate())
        changes[value] = exact_sum((changes[value], *change))
    value = max(changes, key=lambda one: abs(changes[one]), default=None)
    if not changes or not _most(changes[value], whole):
        return None, None
    return value, inside & _having(cells, place, value)


def _contributions(cells: Leaves) -> Picked:
    """Where nothing stands out: the values of the first dimension that moved most.

    One that holds nearly all of the change is the cause, whatever moves how much anyway.
    """
    if not cells.dimensions:
        return []
    members: dict[str | None, list[int]] = defaultdict(list)
    for leaf, key in enumerate(cells.keys):
        members[key[0]].append(leaf)
    masks: list[tuple[Where, Mask, Decimal]] = []
    for value, places in members.items():
        mask = np.zeros(len(cells.keys), np.bool_)
        mask[places] = True
        where = ((cells.dimensions[0], value),)
        masks.append((where, mask, cells.part(where, mask).change))
    masks.sort(key=lambda one: abs(one[2]), reverse=True)
    if masks and _most(masks[0][2], exact_sum(change for *_, change in masks)):
        masks = masks[:1]
    return [(where, mask) for where, mask, change in masks[:CONTRIBUTIONS] if change]


def _most(part: Decimal, whole: Decimal) -> bool:
    """Whether a part of a change is nearly the change."""
    return bool(whole) and MOST_OF <= part / whole <= 1 / MOST_OF
