"""A chart drawn with characters, for a terminal and wherever a picture cannot be had."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

from wcwidth import ljust, rjust, width

from cards.fit_chart import drawable, marks_of
from cards.model import Chart, Series
from cards.shorten import shorten
from cards.waterfall import Bar, Scale, bars, scale
from cards.words import money, plural
from domain.money import Money

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
#: More bars than this are a wall; a sparkline tells more.
_MOST_BARS = 18
_NARROWEST_BAR = 8


def plot(chart: Chart, room: int) -> str:
    """The chart in lines of at most `room` cells where that is possible at all.

    A few values become bars with their numbers, many become one sparkline per series.
    """
    if not drawable(chart):
        return "There are no numbers to draw."
    if chart.kind == "waterfall":
        return "\n".join(_steps(chart, room))
    few = len(chart.categories) * len(chart.series) <= _MOST_BARS
    return "\n".join(_bars(chart, room) if few else _sparklines(chart, room))


def amount(value: float, unit: str) -> str:
    """One number of a chart, as money when its unit is a currency; a dash for a gap."""
    if math.isnan(value):
        return "–"
    if abs(value) >= 1e15:
        return f"{value:.3g} {unit}"
    if len(unit) == 3 and unit.isalpha() and unit.isupper():
        return money(Money(Decimal(str(value)), unit))
    return f"{value:,.2f}".rstrip("0").rstrip(".") + f" {unit}"


def said(chart: Chart, series: Series, place: int) -> str:
    """One number of a series; a step of a waterfall has its sign."""
    value = series.values[place]
    step = chart.kind == "waterfall" and 0 < place < len(series.values) - 1
    return ("+" if step and value > 0 else "") + amount(value, chart.unit)


def _steps(chart: Chart, room: int) -> list[str]:
    """A waterfall lying on its side: each step begins where the one before ended."""
    drawn = bars(chart)
    labels = _aligned([bar.name for bar in drawn], ljust)
    one = chart.series[0]
    numbers = _aligned([said(chart, one, n) for n in range(len(drawn))], rjust)
    longest = max(_NARROWEST_BAR, min(40, room - width(labels[0]) - width(numbers[0]) - 4))
    shown = scale(drawn)
    lines = [
        f"{label}  {_step(bar, shown, longest)}  {number}"
        for label, bar, number in zip(labels, drawn, numbers, strict=True)
    ]
    if shown.cut:
        begins = shown.low if shown.low > 0 else shown.high
        lines.append(f"≈ The scale begins at {amount(begins, chart.unit)}.")
    return lines


def _step(bar: Bar, shown: Scale, longest: int) -> str:
    """Full for a sum, dense for more, light for less; a bar that is cut says so where it is."""
    start, end = sorted((shown.place(bar.start), shown.place(bar.end)))
    first = min(round(start * longest), longest - 1)
    last = max(first + 1, round(end * longest))
    if bar.kind != "whole":
        mark = "▓" if bar.kind == "up" else "░"
        return ljust(" " * first + mark * (last - first), longest)
    drawn = "█" * (last - first) if bar.value else "▏"
    if shown.low > 0:
        drawn = "≈" + drawn[1:]
    elif shown.high < 0:
        drawn = drawn[:-1] + "≈"
    return ljust(" " * first + drawn, longest)


def _bars(chart: Chart, room: int) -> list[str]:
    """A line per value; the series of one category stand under each other."""
    values = [one.values[n] for n in range(len(chart.categories)) for one in chart.series]
    labels = _aligned([label for c in chart.categories for label in _under(c, chart.series)], ljust)
    if len(chart.series) > 1:
        names = _aligned([one.name for _ in chart.categories for one in chart.series], ljust)
        labels = [f"{label}  {name}" for label, name in zip(labels, names, strict=True)]
    numbers = _aligned([amount(value, chart.unit) for value in values], rjust)
    longest = max(_NARROWEST_BAR, min(40, room - width(labels[0]) - width(numbers[0]) - 4))
    top = max(abs(value) for value in values if not math.isnan(value)) or 1
    return [
        f"{label}  {_bar(value / top, longest)}  {number}"
        for label, value, number in zip(labels, values, numbers, strict=True)
    ]


def _under(category: str, series: Sequence[Series]) -> list[str]:
    return [category, *[""] * (len(series) - 1)]


def _aligned(texts: list[str], adjust: Callable[[str, int], str]) -> list[str]:
    widest = max(map(width, texts))
    return [adjust(text, widest) for text in texts]


def _bar(ratio: float, longest: int) -> str:
    """A bar of eighths of a cell; less than nothing is hatched, a gap is empty."""
    if math.isnan(ratio):
        return " " * longest
    eighths = round(abs(ratio) * longest * 8)
    if ratio < 0:
        return ljust("░" * max(1, round(eighths / 8)), longest)
    return ljust("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip(), longest)


def _sparklines(chart: Chart, room: int) -> list[str]:
    names = max(width(one.name) for one in chart.series)
    scales = [_scale(one, chart.unit) for one in chart.series]
    marks = max(_NARROWEST_BAR, min(60, room - names - max(map(width, scales)) - 4))
    per_mark = -(-len(chart.categories) // marks)
    drawn = [
        f"{ljust(one.name, names)}  {_sparkline(one, per_mark)}  {scale}"
        for one, scale in zip(chart.series, scales, strict=True)
    ]
    drawn.append(f"{chart.categories[0]} to {chart.categories[-1]}")
    if found := marks_of(chart):
        places = "".join(
            "^" if any(n // per_mark == mark.at // per_mark for mark in found) else " "
            for n in range(0, len(chart.categories), per_mark)
        )
        said = "; ".join(mark.label for mark in found)
        drawn.insert(-1, shorten(f"{' ' * names}  {places.rstrip()}  {said}", room, width))
    if per_mark > 1:
        drawn[-1] += f"; each mark is the highest of {plural(per_mark, 'value')}"
    return drawn


def _scale(series: Series, unit: str) -> str:
    known = [value for value in series.values if not math.isnan(value)]
    if not known:
        return "nothing known"
    return f"{amount(min(known), unit)} to {amount(max(known), unit)}"


def _sparkline(series: Series, per_mark: int) -> str:
    values = series.values
    highest = [_highest(values[n : n + per_mark]) for n in range(0, len(values), per_mark)]
    known = [value for value in highest if not math.isnan(value)]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    step = (high - low) / (len(_LEVELS) - 1) or 1
    return "".join(
        " " if math.isnan(value) else _LEVELS[round((value - low) / step)] for value in highest
    )


def _highest(values: Sequence[float]) -> float:
    return max((value for value in values if not math.isnan(value)), default=math.nan)
