"""A waterfall: where a sum starts, the steps that change it one by one, and where it ends.

The first value of its one series is the start, the last is the end, those between are the steps.
Every surface draws these bars, so that each begins where the one before ended.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from cards.model import Chart, Series

#: Steps that are drawn apart; the smallest of more become one.
MOST_STEPS = 7
#: A scale begins at zero unless all that moves would be pressed into less than this of it.
_READABLE = 0.35
#: How much of a scale that does not begin at zero is left below what moves.
_BELOW = 0.35
#: What sums of binary numbers may differ by.
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, from `start` to `end` along the scale; `value` is what stands beside it."""

    name: str
    kind: Literal["whole", "up", "down"]
    start: float
    end: float
    value: float


@dataclass(frozen=True, slots=True)
class Scale:
    """What is drawn of the numbers; one that is `cut` does not begin at zero."""

    low: float
    high: float

    @property
    def cut(self) -> bool:
        return self.low > 0 or self.high < 0

    def place(self, value: float) -> float:
        """Between 0 at the left and 1 at the right."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def waterfall(
    title: str,
    start: tuple[str, Decimal],
    steps: Sequence[tuple[str, Decimal]],
    end: tuple[str, Decimal],
    unit: str,
    summary: str,
) -> Chart:
    """The chart of (name, amount) pairs; ValueError when the steps do not lead to the end."""
    if sum((amount for _, amount in steps), start[1]) != end[1]:
        raise ValueError(f"the steps of {title!r} do not lead from {start[1]} to {end[1]}")
    every = (start, *steps, end)
    series = Series("Cost", tuple(float(amount) for _, amount in every))
    return Chart("waterfall", title, tuple(name for name, _ in every), (series,), unit, summary)


def reconciles(chart: Chart) -> bool:
    """Whether there is a start and an end, and the steps lead from one to the other."""
    values = chart.series[0].values if chart.series else ()
    if len(values) < 2:
        return False
    tolerance = _CLOSE * math.fsum(map(abs, values))
    return abs(math.fsum(values[:-1]) - values[-1]) <= tolerance


def bars(chart: Chart) -> list[Bar]:
    """The bars from top to bottom, of a chart that reconciles."""
    *names, last = chart.categories
    *values, end = chart.series[0].values
    drawn = [Bar(names[0], "whole", 0.0, values[0], values[0])]
    for place in range(1, len(values)):
        level = math.fsum(values[: place + 1])
        kind = "up" if values[place] >= 0 else "down"
        drawn.append(Bar(names[place], kind, drawn[-1].end, level, values[place]))
    return [*drawn, Bar(last, "whole", 0.0, end, end)]


def scale(drawn: Sequence[Bar]) -> Scale:
    """From zero, or from shortly below what moves where that would be too small to see."""
    levels = [bar.end for bar in drawn]
    low, high = min(levels), max(levels)
    moves = high - low
    if moves and low > 0 and moves < _READABLE * high:
        return Scale(max(0.0, low - moves * _BELOW / (1 - _BELOW)), high)
    if moves and high < 0 and moves < -_READABLE * low:
        return Scale(low, min(0.0, high + moves * _BELOW / (1 - _BELOW)))
    low, high = min(low, 0.0), max(high, 0.0)
    return Scale(low, high if high > low else low + 1)


def folded(chart: Chart) -> Chart:
    """The chart with its smallest steps summed as one before the end, where it has too many."""
    values = list(chart.series[0].values) if chart.series else []
    count = len(values) - 2
    if count <= MOST_STEPS or not reconciles(chart) or len(values) != len(chart.categories):
        return chart
    order = sorted(range(1, count + 1), key=lambda n: abs(values[n]), reverse=True)
    kept, rest = sorted(order[: MOST_STEPS - 1]), order[MOST_STEPS - 1 :]
    names = (*(chart.categories[n] for n in [0, *kept]), f"Other ({len(rest)})")
    amounts = (*(values[n] for n in [0, *kept]), math.fsum(values[n] for n in rest))
    series = Series(chart.series[0].name, (*amounts, values[-1]))
    return replace(chart, categories=(*names, chart.categories[-1]), series=(series,))
