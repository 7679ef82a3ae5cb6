"""Plots of named things: one row each, the name over its bar, so that long names stay readable."""

import math
from collections.abc import Sequence

from cards.model import Chart
from cards.pictures.amounts import compact
from cards.pictures.canvas import INK, MARGIN, SOFT, WIDTH, ZERO, Canvas
from cards.pictures.series import BELOW, GREY, PALETTE, Line, Role, is_other

TRACK = "#EEF1F6"
BAR = 12.0
THIN = 9.0
ROOM = WIDTH - 2 * MARGIN


def plot_rows(canvas: Canvas, chart: Chart, lines: tuple[Line, ...], y: float) -> float:
    """Draw a row for every category; returns the height of the sheet."""
    lines = tuple(sorted(lines, key=lambda line: line.role is Role.COMPARED))
    low, high = _extremes(chart, lines)
    zero = MARGIN + ROOM * -low / (high - low)
    scale = ROOM / (high - low)
    y += 14
    for place, name in enumerate(chart.categories):
        values = [line.values[place] for line in lines]
        bar = y = _heading(canvas, chart, name, values, y)
        if chart.kind == "stacked" or len(lines) == 1:
            y = _stack(canvas, name, lines, values, (y, zero, scale))
        else:
            y = _group(canvas, lines, values, (y, zero, scale))
        if low < 0:
            canvas.line((zero, zero), (bar - 3, y + 3), ZERO, layer=4)
        y += 14
    return y + 4


def _extremes(chart: Chart, lines: Sequence[Line]) -> tuple[float, float]:
    columns = [
        [value for value in column if math.isfinite(value)]
        for column in zip(*(line.values for line in lines), strict=True)
    ]
    if chart.kind == "stacked":
        columns = [
            [math.fsum(v for v in column if v > 0), math.fsum(v for v in column if v < 0)]
            for column in columns
        ]
    values = [value for column in columns for value in column]
    low, high = min(0.0, *values), max(0.0, *values)
    return (low, high) if low < high else (0.0, 1.0)


def _heading(canvas: Canvas, chart: Chart, name: str, values: Sequence[float], y: float) -> float:
    """The name at the left, its amount (or amounts) at the right, on one baseline."""
    known = [value for value in values if math.isfinite(value)]
    if chart.kind == "stacked":
        known = [math.fsum(known)]
    x = float(WIDTH - MARGIN)
    for place in range(len(known) - 1, -1, -1):
        amount, bold = compact(known[place], chart.unit), place == 0
        canvas.text(x, y + 12, amount, INK if bold else SOFT, bold=bold, align="right")
        x -= canvas.width(amount, bold=bold) + 12
    room = max(80.0, x - MARGIN - 4)
    canvas.text(MARGIN, y + 12, canvas.fit(name, room) or "(no name)")
    return y + 19


def _stack(
    canvas: Canvas, name: str, lines: Sequence[Line], values: Sequence[float],
    frame: tuple[float, float, float],
) -> float:  # fmt: skip
    y, zero, scale = frame
    track = canvas.box(MARGIN, y, ROOM, BAR, TRACK, radius=4, layer=1)
    up = down = zero
    for line, value in zip(lines, values, strict=True):
        if not math.isfinite(value) or not value:
            continue
        width = abs(value) * scale
        x, up, down = (up, up + width, down) if value > 0 else (down - width, up, down - width)
        seam = 0.8 if width > 4 else 0
        color = _lone_color(name, value) if len(lines) == 1 else line.color
        canvas.box(x, y, max(width - seam, 1.5), BAR, color, clip=track)
    return y + BAR


def _lone_color(name: str, value: float) -> str:
    return GREY if is_other(name) else BELOW if value < 0 else PALETTE[0]


def _group(
    canvas: Canvas, lines: Sequence[Line], values: Sequence[float],
    frame: tuple[float, float, float],
) -> float:  # fmt: skip
    y, zero, scale = frame
    for line, value in zip(lines, values, strict=True):
        height = THIN if line.role is Role.MAIN else 6.0
        if math.isfinite(value) and value:
            width = max(abs(value) * scale, 1.5)
            canvas.box(zero if value >= 0 else zero - width, y, width, height, line.color, radius=2)
        y += height + 2
    return y - 2
