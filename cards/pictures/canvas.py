"""The canvas: a sheet measured in CSS pixels from its top left corner, our fonts and colours."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any, Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import FancyBboxPatch, Patch
from matplotlib.patheffects import withStroke

WIDTH = 440
SIZE = 14.0  # of nearly all text: still above 10 pixels where a phone shrinks the picture
MARGIN = 20
INK = "#1B2333"
SOFT = "#5A6477"
GRID = "#E8EBF1"
ZERO = "#A9B1C0"
SHEET = "#FFFFFF"
EDGE = "#DDE1E9"
FONT = "DejaVu Sans"
PIXEL = 0.72  # one CSS pixel in points, at the 100 pixels per inch of every sheet
MISSING = "□"

Align = Literal["left", "center", "right"]


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=FONT))).get_charmap())


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=FONT, size=size * PIXEL, weight="bold" if bold else "normal")


def readable(text: str) -> str:
    """One line of letters that the font has: no controls, direction marks or heaps of accents."""
    shown: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text[:500]):
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind[0] == "Z" or letter in "\t\n\r":
            shown.append(" ")
        elif kind in ("Cc", "Cf", "Cs") or marks > 1 or "\ufe00" <= letter <= "\ufe0f":
            continue
        else:
            shown.append(letter if ord(letter) in _glyphs() else MISSING)
    return " ".join("".join(shown).split())


class Canvas:
    """Draws onto one figure; `png` cuts the sheet to its height and gives the bytes."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._figure = Figure(dpi=100 * scale)
        self._agg = FigureCanvasAgg(self._figure)
        self._axes: Any = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._renderer: Any = self._agg.get_renderer()

    def width(self, text: str, size: float = SIZE, bold: bool = False) -> float:
        """How wide the text stands, in CSS pixels."""
        extent = self._renderer.get_text_width_height_descent(text, _font(size, bold), ismath=False)
        return extent[0] / self._scale

    def fit(self, text: str, room: float, size: float = SIZE, bold: bool = False) -> str:
        """The text made readable, its end replaced by an ellipsis where it would not fit."""
        text = readable(text)
        if self.width(text, size, bold) <= room:
            return text
        short, long = 0, len(text)
        while short < long:
            middle = (short + long + 1) // 2
            fits = self.width(text[:middle].rstrip() + "…", size, bold) <= room
            short, long = (middle, long) if fits else (short, middle - 1)
        return text[:short].rstrip() + "…"

    def wrap(self, text: str, room: float, size: float, bold: bool, rows: int) -> list[str]:
        """The text in at most `rows` lines, the last one cut to fit."""
        words, lines = readable(text).split(), []
        while words and len(lines) < rows - 1:
            count = len(words)
            while count > 1 and self.width(" ".join(words[:count]), size, bold) > room:
                count -= 1
            lines.append(self.fit(" ".join(words[:count]), room, size, bold))
            words = words[count:]
        return [*lines, self.fit(" ".join(words), room, size, bold)] if words else lines

    def text(
        self,
        x: float,
        y: float,
        text: str,
        color: str = INK,
        *,
        size: float = SIZE,
        bold: bool = False,
        align: Align = "left",
        halo: bool = False,
    ) -> None:
        """Plain text with its baseline at `y`; `$` and `\\` are themselves."""
        effects = [withStroke(linewidth=4 * PIXEL, foreground=SHEET)] if halo else None
        self._axes.text(
            x, y, text, fontproperties=_font(size, bold), color=color, ha=align, va="baseline",
            parse_math=False, path_effects=effects, zorder=5,
        )  # fmt: skip

    def box(
        self, x: float, y: float, width: float, height: float, color: str,
        *, radius: float = 0, clip: Patch | None = None, edge: str = "none", layer: float = 2,
    ) -> Patch:  # fmt: skip
        """A filled rectangle, cut to the shape of `clip` when that is given."""
        style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
        patch = FancyBboxPatch(
            (x, y), width, height, boxstyle=style, facecolor=color, edgecolor=edge,
            linewidth=PIXEL if edge != "none" else 0, zorder=layer,
        )  # fmt: skip
        self._axes.add_patch(patch)
        if clip is not None:
            patch.set_clip_path(clip)
        return patch

    def line(
        self, xs: Sequence[float], ys: Sequence[float], color: str, width: float = 1,
        *, dashed: bool = False, layer: float = 1,
    ) -> None:  # fmt: skip
        """A line through the points, broken where a value is NaN."""
        style = (0, (2.6, 1.8)) if dashed else "solid"
        self._axes.plot(
            xs, ys, color=color, linewidth=width * PIXEL, linestyle=style, zorder=layer,
            solid_capstyle="round", solid_joinstyle="round", dash_capstyle="butt",
        )  # fmt: skip

    def area(self, xs: Sequence[float], ys: Sequence[float], base: float, color: str) -> None:
        """A light wash between a line and its base."""
        self._axes.fill_between(xs, ys, base, color=color, alpha=0.10, linewidth=0, zorder=1)

    def band(
        self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], color: str
    ) -> None:
        """What lies between two lines, broken where one is NaN."""
        self._axes.fill_between(xs, low, high, color=color, alpha=0.16, linewidth=0, zorder=1)

    def dot(self, x: float, y: float, color: str, size: float = 7) -> None:
        self._axes.plot(
            [x], [y], "o", markersize=size * PIXEL, color=color, markeredgecolor=SHEET,
            markeredgewidth=1.5 * PIXEL, zorder=4,
        )  # fmt: skip

    def png(self, height: float) -> bytes:
        """The sheet as a PNG: a white card with round corners, clear outside of them."""
        self._figure.set_size_inches(WIDTH / 100, height / 100)
        self._figure.patch.set_alpha(0)
        self.box(0.5, 0.5, WIDTH - 1, height - 1, SHEET, radius=10, edge=EDGE, layer=-1)
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        out = BytesIO()
        self._agg.print_png(out, metadata={"Software": None})
        return out.getvalue()
