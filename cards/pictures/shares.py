"""A whole and its parts: one divided bar, and under it each part's name, amount and percentage."""

import math

from cards.model import Chart, Series
from cards.pictures.amounts import compact, percent
from cards.pictures.canvas import GRID, INK, MARGIN, SOFT, WIDTH, Canvas
from cards.pictures.rows import TRACK
from cards.pictures.series import GREY, PALETTE, fold, is_other

ROOM = WIDTH - 2 * MARGIN
BAR = 26.0
ROW = 26.0


def plot_share(canvas: Canvas, chart: Chart, y: float) -> float:
    """Draw the parts, dearest first; what is below zero has an amount and no place in the bar."""
    parts = _parts(chart)
    whole = math.fsum(value for _, value, _ in parts if value > 0)
    y += 14
    track = canvas.box(MARGIN, y, ROOM, BAR, TRACK, radius=6, layer=1)
    x = float(MARGIN)
    for _, value, color in parts:
        if value > 0:
            width = ROOM * value / whole
            canvas.box(x, y, max(width - 1.5, 1), BAR, color, clip=track)
            x += width
    y += BAR + 8
    column = max(canvas.width(compact(value, chart.unit), bold=True) for _, value, _ in parts)
    for place, (name, value, color) in enumerate(parts):
        if place:
            canvas.line((MARGIN, WIDTH - MARGIN), (y, y), GRID)
        _row(canvas, (name, compact(value, chart.unit)), (color, column), y)
        share = percent(value, whole) if value >= 0 else "–"
        canvas.text(WIDTH - MARGIN, y + 18, share, SOFT, align="right")
        y += ROW
    return y + 12


def _row(canvas: Canvas, words: tuple[str, str], look: tuple[str, float], y: float) -> None:
    (name, amount), (color, column) = words, look
    edge = WIDTH - MARGIN - 62
    canvas.box(MARGIN, y + 7.5, 12, 12, color, radius=3)
    shown = canvas.fit(name, edge - column - 12 - MARGIN - 22) or "(no name)"
    canvas.text(MARGIN + 22, y + 18, shown)
    canvas.text(edge, y + 18, amount, INK, bold=True, align="right")


def _parts(chart: Chart) -> list[tuple[str, float, str]]:
    """Name, amount and colour: from one series over categories, or several of one category."""
    if len(chart.categories) == 1:
        pairs = [(one.name, value) for one in chart.series for value in one.values[:1]]
    else:
        pairs = list(zip(chart.categories, chart.series[0].values, strict=False))
    known = sorted(((name, v) for name, v in pairs if math.isfinite(v)), key=lambda pair: -pair[1])
    folded = fold([Series(name, (value,)) for name, value in known])
    colors = iter(PALETTE)
    return [
        (one.name, one.values[0], GREY if is_other(one.name) or one.values[0] < 0 else next(colors))
        for one in folded
    ]
