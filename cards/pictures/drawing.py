"""The drawing: title, key and the plot that suits the chart's kind and its categories."""

import math

from cards.fit_chart import whole
from cards.model import Chart
from cards.pictures import amounts, series
from cards.pictures.canvas import INK, MARGIN, SOFT, WIDTH, Canvas
from cards.pictures.plots import plot_area
from cards.pictures.rows import plot_rows
from cards.pictures.series import Line, Role
from cards.pictures.shares import plot_share
from cards.pictures.steps import plot_steps

TITLE = 17.0
MOST_ROWS = 7
MOST_POINTS = 1000
ROOM = WIDTH - 2 * MARGIN


def png(chart: Chart, scale: float) -> bytes:
    """Draw one chart from top to bottom; each part says where the next may begin."""
    canvas = Canvas(scale)
    y = _title(canvas, chart)
    if not _has_values(chart):
        return canvas.png(_empty(canvas, y))
    if chart.kind == "waterfall" and not whole(chart):
        return canvas.png(_empty(canvas, y, "These steps do not add up"))
    if len(chart.categories) > MOST_POINTS:
        return canvas.png(
            _empty(canvas, y, f"{len(chart.categories):,} points are too many to draw")
        )
    if chart.kind == "share":
        return canvas.png(plot_share(canvas, chart, y))
    if chart.kind == "waterfall":
        return canvas.png(plot_steps(canvas, chart, y))
    across = chart.kind != "line" and not series.is_time(chart.categories)
    drawn = series.fold_categories(chart, MOST_ROWS) if across else chart
    lines = series.lines(drawn)
    y = _key(canvas, lines, y, strokes=chart.kind == "line")
    plot = plot_rows if across else plot_area
    return canvas.png(plot(canvas, drawn, lines, y))


def _has_values(chart: Chart) -> bool:
    size = len(chart.categories)
    return any(math.isfinite(value) for one in chart.series for value in one.values[:size])


def _title(canvas: Canvas, chart: Chart) -> float:
    y = 34.0
    for line in canvas.wrap(chart.title, ROOM, TITLE, True, 2):
        canvas.text(MARGIN, y, line, size=TITLE, bold=True)
        y += 22
    if chart.unit and chart.unit != "%" and not amounts.is_currency(chart.unit):
        canvas.text(MARGIN, y, canvas.fit(chart.unit, ROOM), SOFT)
        y += 18
    return y - 6


def _empty(canvas: Canvas, y: float, words: str = "Nothing to show for this period") -> float:
    heights = (14, 22, 10, 30, 18)
    left = WIDTH / 2 - len(heights) * 8
    for place, height in enumerate(heights):
        canvas.box(left + place * 16, y + 62 - height, 11, height, "#E8EBF1", radius=2)
    canvas.text(WIDTH / 2, y + 92, words, SOFT, align="center")
    return y + 124


def _key(canvas: Canvas, lines: tuple[Line, ...], y: float, strokes: bool) -> float:
    """A swatch and a name for each series, in as many rows as they need; one needs none."""
    if len(lines) < 2:
        return y
    x, y = float(MARGIN), y + 16
    for line in lines:
        name = canvas.fit(line.name, 190) or "(no name)"
        width = 22 + canvas.width(name)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, y = float(MARGIN), y + 20
        _swatch(canvas, line, x, y, strokes)
        canvas.text(x + 19, y, name, SOFT if line.role is not Role.MAIN else INK)
        x += width + 16
    return y + 6


def _swatch(canvas: Canvas, line: Line, x: float, y: float, strokes: bool) -> None:
    if strokes and line.dashed:
        for start in (x, x + 8):
            canvas.line((start + 1, start + 5), (y - 5, y - 5), line.color, 2.6)
    else:
        canvas.box(x + 1, y - 10, 12, 11, line.color, radius=3)
