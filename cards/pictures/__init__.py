"""Pictures: a chart's numbers drawn as a PNG in costbot's own style."""

from cards.model import Chart
from cards.pictures.examples import EXAMPLES

__all__ = ["EXAMPLES", "draw"]


def draw(chart: Chart, scale: float = 2.0) -> bytes:
    """The chart as a PNG, 440 CSS pixels wide and `scale` dots to each of them.

    The drawing library is loaded here and not before, because it is slow and large.
    """
    from cards.pictures.drawing import png

    return png(chart, scale)
