"""The one place that trims a card to what a platform takes, and says what it left out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, assert_never

from cards.buttons import encode
from cards.escape import clean, line
from cards.fit_chart import cut_series, fit_chart
from cards.limits import Limits
from cards.model import (
    Block,
    Button,
    Buttons,
    Card,
    Chart,
    Column,
    Facts,
    Note,
    Spans,
    Table,
    Text,
)
from cards.shorten import shorten, shorten_spans, span_text
from cards.words import plural

T = TypeVar("T")
Picture = Callable[[Chart], str | None]

_MANY = {"series": "series"}
#: With less room than this a paragraph is left out instead of cut to a stump.
_STUMP = 40
#: What one drawn chart costs beyond its words.
_CHART_COST = 300


def fit(card: Card, limits: Limits) -> Card:
    """The card within `limits`, its text clean; a last note says what was left out."""
    trim = _Trim(limits)
    kept: dict[int, Block] = {}
    for number in sorted(range(len(card.blocks)), key=lambda n: _turn(card.blocks[n])):
        if len(kept) == limits.blocks - 1:
            trim.left[_noun(card.blocks[number])] += 1
        elif (block := trim.block(card.blocks[number])) is not None:
            kept[number] = block
    blocks = [kept[number] for number in sorted(kept)]
    if trim.left:
        things = ", ".join(
            plural(count, noun, _MANY.get(noun)) for noun, count in trim.left.items()
        )
        blocks.append(Note((f"Not shown here: {things}.",)))
    title = shorten(line(card.title) or "(no title)", limits.title, limits.size)
    return Card(title, tuple(blocks), card.tone)


def within(card: Card, limits: Limits, draw: Callable[[Card], T], size: Callable[[T], int]) -> T:
    """The card drawn, with less and less text until what is sent keeps to the total."""
    room = limits.characters
    while True:
        drawn = draw(fit(card, replace(limits, characters=room)))
        excess = size(drawn) / limits.total
        if excess <= 1 or room == 0:
            return drawn
        room = int(room * min(0.9, 1 / excess)) if room > 100 else 0


def pictures(card: Card, limits: Limits, picture: Picture | None) -> Picture:
    """The addresses of the card's charts, to be asked for by the charts of the fitted card."""
    if picture is None:
        return lambda _: None
    charts = [block for block in card.blocks if isinstance(block, Chart)]
    return {fit_chart(chart, limits): picture(chart) for chart in charts}.get


def table_note(table: Table) -> str:
    """What a table has to say under its rows, or nothing."""
    if not table.hidden:
        return "" if table.rows else "There are no rows."
    rows = plural(table.hidden, "more row" if table.rows else "row")
    return f"{rows} {'is' if table.hidden == 1 else 'are'} not shown."


def _turn(block: Block) -> int:
    """Who is served first when room is short: what can be clicked, words, and then long tables."""
    return 0 if isinstance(block, Buttons) else 2 if isinstance(block, Table) else 1


def _noun(block: Block) -> str:
    match block:
        case Text() | Note():
            return "paragraph"
        case Facts():
            return "fact list"
        case Table():
            return "table"
        case Chart():
            return "chart"
        case Buttons():
            return "button row"
        case _:
            assert_never(block)


class _Trim:
    """Trims block after block, knowing what room is left; `left` counts what found none."""

    def __init__(self, limits: Limits) -> None:
        self.left: Counter[str] = Counter()
        self._limits = limits
        self._room = limits.characters
        self._cells = limits.cells
        self._buttons = limits.buttons
        self._charts = limits.charts

    def block(self, block: Block) -> Block | None:
        """What is shown of the block; None when it is empty or has to be left out."""
        match block:
            case Text():
                spans = self._paragraph(block.spans)
                return Text(spans) if spans else None
            case Note():
                spans = self._paragraph(block.spans)
                return Note(spans) if spans else None
            case Facts():
                return self._facts(block)
            case Table():
                return self._table(block)
            case Chart():
                return self._chart(block)
            case Buttons():
                return self._button_row(block)
            case _:
                assert_never(block)

    def _size(self, *texts: str) -> int:
        return sum(map(self._limits.size, texts))

    def _take(self, cost: int) -> bool:
        """Whether there is room for it; then it is taken."""
        taken = cost <= self._room
        self._room -= cost if taken else 0
        return taken

    def _leave(self, noun: str, count: int = 1) -> None:
        if count > 0:
            self.left[noun] += count

    def _paragraph(self, spans: Spans) -> Spans:
        room = self._limits.text if self._room < _STUMP else min(self._limits.text, self._room)
        shown = shorten_spans(spans, room, self._limits.size, clean)
        if not self._take(self._size(*map(span_text, shown))):
            self._leave("paragraph")
            return ()
        return shown

    def _facts(self, facts: Facts) -> Facts | None:
        limits, shown = self._limits, list[tuple[str, Spans]]()
        for name, spans in facts.items:
            label = shorten(line(name), limits.label, limits.size)
            value = shorten_spans(spans, limits.cell, limits.size, _one_line)
            cost = self._size(label, *map(span_text, value))
            if not cost:
                continue
            if len(shown) < limits.facts and self._take(cost):
                shown.append((label, value or ("–",)))
            else:
                self._leave("fact")
        return Facts(tuple(shown)) if shown else None

    def _table(self, table: Table) -> Table | None:
        limits = self._limits
        columns = tuple(
            Column(shorten(line(column.title), limits.cell, limits.size), column.numeric)
            for column in table.columns[: limits.columns]
        )
        total = table.total and self._row(table.total, len(columns))
        if not columns or not self._cost(*(column.title for column in columns), *(total or ())):
            self._leave("table", 1 if columns or table.rows else 0)
            return None
        rows: list[tuple[str, ...]] = []
        for row in table.rows[: limits.rows]:
            shown = self._row(row, len(columns))
            if not self._cost(*shown):
                break
            rows.append(shown)
        self._leave("column", len(table.columns) - len(columns))
        return Table(columns, tuple(rows), total, table.hidden + len(table.rows) - len(rows))

    def _row(self, row: tuple[str, ...], width: int) -> tuple[str, ...]:
        limits = self._limits
        cells = [shorten(line(cell), limits.cell, limits.size) for cell in row[:width]]
        return tuple(cells + [""] * (width - len(cells)))

    def _cost(self, *cells: str) -> bool:
        """Whether the cells find room; an empty one counts as one character."""
        cost = sum(self._size(cell) or 1 for cell in cells)
        if cost > self._cells or not self._take(cost):
            return False
        self._cells -= cost
        return True

    def _chart(self, chart: Chart) -> Chart | None:
        shown = fit_chart(chart, self._limits)
        names = (shown.title, shown.summary, *(one.name for one in shown.series))
        labels = shown.categories[: self._limits.points]
        if not self._charts or not self._take(_CHART_COST + self._size(*names, *labels)):
            self._leave("chart")
            return None
        self._charts -= 1
        self._leave("series", cut_series(chart, self._limits))
        return shown

    def _button_row(self, buttons: Buttons) -> Buttons | None:
        limits, shown = self._limits, list[Button]()
        for button in buttons.items:
            label = shorten(line(button.label) or "(no label)", limits.button, limits.size)
            carried = len(encode(button.action)) <= limits.value
            if carried and self._buttons and self._take(self._size(label)):
                shown.append(replace(button, label=label))
                self._buttons -= 1
            else:
                self._leave("button")
        return Buttons(tuple(shown)) if shown else None


def _one_line(text: str) -> str:
    """The text without line breaks; the spaces at its ends join it to its neighbours."""
    return " ".join(clean(text).split("\n"))
