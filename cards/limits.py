"""What each platform takes of a card, with where the figures come from."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from wcwidth import width

from cards.escape import slack_entities


def utf16(text: str) -> int:
    """Characters as chat clients count them: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What one card may hold on a platform; lengths are measured by `size`."""

    size: Callable[[str], int]
    title: int
    text: int  #: one paragraph or note
    blocks: int
    facts: int
    label: int  #: a fact's label
    columns: int
    rows: int
    cell: int
    cells: int  #: the text of all cells of all tables
    buttons: int
    button: int  #: a button's label
    value: int  #: a button's encoded action
    charts: int
    points: int  #: categories of a chart that the platform draws itself
    series: int
    name: int  #: a chart's categories and series
    chart_title: int
    summary: int
    characters: int  #: the text of the whole card
    total: int  #: what is sent, as the renderer measures it


#: Block Kit, https://docs.slack.dev/reference/block-kit/blocks: header 150, actions 25 x 75, value
#: 2,000, 50 blocks (each of ours becomes two at most), table 100 x 20 with its header and total;
#: the cells of a message share 10,000 characters, its whole text about 13,200 (found live);
#: data_visualization: 6 series, 20 categories, names of 20.
SLACK = Limits(
    size=lambda text: utf16(slack_entities(text)),
    title=145,
    text=2900,
    blocks=24,
    facts=20,
    label=80,
    columns=20,
    rows=98,
    cell=300,
    cells=9000,
    buttons=25,
    button=75,
    value=2000,
    charts=6,
    points=20,
    series=6,
    name=20,
    chart_title=50,
    summary=300,
    characters=11500,
    total=12800,
)

#: Adaptive Cards in Teams: 28 KB a card by the strictest of its documents; a table wider than a
#: phone is unreadable; a chart with more marks than 40 x 6 costs a third of the card.
TEAMS = Limits(
    size=utf16,
    title=200,
    text=4000,
    blocks=40,
    facts=20,
    label=80,
    columns=8,
    rows=60,
    cell=200,
    cells=12000,
    buttons=20,
    button=60,
    value=2000,
    charts=6,
    points=40,
    series=6,
    name=40,
    chart_title=100,
    summary=300,
    characters=16000,
    total=28000,
)

#: A terminal scrolls; these keep one answer within a few screens. Lengths are cells of the screen.
TEXT = Limits(
    size=width,
    title=300,
    text=10000,
    blocks=100,
    facts=40,
    label=40,
    columns=12,
    rows=200,
    cell=60,
    cells=60000,
    buttons=25,
    button=75,
    value=10000,
    charts=10,
    points=400,
    series=12,
    name=30,
    chart_title=100,
    summary=300,
    characters=100000,
    total=1000000,
)

#: A page scrolls too; a chart of 400 points still draws in a blink.
HTML = replace(TEXT, size=len, cell=300, label=100, columns=30, rows=500, name=60)
