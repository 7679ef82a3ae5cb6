"""Plots over time: lines, columns side by side and columns that add up."""

import math
from collections.abc import Callable, Sequence

from cards.model import Chart
from cards.pictures.amounts import compact
from cards.pictures.axes import Frame, axes
from cards.pictures.canvas import INK, SOFT, Canvas
from cards.pictures.marks import ROW, draw_marks, rows_of_marks
from cards.pictures.series import BELOW, Line, Role

FEW_COLUMNS = 8
FEW_LINES = 4


def plot_area(canvas: Canvas, chart: Chart, lines: tuple[Line, ...], y: float) -> float:
    """Draw the axes and the series; returns the height of the sheet."""
    end = _end_room(canvas, chart, lines) if chart.kind == "line" else None
    extremes = _extremes(chart, lines)
    top = y + 18 + ROW * rows_of_marks(chart)
    frame, below = axes(canvas, chart.categories, extremes, chart.unit, top=top, end=end)
    _SERIES[chart.kind](canvas, chart, lines, frame)
    draw_marks(canvas, chart, frame)
    return below + 16


def _extremes(chart: Chart, lines: Sequence[Line]) -> tuple[float, float]:
    """The lowest and highest point that is drawn, zero among them."""
    if chart.kind == "stacked":
        columns = list(zip(*(line.values for line in lines), strict=True))
        up = [math.fsum(v for v in column if v > 0) for column in columns]
        down = [math.fsum(v for v in column if v < 0) for column in columns]
        return min(0.0, *down), max(0.0, *up)
    parts = [part for line in lines for part in (line.values, line.low, line.high)]
    values = [value for part in parts for value in part if math.isfinite(value)]
    return min(0.0, *values), max(0.0, *values)


def _last(line: Line) -> int:
    return max((n for n, value in enumerate(line.values) if math.isfinite(value)), default=-1)


def _end_room(canvas: Canvas, chart: Chart, lines: Sequence[Line]) -> float:
    """Room right of the plot for the newest value of lines that reach the edge."""
    if len(lines) > FEW_LINES:
        return 6
    ends = [line.values[_last(line)] for line in lines if _last(line) == len(chart.categories) - 1]
    return max((canvas.width(compact(end, chart.unit), bold=True) for end in ends), default=-6) + 12


def _draw_lines(canvas: Canvas, chart: Chart, lines: Sequence[Line], frame: Frame) -> None:
    xs = [frame.x(place) for place in range(frame.count)]
    for line in reversed(lines):
        ys = [frame.y(value) for value in line.values]
        if len(lines) == 1 or (line is lines[0] and all(one.dashed for one in lines[1:])):
            canvas.area(xs, ys, frame.y(0), line.color)
        if line.low:
            low, high = ([frame.y(value) for value in edge] for edge in (line.low, line.high))
            canvas.band(xs, low, high, line.color)
        width = 2.0 if line.role in (Role.COMPARED, Role.OTHER) else 2.8
        canvas.line(xs, ys, line.color, width, dashed=line.dashed, layer=3)
        _lone_points(canvas, line, xs, ys)
    _ends(canvas, chart, lines, frame)


def _lone_points(canvas: Canvas, line: Line, xs: Sequence[float], ys: Sequence[float]) -> None:
    """A value between two gaps is no line, so it is shown as a dot."""
    known = [False, *(math.isfinite(value) for value in line.values), False]
    for place in range(len(line.values)):
        if known[place + 1] and not known[place] and not known[place + 2]:
            canvas.dot(xs[place], ys[place], line.color)


def _ends(canvas: Canvas, chart: Chart, lines: Sequence[Line], frame: Frame) -> None:
    """The newest value of each line beside its last point, pushed apart where they would touch."""
    ends = [(frame.y(line.values[_last(line)]), line) for line in lines if _last(line) >= 0]
    free = -math.inf
    for y, line in sorted(ends, key=lambda end: end[0]):
        place = _last(line)
        canvas.dot(frame.x(place), y, line.color)
        if len(lines) > FEW_LINES:
            continue
        at_edge = place == frame.count - 1
        baseline = max(y + 5, free + 17) if at_edge else y - 8
        free = baseline if at_edge else free
        name = compact(line.values[place], chart.unit)
        color = INK if line.role is Role.MAIN else SOFT
        x, align = (frame.x(place) + 8, "left") if at_edge else (frame.x(place), "center")
        canvas.text(x, baseline, name, color, bold=True, align=align, halo=True)


def _draw_columns(canvas: Canvas, chart: Chart, lines: Sequence[Line], frame: Frame) -> None:
    slot = (frame.right - frame.left) / frame.count
    width = min(44.0, slot * (0.8 if slot > 6 else 0.9) / len(lines))
    for place in range(frame.count):
        left = frame.x(place) - width * len(lines) / 2
        for number, line in enumerate(lines):
            value = line.values[place]
            if not math.isfinite(value):
                continue
            gap = min(1.0, width * 0.06)
            x = left + number * width
            color = BELOW if value < 0 and len(lines) == 1 else line.color
            _column(canvas, frame, x + gap, width - 2 * gap, (0, value), color)
            if frame.count * len(lines) <= FEW_COLUMNS:
                _above(canvas, chart, frame, x + width / 2, value)


def _above(canvas: Canvas, chart: Chart, frame: Frame, x: float, value: float) -> None:
    y = frame.y(value) + (-6 if value >= 0 else 16)
    canvas.text(x, y, compact(value, chart.unit), INK, bold=True, align="center", halo=True)


def _draw_stacks(canvas: Canvas, chart: Chart, lines: Sequence[Line], frame: Frame) -> None:
    slot = (frame.right - frame.left) / frame.count
    width = min(44.0, slot * (0.8 if slot > 6 else 0.92))
    for place in range(frame.count):
        up = down = 0.0
        for line in lines:
            value = line.values[place]
            if not math.isfinite(value) or not value:
                continue
            start = up if value > 0 else down
            _column(
                canvas, frame, frame.x(place) - width / 2, width, (start, start + value), line.color
            )
            up, down = (up + value, down) if value > 0 else (up, down + value)
        if frame.count <= FEW_COLUMNS and frame.low == 0:
            _above(canvas, chart, frame, frame.x(place), up)


def _column(
    canvas: Canvas, frame: Frame, x: float, width: float, span: tuple[float, float], color: str
) -> None:
    top, bottom = sorted((frame.y(span[0]), frame.y(span[1])))
    seam = 0.8 if bottom - top > 4 else 0
    canvas.box(x, top + seam, width, max(bottom - top - seam, 0.8), color)


_SERIES: dict[str, Callable[[Canvas, Chart, Sequence[Line], Frame], None]] = {
    "line": _draw_lines,
    "bar": _draw_columns,
    "stacked": _draw_stacks,
}
