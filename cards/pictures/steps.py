"""A waterfall: a row for each step, its bar beginning where the one above ended."""

from cards.model import Chart
from cards.pictures.amounts import compact
from cards.pictures.canvas import INK, MARGIN, SHEET, SOFT, WIDTH, ZERO, Canvas
from cards.pictures.rows import TRACK
from cards.pictures.series import BELOW, PALETTE
from cards.waterfall import Bar, Scale, bars, folded, scale

ROOM = WIDTH - 2 * MARGIN
BAR = 13.0
GAP = 13.0
#: What is there, what became dearer, what became cheaper.
COLORS = {"whole": "#41506B", "up": PALETTE[1], "down": BELOW}


def plot_steps(canvas: Canvas, chart: Chart, y: float) -> float:
    """Draw the rows; returns the height of the sheet."""
    drawn = bars(folded(chart))
    shown = scale(drawn)
    y += 14
    for place, bar in enumerate(drawn):
        _heading(canvas, chart, bar, y)
        y += 19
        _bar(canvas, bar, shown, y)
        if place + 1 < len(drawn):
            x = _x(bar.end, shown)
            canvas.line((x, x), (y + BAR, y + BAR + GAP + 19), ZERO, dashed=True)
        y += BAR + GAP
    if shown.cut:
        begins = compact(shown.low if shown.low > 0 else shown.high, chart.unit)
        canvas.text(MARGIN, y + 8, f"The scale begins at {begins}.", SOFT, size=12.0)
        y += 14
    return y + 6


def _x(value: float, shown: Scale) -> float:
    return MARGIN + ROOM * shown.place(value)


def _heading(canvas: Canvas, chart: Chart, bar: Bar, y: float) -> None:
    whole = bar.kind == "whole"
    sign = "+" if not whole and bar.value > 0 else ""
    said = sign + compact(bar.value, chart.unit)
    canvas.text(WIDTH - MARGIN, y + 12, said, INK, bold=True, align="right", halo=True)
    room = ROOM - canvas.width(said, bold=True) - 16
    name = canvas.fit(bar.name, room, bold=whole) or "(no name)"
    canvas.text(MARGIN, y + 12, name, INK, bold=whole, halo=True)


def _bar(canvas: Canvas, bar: Bar, shown: Scale, y: float) -> None:
    track = canvas.box(MARGIN, y, ROOM, BAR, TRACK, radius=4, layer=1)
    left, right = sorted((_x(bar.start, shown), _x(bar.end, shown)))
    canvas.box(left, y, max(right - left, 1.5), BAR, COLORS[bar.kind], clip=track)
    if bar.kind == "whole" and shown.cut:
        torn = MARGIN + 14.0 if shown.low > 0 else WIDTH - MARGIN - 14.0
        for x in (torn, torn + 6):
            canvas.line((x - 3, x + 3), (y + BAR + 1, y - 1), SHEET, 2.5, layer=4)
