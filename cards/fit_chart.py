"""A chart cut to what a platform draws, without telling anything untrue."""

import math
from dataclasses import replace

from cards.escape import line
from cards.limits import Limits
from cards.model import Chart, Mark, Series
from cards.shorten import distinct, shorten
from cards.waterfall import folded, reconciles


def fit_chart(chart: Chart, limits: Limits) -> Chart:
    """The chart with clean, short and distinct names and at most `limits.series` colours.

    What adds up (parts of a share, layers of a stack, steps) is summed as Other beyond that.
    Series of a line or bar chart do not add up: the last ones are cut, see `cut_series`. Points
    along the axis are never summed or skipped: a chart cannot know that its categories are days,
    and a skipped day may be the one that matters.
    """
    if chart.kind == "share":
        chart = _other_parts(replace(chart, series=chart.series[:1]), limits.series)
    elif chart.kind == "stacked":
        chart = _other_series(chart, limits.series)
    elif chart.kind == "waterfall":
        chart = folded(replace(chart, series=chart.series[:1]))
    series = chart.series[: limits.series]
    names = distinct([one.name for one in series], limits.name, limits.size)
    return Chart(
        chart.kind,
        shorten(line(chart.title), limits.chart_title, limits.size),
        distinct(chart.categories, limits.name, limits.size),
        tuple(replace(one, name=name) for name, one in zip(names, series, strict=True)),
        shorten(line(chart.unit), limits.name, limits.size),
        shorten(line(chart.summary), limits.summary, limits.size),
        tuple(
            Mark(mark.at, shorten(line(mark.label), limits.label, limits.size))
            for mark in chart.marks
        ),
    )


def cut_series(chart: Chart, limits: Limits) -> int:
    """How many series of the chart `fit_chart` leaves out."""
    return max(0, len(chart.series) - limits.series) if chart.kind in ("line", "bar") else 0


def marks_of(chart: Chart) -> list[Mark]:
    """The marks that lie on the axis, in its order."""
    there = [mark for mark in chart.marks if 0 <= mark.at < len(chart.categories)]
    return sorted(there, key=lambda mark: mark.at)


def drawable(chart: Chart) -> bool:
    """Whether every series has a value or a gap for every category, and one value at least; a
    waterfall has to arrive where it ends."""
    parts = [part for one in chart.series for part in (one.values, one.low, one.high) if part]
    lengths = {len(part) for part in parts} | {len(one.values) for one in chart.series}
    values = [value for part in parts for value in part]
    known = any(math.isfinite(value) for one in chart.series for value in one.values)
    endless = any(math.isinf(value) for value in values)
    banded = all(len(one.low) == len(one.high) for one in chart.series)
    drawn = lengths == {len(chart.categories)} and known and banded and not endless
    return drawn and (chart.kind != "waterfall" or reconciles(chart))


def whole(chart: Chart) -> bool:
    """Whether platforms can draw it themselves: no gap, and no band around a line."""
    bare = all(
        not one.low and not any(math.isnan(value) for value in one.values) for one in chart.series
    )
    return bare and drawable(chart)


def _other_parts(chart: Chart, most: int) -> Chart:
    if len(chart.categories) <= most or not whole(chart):
        return chart
    name, values = chart.series[0].name, chart.series[0].values
    order = sorted(range(len(values)), key=lambda n: abs(values[n]), reverse=True)
    largest, rest = sorted(order[: most - 1]), order[most - 1 :]
    parts = (*(chart.categories[n] for n in largest), f"Other ({len(rest)})")
    sizes = (*(values[n] for n in largest), sum(values[n] for n in rest))
    return replace(chart, categories=parts, series=(Series(name, sizes),))


def _other_series(chart: Chart, most: int) -> Chart:
    if len(chart.series) <= most or not whole(chart):
        return chart
    weights = [sum(map(abs, one.values)) for one in chart.series]
    order = sorted(range(len(weights)), key=lambda n: weights[n], reverse=True)
    largest, rest = sorted(order[: most - 1]), order[most - 1 :]
    columns = zip(*(chart.series[n].values for n in rest), strict=True)
    other = Series(f"Other ({len(rest)})", tuple(sum(column) for column in columns))
    return replace(chart, series=(*(chart.series[n] for n in largest), other))
