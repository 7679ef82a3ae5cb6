"""Other ways to name a root cause, written from their papers, as what ours is measured against."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bench.analytics.leaves import Case, Mask, Values

Answer = Mask

#: Adtributor's own thresholds: the least explanatory power of a set and of an element, and how many
#: elements a set has at most.
SET_POWER, ELEMENT_POWER, ELEMENTS = 0.67, 0.1, 3
#: Less surprise than this, and the recursive one stops; the best of six tried on the tuning seeds.
LEAST_SURPRISE = 0.005
#: How deep the recursive Adtributor looks, and how many values a combination has.
DEPTH = 3


def largest_leaf(case: Case) -> Answer:
    """The one leaf whose cost moved most."""
    answer = np.zeros(len(case.now), np.bool_)
    answer[int(np.argmax(np.abs(case.now - case.before)))] = True
    return answer


def largest_value(case: Case) -> Answer:
    """The one value of any dimension whose cost moved most."""
    found: tuple[float, Answer] = (-1.0, np.ones(len(case.now), np.bool_))
    for column in case.values:
        _, places = np.unique(column, return_inverse=True)
        moved = np.abs(np.bincount(places, case.now - case.before))
        top = int(np.argmax(moved))
        if moved[top] > found[0]:
            found = float(moved[top]), places == top
    return found[1]


def adtributor(case: Case) -> Answer:
    """The first answer of Adtributor: Bhagwan et al., NSDI 2014, algorithm 1."""
    every = np.ones(len(case.now), np.bool_)
    answer = _adtributor(case, every)
    return every if answer is None else answer


def recursive(case: Case) -> Answer:
    """Adtributor asked again about its answer, while something inside surprises."""
    answer = np.ones(len(case.now), np.bool_)
    for depth in range(DEPTH):
        inner = _adtributor(case, answer, LEAST_SURPRISE if depth else 0.0)
        if inner is None or np.array_equal(inner, answer):
            break
        answer = inner
    return answer


def _adtributor(case: Case, inside: Mask, least: float = 0.0) -> Answer | None:
    """The set of values of one dimension that is most surprising and explains enough."""
    before, now = case.before[inside], case.now[inside]
    change = now.sum() - before.sum()
    if not change:
        return None
    best: tuple[float, Answer] | None = None
    for column in case.values:
        names, places = np.unique(column[inside], return_inverse=True)
        if len(names) < 2:
            continue
        expected, actual = np.bincount(places, before), np.bincount(places, now)
        surprise = _surprise(expected / max(before.sum(), 1e-9), actual / max(now.sum(), 1e-9))
        power = (actual - expected) / change
        kept: list[int] = []
        explained = 0.0
        for element in np.argsort(-surprise):
            if power[element] > ELEMENT_POWER:
                kept.append(int(element))
                explained += power[element]
            if explained > SET_POWER or len(kept) == ELEMENTS:
                break
        surprised = float(surprise[kept].sum())
        if explained > SET_POWER and surprised > max(least, best[0] if best else 0.0):
            best = surprised, inside & np.isin(column, names[kept])
    return best[1] if best else None


def _surprise(expected: Values, actual: Values) -> Values:
    """How much of the Jensen-Shannon divergence of the shares each value makes up."""
    middle = (expected + actual) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(expected > 0, expected * np.log(expected / middle), 0.0)
        second = np.where(actual > 0, actual * np.log(actual / middle), 0.0)
    return (first + second) / 2


def potential(case: Case) -> Answer:
    """The combination with the highest potential score of HotSpot (Sun et al., IEEE Access 2018),
    every one of up to three values tried instead of a tree search; the shorter one within 0.01."""
    off = (case.now - case.before) ** 2
    found: tuple[float, Answer] = (-np.inf, np.ones(len(off), np.bool_))
    for size in range(1, DEPTH + 1):
        for places in combinations(range(len(case.values)), size):
            groups = _groups(case, places)
            scores = _potentials(case, groups, off)
            top = int(np.argmax(scores))
            if scores[top] > found[0] + 0.01:
                found = float(scores[top]), groups == top
    return found[1]


def _groups(case: Case, places: tuple[int, ...]) -> NDArray[np.int64]:
    groups = np.zeros(len(case.now), np.int64)
    for place in places:
        names, codes = np.unique(case.values[place], return_inverse=True)
        groups = np.unique(groups * len(names) + codes, return_inverse=True)[1]
    return groups


def _potentials(case: Case, groups: NDArray[np.int64], off: Values) -> Values:
    """1 - |v - a| / |v - f| with the expectation a inside each group and f elsewhere."""
    before, now = np.bincount(groups, case.before), np.bincount(groups, case.now)
    ratio = np.divide(now, before, out=np.zeros_like(now), where=before > 0)
    # What came from nothing is expected to be spread evenly.
    even = np.divide(now, np.bincount(groups))
    ripple = np.where(before[groups] > 0, case.before * ratio[groups], even[groups])
    better = np.bincount(groups, off - (case.now - ripple) ** 2)
    return 1 - np.sqrt(np.maximum(off.sum() - better, 0) / off.sum())
