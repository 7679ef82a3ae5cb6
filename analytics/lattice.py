"""Which combination of values moved: a search over account x service x region x … and their mixes.

A leaf is one cell of the bill in two periods. Its movement is (now - before) / (|now| + |before|),
between -1 (gone) and 1 (new), as in Squeeze (Li et al., ISSRE 2019): leaves that one cause moves
move alike (the ripple effect of HotSpot, Sun et al., IEEE Access 2018). A combination explains the
dollars by which one common movement, the weighted median, describes its leaves better than none:
leaves inside that did not move count against it, leaves outside that moved are missing from it.
That is the explanatory power of Adtributor (Bhagwan et al., NSDI 2014) with a price for breadth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: The code of a value that is not known, because small leaves were summed.
UNKNOWN = -1
#: Values that are combined at most.
DEEPEST = 4
#: How much more a combination has to explain for each value that it names.
PRICE = 0.003
#: How many usual movements the common one has to exceed before it counts.
DOUBT = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A combination: places of its dimensions (() is everything), its leaves, and how much of all
    movement it explains, its price paid."""

    dimensions: tuple[int, ...]
    members: Mask
    share: float
    movement: float


class Lattice:
    """All combinations over the leaves; `codes` has a row per dimension and a column per leaf."""

    def __init__(self, codes: Codes, before: Values, now: Values) -> None:
        self._codes = codes
        self._weight = np.abs(now) + np.abs(before)
        with np.errstate(invalid="ignore", divide="ignore"):
            moved = (now - before) / self._weight
        self._moved: Values = np.where(self._weight > 0, moved, 0.0)
        self._all = float((self._weight * np.abs(self._moved)).sum())

    def best(self, alive: Mask, background: float = 0.0) -> Found | None:
        """What explains most of how the leaves `alive` differ from the background."""
        if not self._all or not alive.any():
            return None
        doubt = DOUBT * self._usual(alive, background)
        found: tuple[float, tuple[int, ...], Mask, float] | None = None
        for dimensions, leaves, groups in self._combinations(alive):
            score, medians = self._scores(leaves, groups, background, doubt)
            top = int(np.argmax(score))
            share = float(score[top]) / self._all - PRICE * len(dimensions)
            if found is None or share > found[0] + 1e-9:
                members = np.zeros(len(alive), np.bool_)
                members[leaves[groups == top]] = True
                found = share, dimensions, members, float(medians[top])
        if found is None or found[0] <= 0:
            return None
        share, dimensions, members, movement = found
        return Found(dimensions, members, share, movement)

    def _combinations(self, alive: Mask) -> Iterator[tuple[tuple[int, ...], Codes, Codes]]:
        """Dimensions, the leaves whose values are known, and the group of each, fewest first."""
        every = np.flatnonzero(alive & (self._weight > 0))
        if len(every):
            yield (), every, np.zeros(len(every), np.int64)
        for size in range(1, min(DEEPEST, len(self._codes)) + 1):
            for dimensions in combinations(range(len(self._codes)), size):
                leaves = every[(self._codes[list(dimensions)][:, every] != UNKNOWN).all(axis=0)]
                if len(leaves):
                    yield dimensions, leaves, self._grouped(dimensions, leaves)

    def _grouped(self, dimensions: Sequence[int], leaves: Codes) -> Codes:
        groups = np.zeros(len(leaves), np.int64)
        for place in dimensions:
            codes = self._codes[place, leaves]
            groups = np.unique(groups * (int(codes.max()) + 1) + codes, return_inverse=True)[1]
        return groups

    def _scores(
        self, leaves: Codes, groups: Codes, background: float, doubt: float
    ) -> tuple[Values, Values]:
        """What each group explains, doubts taken off, and its common movement."""
        weight, moved = self._weight[leaves], self._moved[leaves]
        medians = _medians(groups, moved, weight)
        better = np.abs(moved - background) - np.abs(moved - medians[groups])
        size = np.bincount(groups, weight)
        alone = np.sqrt(np.bincount(groups, weight**2))
        # A common movement of n leaves is sqrt(n) times as sure as that of one: their usual
        # movements, size / sqrt(n) each, are what could come about by itself.
        return np.bincount(groups, weight * better) - doubt * np.minimum(alone, size), medians

    def _usual(self, alive: Mask, background: float) -> float:
        """By how much a typical dollar moves anyway."""
        leaves = np.flatnonzero(alive & (self._weight > 0))
        if not len(leaves):
            return 0.0
        away = np.abs(self._moved[leaves] - background)
        return float(_medians(np.zeros(len(leaves), np.int64), away, self._weight[leaves])[0])


def _medians(groups: Codes, values: Values, weight: Values) -> Values:
    """The weighted median of each group."""
    order = np.lexsort((values, groups))
    running = np.cumsum(weight[order])
    ends = np.cumsum(np.bincount(groups)) - 1
    before = np.concatenate(([0.0], running[ends[:-1]]))
    half = before + (running[ends] - before) / 2
    places = np.clip(np.searchsorted(running, half), np.concatenate(([0], ends[:-1] + 1)), ends)
    return values[order][places]
