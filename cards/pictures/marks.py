"""Marks of a plot over time: a thin line where something happened, its words above the plot."""

from cards.fit_chart import marks_of
from cards.model import Chart
from cards.pictures.axes import Frame
from cards.pictures.canvas import INK, MARGIN, SOFT, WIDTH, Canvas

ROW = 17.0
#: Labels that may stand side by side stand under each other instead, as they might touch.
_MOST_ROWS = 3
_LONGEST = 200.0


def rows_of_marks(chart: Chart) -> int:
    """The rows of labels above the plot."""
    return min(len(marks_of(chart)), _MOST_ROWS)


def draw_marks(canvas: Canvas, chart: Chart, frame: Frame) -> None:
    """Each label over its line, the first one in the highest row."""
    rows = rows_of_marks(chart)
    for number, mark in enumerate(marks_of(chart)):
        x, row = frame.x(mark.at), number % rows
        y = frame.top - 8 - ROW * (rows - 1 - row)
        label = canvas.fit(mark.label, _LONGEST)
        half = canvas.width(label) / 2
        canvas.line((x, x), (y + 4, frame.bottom), SOFT, 1.2, dashed=True, layer=2)
        middle = min(max(x, MARGIN + half), WIDTH - MARGIN - half)
        canvas.text(middle, y, label, INK, align="center", halo=True)
