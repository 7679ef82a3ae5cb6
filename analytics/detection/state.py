"""What detection remembers of all series: eleven weeks of days, and a few numbers of each."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

#: Days that are remembered: the same day two months ago, and two weeks before it.
MEMORY = 77
#: Ways to foresee a day, see `expected.py`.
WAYS = 4
#: How far off a day of a series usually is, relatively, before anything is known of it.
FIRST_SCALE = 0.25
#: How far the level of a series usually goes in four weeks (a logarithm), before it is known.
FIRST_WANDER = 0.1

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class State:
    """Everything that later verdicts depend on; the last axis is always the series.

    Days x series: `raw` is what the days cost, `clean` the same without what was unusual, `week`
    the mean of the seven clean days before, `expected` what was foreseen, `surprise` by how much it
    was wrong, in roots of money. Ways x series: `wrong`, the usual error of each way to foresee.

    One number a series: `plain` is what the first way foresaw last; `scale` the usual relative
    error; `streak` counts days off in a row, negative below, and `doubt` does so until the first
    usual day; `age` counts days since the first cost, 0 before, `still` days without cost, `used`
    days that something was learned from; `most` is the dearest day so far; `back` the factor that
    would take the newest shift back, 0 for none, and `since` the days after it; `anchor` the level
    that drift is measured from, `wander` how far the level goes in four weeks, `growth` how fast it
    grows; `idle` counts days without use, `silence` says how rare the newest ones in a row are,
    `longest` the most of it so far; `bursts` counts days that stood out, `size` is what they cost.
    """

    days: int
    raw: Matrix
    clean: Matrix
    week: Matrix
    expected: Matrix
    surprise: Matrix
    wrong: Matrix
    plain: Matrix
    scale: Matrix
    streak: Matrix
    age: Matrix
    still: Matrix
    most: Matrix
    back: Matrix
    since: Matrix
    anchor: Matrix
    wander: Matrix
    growth: Matrix
    idle: Matrix
    silence: Matrix
    bursts: Matrix
    size: Matrix
    used: Matrix
    doubt: Matrix
    longest: Matrix

    @classmethod
    def blank(cls, series: int, days: int = 0) -> "State":
        """Series that have cost nothing in a bill that was seen for `days` days."""
        arrays = {name: np.zeros((MEMORY, series)) for name in DAILY}
        arrays |= {name: np.zeros(series) for name in NUMBERS}
        made = cls(days=days, wrong=np.zeros((WAYS, series)), **arrays)
        made.forget(np.ones(series, dtype=np.bool_))
        return made

    def forget(self, those: Mask) -> None:
        """Make series as if they had never cost anything."""
        for name in (*DAILY, *NUMBERS):
            getattr(self, name)[..., those] = 0.0
        self.wrong[:, those] = FIRST_SCALE
        self.scale[those] = FIRST_SCALE
        self.wander[those] = FIRST_WANDER

    def each(self, change: Callable[[str, Matrix], Matrix]) -> "State":
        """The same with every array changed."""
        arrays = (f.name for f in fields(self) if f.name != "days")
        return State(self.days, **{name: change(name, getattr(self, name)) for name in arrays})

    def opened(self, days: int) -> "State":
        """A copy with room for so many more days."""

        def room(name: str, array: Matrix) -> Matrix:
            if name not in DAILY:
                return array.copy()
            return np.concatenate([array, np.zeros((days, array.shape[1]))])

        return self.each(room)

    def closed(self) -> "State":
        """A copy with the newest days only."""
        return self.each(lambda name, array: array[-MEMORY:].copy() if name in DAILY else array)

    def part(self, series: slice) -> "State":
        """Some of the series."""
        return self.each(lambda _, array: np.ascontiguousarray(array[..., series]))

    @staticmethod
    def joined(parts: "list[State]") -> "State":
        """Series of several states beside each other."""
        return parts[0].each(
            lambda name, _: np.concatenate([getattr(one, name) for one in parts], axis=-1)
        )


DAILY = ("raw", "clean", "week", "expected", "surprise")
NUMBERS = tuple(f.name for f in fields(State) if f.name not in ("days", "wrong", *DAILY))
