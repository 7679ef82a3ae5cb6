"""A card as plain text for a terminal."""

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from wcwidth import ljust, rjust, width, wrap

from cards.fit import fit, table_note
from cards.limits import TEXT
from cards.model import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Chart,
    Code,
    Column,
    Facts,
    Link,
    Note,
    Span,
    Spans,
    Table,
    Text,
    Tone,
)
from cards.plot import plot
from cards.shorten import shorten
from cards.words import plural

_GAP = "  "
_NARROWEST_COLUMN = 6
_BOLD, _DIM, _CYAN, _RED, _GREEN, _YELLOW = "1", "2", "36", "31", "32", "33"
_TONES = {
    Tone.NEUTRAL: ("", _BOLD),
    Tone.GOOD: ("✓ ", _GREEN),
    Tone.WARNING: ("! ", _YELLOW),
    Tone.BAD: ("✗ ", _RED),
}
#: Wraps words in a look, or leaves them as they are.
Paint = Callable[[str, str], str]


def render(card: Card, width: int = 80, colour: bool = False) -> str:
    """The whole card; buttons are numbered choices, see `choices`. `colour` for a real terminal."""
    fitted = fit(card, TEXT)
    paint = _coloured if colour else _plain
    sign, look = _TONES[card.tone]
    parts = ["\n".join(paint(line, look) for line in wrap(sign + fitted.title, width))]
    number = 1
    for block in fitted.blocks:
        parts.append("\n".join(_block(block, width, paint, number)))
        number += len(block.items) if isinstance(block, Buttons) else 0
    return "\n\n".join(parts) + "\n"


def choices(card: Card) -> tuple[Button, ...]:
    """The buttons in the order of their numbers: the first is [1]."""
    rows = [block.items for block in fit(card, TEXT).blocks if isinstance(block, Buttons)]
    return tuple(button for row in rows for button in row)


def table_lines(table: Table, room: int, paint: Paint | None = None) -> list[str]:
    """The table in lines of at most `room` cells; what does not fit is cut with … or counted."""
    paint = paint or _plain
    shown = _columns_that_fit(table, room)
    rows = [row[:shown] for row in (*table.rows, *([table.total] if table.total else []))]
    columns = table.columns[:shown]
    titles = tuple(column.title for column in columns)
    widths = _widths((titles, *rows), columns, room)
    drawn = [_row(row, table, widths) for row in (titles, *rows)]
    rule = "─" * (sum(widths) + len(_GAP) * (shown - 1))
    lines = [paint(drawn[0], _BOLD), rule, *drawn[1:]]
    if table.total:
        lines[-1:] = [rule, paint(drawn[-1], _BOLD)]
    hidden = len(table.columns) - shown
    return lines + ([f"{plural(hidden, 'more column')} not shown."] if hidden else [])


def _block(block: Block, room: int, paint: Paint, number: int) -> Iterator[str]:
    match block:
        case Text():
            yield from _paragraph(block.spans, room, paint)
        case Facts():
            yield from _facts(block, room, paint)
        case Table():
            yield from table_lines(block, room, paint)
            yield from _small(table_note(block), room, paint)
        case Chart():
            yield paint(shorten(block.title or "Chart", room, width), _BOLD)
            yield from plot(block, room).split("\n")
            yield from _small(block.summary, room, paint)
        case Buttons():
            labels = [f"[{n}] {button.label}" for n, button in enumerate(block.items, number)]
            yield from _flow(labels, room)
        case Note():
            for line in _paragraph(block.spans, room, _plain):
                yield paint(line, _DIM)
        case _:
            assert_never(block)


def _paragraph(spans: Spans, room: int, paint: Paint) -> Iterator[str]:
    text = "".join(_span(span, paint) for span in spans)
    for line in text.strip().split("\n"):
        yield from wrap(line, room) or [""]


def _span(span: Span, paint: Paint) -> str:
    match span:
        case str():
            return span
        case Bold():
            return paint(span.text, _BOLD)
        case Code():
            return paint(span.text, _CYAN)
        case Link():
            return span.text if span.text == span.url else f"{span.text} ({span.url})"
        case _:
            assert_never(span)


def _facts(facts: Facts, room: int, paint: Paint) -> Iterator[str]:
    labels = max(width(label) for label, _ in facts.items)
    for label, value in facts.items:
        first, *rest = _paragraph(value, max(room - labels - len(_GAP), 20), paint)
        yield ljust(label, labels) + _GAP + first
        yield from (" " * (labels + len(_GAP)) + line for line in rest)


def _small(text: str, room: int, paint: Paint) -> Iterator[str]:
    yield from (paint(line, _DIM) for line in wrap(text, room))


def _flow(words: Sequence[str], room: int) -> Iterator[str]:
    """The words one after the other, in as few lines as they need, none of them broken."""
    line = ""
    for word in words:
        if line and width(line) + len(_GAP) + width(word) > room:
            yield line
            line = ""
        line += (_GAP if line else "") + word
    yield line


def _columns_that_fit(table: Table, room: int) -> int:
    """All columns, or as many as there is room for when each is at its narrowest."""
    fits = (room + len(_GAP)) // (_NARROWEST_COLUMN + len(_GAP))
    return max(1, min(len(table.columns), fits))


def _widths(rows: Sequence[tuple[str, ...]], columns: Sequence[Column], room: int) -> list[int]:
    """How wide each column is; when room is short the widest gives way, words before numbers."""
    widths = [max(map(width, cells)) for cells in zip(*rows, strict=True)]
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    while excess > 0 and max(widths) > _NARROWEST_COLUMN:
        worded = [n for n, column in enumerate(columns) if not column.numeric]
        wordy = [n for n in worded if widths[n] > 2 * _NARROWEST_COLUMN]
        widest = max(wordy or range(len(widths)), key=lambda n: widths[n])
        widths[widest] -= 1
        excess -= 1
    return widths


def _row(cells: tuple[str, ...], table: Table, widths: list[int]) -> str:
    aligned = [
        (rjust if column.numeric else ljust)(shorten(cell, space, width), space)
        for cell, column, space in zip(cells, table.columns, widths, strict=False)
    ]
    return _GAP.join(aligned).rstrip()


def _plain(words: str, look: str) -> str:
    return words


def _coloured(words: str, look: str) -> str:
    return f"\x1b[{look}m{words}\x1b[0m" if words else words
