"""The axes of a plot over time: round marks, light lines across, and categories that fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from cards.pictures.amounts import ticks
from cards.pictures.canvas import GRID, INK, MARGIN, SOFT, WIDTH, ZERO, Canvas
from cards.pictures.series import is_days, is_time, labels

HEIGHT = 190.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle of a plot and how values and categories lie in it."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    count: int
    inset: float

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)

    def x(self, place: int) -> float:
        """The middle of a category."""
        room = self.right - self.left - 2 * self.inset
        return (
            self.left
            + self.inset
            + (room * place / (self.count - 1) if self.count > 1 else room / 2)
        )


def axes(
    canvas: Canvas, categories: Sequence[str], extremes: tuple[float, float], unit: str,
    *, top: float, end: float | None,
) -> tuple[Frame, float]:  # fmt: skip
    """Draw both axes under `top`; returns the frame and where the labels end.

    `end` is the room kept free right of points that start at the edge; None is for columns, which
    need half a slot at each side instead.
    """
    marks = _marks(extremes)
    names = ticks(marks, unit)
    left = MARGIN + max(canvas.width(name) for name in names) + 8
    right = WIDTH - MARGIN - (end or 0)
    count = len(categories)
    inset = (right - left) / count / 2 if end is None else 4.0
    bottom = top + HEIGHT
    frame = Frame(left, right, top, bottom, marks[0], marks[-1], count, inset)
    for mark, name in zip(marks, names, strict=True):
        height = frame.y(mark)
        canvas.line((left, right), (height, height), GRID if mark else ZERO)
        canvas.text(left - 8, height + 5, name, SOFT, align="right")
    return frame, _categories(canvas, categories, frame)


def _marks(extremes: tuple[float, float]) -> list[float]:
    low, high = extremes
    if low == high:
        high = 1.0
    found = MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [0.0 if abs(mark) < (high - low) * 1e-9 else float(mark) for mark in found]


def _categories(canvas: Canvas, categories: Sequence[str], frame: Frame) -> float:
    """Labels under the axis, as many as fit, counted back from the newest."""
    names = labels(categories)
    shown = [canvas.fit(name.text, 90) for name in names]
    room = (frame.right - frame.left) / max(1, frame.count)
    need = (max(canvas.width(text) for text in shown) + 10) / room
    step = next((step for step in _steps(categories) if step >= need), frame.count)
    bottom, said = frame.bottom + 20, ""
    for place in sorted(range(frame.count - 1, -1, -step)):
        half = canvas.width(shown[place]) / 2
        x = min(max(frame.x(place), MARGIN + half), WIDTH - 10 - half)
        canvas.text(x, bottom, shown[place], SOFT, align="center")
        year = next((name.year for name in reversed(names[: place + 1]) if name.year), "")
        if year != said:
            canvas.text(x, bottom + 17, year, INK, bold=True, align="center")
            said = year
    return bottom + (17 if said else 0)


def _steps(categories: Sequence[str]) -> Sequence[int]:
    if is_days(categories):
        return (1, 2, 3, 4, 7, 14, 28, 56, 91, 182, 364)
    return (1, 2, 3, 6, 12, 24, 60) if is_time(categories) else (1, 2, 5, 10, 20, 50, 100, 200, 500)
