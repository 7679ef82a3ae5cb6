"""Draws the two icons of the Teams app beside itself: `python deploy/teams/icons.py`."""

from pathlib import Path

from PIL import Image, ImageDraw

BLUE, WHITE, ORANGE, TEAL = "#2B62D9", "#FFFFFF", "#F28C28", "#0F9F8C"
#: Drawn this much larger and scaled down, which makes smooth edges.
ZOOM = 8

Box = tuple[float, float, float, float]
BUBBLE: Box = (0.13, 0.15, 0.87, 0.72)
TAIL = ((0.26, 0.68), (0.48, 0.68), (0.26, 0.88))
BARS: tuple[Box, ...] = (
    (0.27, 0.46, 0.37, 0.60),
    (0.45, 0.36, 0.55, 0.60),
    (0.63, 0.26, 0.73, 0.60),
)


def colour(size: int = 192) -> Image.Image:
    """A white bubble with three bars on blue, without transparent pixels."""
    image = Image.new("RGB", (size * ZOOM, size * ZOOM), BLUE)
    _bubble(ImageDraw.Draw(image), size * ZOOM, WHITE, (BLUE, TEAL, ORANGE))
    return image.resize((size, size), Image.Resampling.LANCZOS)


def outline(size: int = 32) -> Image.Image:
    """The same shape in plain white on nothing, as Teams asks: only the opacity varies."""
    opacity = Image.new("L", (size * ZOOM, size * ZOOM), 0)
    _bubble(ImageDraw.Draw(opacity), size * ZOOM, "#FFFFFF", ("#000000",) * 3)
    image = Image.new("RGBA", (size, size), WHITE)
    image.putalpha(opacity.resize((size, size), Image.Resampling.LANCZOS))
    return image


def _bubble(draw: ImageDraw.ImageDraw, side: int, ink: str, bars: tuple[str, ...]) -> None:
    draw.rounded_rectangle(_scaled(BUBBLE, side), radius=0.1 * side, fill=ink)
    draw.polygon([(x * side, y * side) for x, y in TAIL], fill=ink)
    for box, bar in zip(BARS, bars, strict=True):
        draw.rounded_rectangle(_scaled(box, side), radius=0.02 * side, fill=bar)


def _scaled(box: Box, side: int) -> Box:
    left, top, right, bottom = box
    return left * side, top * side, right * side, bottom * side


if __name__ == "__main__":
    here = Path(__file__).parent
    colour().save(here / "color.png", optimize=True)
    outline().save(here / "outline.png", optimize=True)
