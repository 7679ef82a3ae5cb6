"""A chart as inline SVG drawn from its numbers; colours and fonts belong to the page's styles."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from wcwidth import width

from cards.fit_chart import drawable, marks_of
from cards.model import Chart, Series
from cards.plot import amount, said
from cards.shorten import shorten
from cards.waterfall import Scale, bars, scale

_WIDTH, _HEIGHT = 640, 220
#: Where the plot lies inside the picture; names of categories go below it, amounts above lines.
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 636, 18, 196
_ROW, _LABELS, _AMOUNTS = 26, 220, 110
#: What fits into _LABELS at the page's font size.
_LABEL_CELLS = 30
#: Bars that can all be named under the axis, and how wide one letter is.
_NAMED, _LETTER = 12, 7
_BAR_GAP = 0.25


def draw(chart: Chart) -> str:
    """Bars lying beside their names for parts, steps and one series, else a plot over an axis."""
    if not drawable(chart):
        return '<p class="note">There are no numbers to draw.</p>'
    lying = len(chart.series) == 1 and chart.kind in ("share", "bar") and len(chart.categories) < 16
    lying = lying or chart.kind == "waterfall"
    height = _ROW * len(chart.categories) if lying else _HEIGHT
    drawn = _steps if chart.kind == "waterfall" else _lying_bars if lying else _plot
    marks = "".join(drawn(chart))
    words = escape(chart.summary or chart.title or "A chart")
    legend = _legend(chart) if len(chart.series) > 1 else ""
    size = f'viewBox="0 0 {_WIDTH} {height}"'
    picture = f'<svg class="plot" role="img" aria-label="{words}" {size}>{marks}</svg>'
    return f"{picture}{legend}{_cut(chart)}"


def _lying_bars(chart: Chart) -> Iterator[str]:
    values = _filled(chart.series[0].values)
    top = max(map(abs, values)) or 1
    longest = _WIDTH - _LABELS - _AMOUNTS
    for n, (name, value) in enumerate(zip(chart.categories, values, strict=True)):
        y = n * _ROW
        sign = " below-zero" if value < 0 else ""
        yield _text(shorten(name, _LABEL_CELLS, width), _LABELS - 8, y + 17, "end")
        yield _rect(_LABELS, y + 4, longest * abs(value) / top, _ROW - 8, f"series-0{sign}")
        yield _text(amount(value, chart.unit), _WIDTH, y + 17, "end", "amount")


def _steps(chart: Chart) -> Iterator[str]:
    """A waterfall: each step begins where the one before ended, and a thin line leads there."""
    drawn = bars(chart)
    shown = scale(drawn)
    for n, bar in enumerate(drawn):
        y = n * _ROW
        left, right = sorted((_along(bar.start, shown), _along(bar.end, shown)))
        yield _text(shorten(bar.name, _LABEL_CELLS, width), _LABELS - 8, y + 17, "end")
        yield _rect(left, y + 4, max(right - left, 1.5), _ROW - 8, f"step-{bar.kind}")
        if bar.kind == "whole" and shown.cut:
            yield _torn(left if shown.low > 0 else right, y)
        if n + 1 < len(drawn):
            x = _along(bar.end, shown)
            yield _joint(x, y + _ROW - 4, y + _ROW + 4)
        yield _text(said(chart, chart.series[0], n), _WIDTH, y + 17, "end", "amount")


def _along(value: float, shown: Scale) -> float:
    return _LABELS + (_WIDTH - _LABELS - _AMOUNTS) * shown.place(value)


def _torn(x: float, y: float) -> str:
    """Where a bar that does not begin at zero is cut."""
    inside = x + 10 if x < _WIDTH / 2 else x - 10
    ends = f'x1="{inside - 3:.1f}" y1="{y + _ROW - 2}" x2="{inside + 3:.1f}" y2="{y + 2}"'
    return f'<line class="torn" {ends}/>'


def _joint(x: float, top: float, bottom: float) -> str:
    return f'<line class="joint" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>'


def _cut(chart: Chart) -> str:
    """What has to be said under bars whose scale does not begin at zero."""
    if chart.kind != "waterfall" or not (shown := scale(bars(chart))).cut:
        return ""
    begins = amount(shown.low if shown.low > 0 else shown.high, chart.unit)
    return f'<p class="note">The scale begins at {escape(begins)}.</p>'


def _plot(chart: Chart) -> Iterator[str]:
    low, high = _range(chart)
    for value in sorted({low, 0.0, high}):
        y = _y(value, low, high)
        yield f'<line class="rule" x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}"/>'
        if value:
            yield _text(amount(value, chart.unit), _LEFT, y - 4, "start", "amount")
    if chart.kind == "line":
        for number, one in enumerate(chart.series):
            yield from _line(one, number, low, high)
    elif chart.kind == "stacked":
        yield from _stacks(chart, low, high)
    else:
        yield from _standing_bars(chart, low, high)
    yield from _marks(chart)
    yield from _under_the_axis(chart)


def _under_the_axis(chart: Chart) -> Iterator[str]:
    """Every name when there are few bars, else where the axis begins and ends."""
    names, y = chart.categories, _HEIGHT - 6
    if chart.kind != "line" and len(names) <= _NAMED:
        slot = (_RIGHT - _LEFT) / len(names)
        for n, name in enumerate(names):
            short = shorten(name, int(slot / _LETTER), width)
            yield _text(short, _LEFT + (n + 0.5) * slot, y, "middle")
        return
    yield _text(names[0], _LEFT, y, "start")
    if len(names) > 1:
        yield _text(names[-1], _RIGHT, y, "end")


def _marks(chart: Chart) -> Iterator[str]:
    """A line across the plot where something happened; its words near zero, where most charts of
    costs have room, in turn higher."""
    wide = _RIGHT - _LEFT
    slot = wide / len(chart.categories)
    step = wide / max(1, len(chart.categories) - 1)
    for number, mark in enumerate(marks_of(chart)):
        x = _LEFT + (mark.at * step if chart.kind == "line" else (mark.at + 0.5) * slot)
        y, anchor = _BOTTOM - 6 - 14 * (number % 3), "end" if x > _WIDTH / 2 else "start"
        label = shorten(mark.label, _LABEL_CELLS, width)
        yield f'<line class="mark" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{_BOTTOM}"/>'
        yield _text(label, x + (-4 if anchor == "end" else 4), y, anchor, "mark-label")


def _range(chart: Chart) -> tuple[float, float]:
    """The lowest and the highest that is drawn; zero is always in the picture."""
    if chart.kind != "stacked":
        edges = [edge for one in chart.series for edge in (one.values, one.low, one.high)]
        drawn = [value for edge in edges for value in edge if not math.isnan(value)]
        return min(*drawn, 0.0, 0.0), max(*drawn, 0.0, 0.0)
    columns = list(zip(*(_filled(one.values) for one in chart.series), strict=True))
    above = max(sum(value for value in column if value > 0) for column in columns)
    below = min(sum(value for value in column if value < 0) for column in columns)
    return below, above


def _y(value: float, low: float, high: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / ((high - low) or 1)


def _filled(values: Sequence[float]) -> list[float]:
    """A gap adds nothing to a stack, and no bar stands there."""
    return [0.0 if math.isnan(value) else value for value in values]


def _line(series: Series, number: int, low: float, high: float) -> Iterator[str]:
    """The band first, so that the line lies over it; both are broken at gaps."""
    step = (_RIGHT - _LEFT) / max(1, len(series.values) - 1)

    def points(values: Sequence[float], places: Sequence[int]) -> list[str]:
        return [f"{_LEFT + n * step:.1f},{_y(values[n], low, high):.1f}" for n in places]

    for run in _runs([a + b for a, b in zip(series.low, series.high, strict=True)]):
        edge = " ".join([*points(series.high, run), *points(series.low, run[::-1])])
        yield f'<polygon class="series-{number} band" points="{edge}"/>'
    for run in _runs(series.values):
        line = " ".join(points(series.values, run))
        yield f'<polyline class="series-{number}" fill="none" points="{line}"/>'


def _runs(values: Sequence[float]) -> Iterator[list[int]]:
    """The places of known values, each stretch without a gap by itself."""
    run: list[int] = []
    for n, value in enumerate([*values, math.nan]):
        if math.isnan(value) and run:
            yield run
        run = [] if math.isnan(value) else [*run, n]


def _stacks(chart: Chart, low: float, high: float) -> Iterator[str]:
    """Costs grow up from zero and credits down from it."""
    slot = (_RIGHT - _LEFT) / len(chart.categories)
    for n in range(len(chart.categories)):
        up = down = 0.0
        for number, one in enumerate(chart.series):
            value = 0.0 if math.isnan(one.values[n]) else one.values[n]
            start = up if value > 0 else down
            up, down = (up + value, down) if value > 0 else (up, down + value)
            yield _standing(
                _LEFT + (n + _BAR_GAP / 2) * slot,
                slot * (1 - _BAR_GAP),
                number,
                _y(start, low, high),
                _y(start + value, low, high),
            )


def _standing_bars(chart: Chart, low: float, high: float) -> Iterator[str]:
    slot = (_RIGHT - _LEFT) / len(chart.categories)
    wide = slot * (1 - _BAR_GAP) / len(chart.series)
    for number, one in enumerate(chart.series):
        for n, value in enumerate(_filled(one.values)):
            x = _LEFT + (n + _BAR_GAP / 2) * slot + number * wide
            yield _standing(x, wide, number, _y(0, low, high), _y(value, low, high))


def _standing(x: float, wide: float, number: int, start: float, end: float) -> str:
    return _rect(x, min(start, end), wide, abs(start - end), f"series-{number}")


def _rect(x: float, y: float, wide: float, high: float, looks: str) -> str:
    box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
    return f'<rect class="{looks}" {box}/>'


def _text(words: str, x: float, y: float, anchor: str, looks: str = "label") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{looks}" {place}>{escape(words)}</text>'


def _legend(chart: Chart) -> str:
    items = (
        f'<li class="series-{number}">{escape(one.name)}</li>'
        for number, one in enumerate(chart.series)
    )
    return f'<ul class="legend">{"".join(items)}</ul>'
