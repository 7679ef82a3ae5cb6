"""A card as a fragment of HTML: escaped, without styles and scripts, for a page with a CSP."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import assert_never

from cards.buttons import decode, encode
from cards.escape import clean
from cards.fit import Picture, fit, pictures, table_note
from cards.limits import HTML
from cards.model import (
    Action,
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
)
from cards.shorten import span_lines
from cards.svg import draw


def render(card: Card, picture: Picture | None = None) -> str:
    """An <article>; `picture` gives the address of a chart drawn as an image."""
    address = pictures(card, HTML, picture)
    fitted = fit(card, HTML)
    blocks = "".join(part for block in fitted.blocks for part in _block(block, address))
    title = f'<h2 class="card-title">{escape(fitted.title)}</h2>'
    return f'<article class="card tone-{card.tone.value}">{title}{blocks}</article>'


def _button(button: Button) -> str:
    return (
        f'<button type="button" class="button {button.style}"'
        f' data-action="{escape(encode(button.action))}">{escape(button.label)}</button>'
    )


def parse_action(value: str) -> Action:
    """The action of a clicked button's `data-action`; ValueError for anything else."""
    return decode(value)


def _block(block: Block, address: Picture) -> Iterator[str]:
    match block:
        case Text():
            yield f'<p class="text">{_words(block.spans)}</p>'
        case Facts():
            items = (
                f'<div class="fact"><dt>{escape(label)}</dt><dd>{_words(value)}</dd></div>'
                for label, value in block.items
            )
            yield f'<dl class="facts">{"".join(items)}</dl>'
        case Table():
            yield f'<div class="scroll">{_table(block)}</div>'
            yield from _small(table_note(block))
        case Chart():
            yield _chart(block, address(block))
        case Buttons():
            yield f'<div class="buttons">{"".join(map(_button, block.items))}</div>'
        case Note():
            yield f'<p class="note">{_words(block.spans)}</p>'
        case _:
            assert_never(block)


def _words(spans: Spans) -> str:
    return "<br>".join("".join(map(_span, line)) for line in span_lines(spans))


def _span(span: Span) -> str:
    match span:
        case str():
            return escape(span)
        case Bold():
            return f"<strong>{escape(span.text)}</strong>"
        case Code():
            return f"<code>{escape(span.text)}</code>"
        case Link():
            return f'<a href="{escape(span.url)}" rel="noopener noreferrer">{escape(span.text)}</a>'
        case _:
            assert_never(span)


def _table(table: Table) -> str:
    heads = (
        f'<th scope="col"{_class(column)}>{escape(column.title)}</th>' for column in table.columns
    )
    body = "".join(_row(row, table.columns) for row in table.rows)
    total = f"<tfoot>{_row(table.total, table.columns)}</tfoot>" if table.total else ""
    head = f"<thead><tr>{''.join(heads)}</tr></thead>"
    return f"<table>{head}<tbody>{body}</tbody>{total}</table>"


def _row(cells: Iterable[str], columns: tuple[Column, ...]) -> str:
    """The first cell names the row, for those who hear the table."""
    drawn = [
        f"<td{_class(column)}>{escape(cell)}</td>"
        if number
        else f'<th scope="row"{_class(column)}>{escape(cell)}</th>'
        for number, (cell, column) in enumerate(zip(cells, columns, strict=True))
    ]
    return f"<tr>{''.join(drawn)}</tr>"


def _class(column: Column) -> str:
    return ' class="numeric"' if column.numeric else ""


def _chart(chart: Chart, address: str | None) -> str:
    """A picture has its title in it; a plot gets one."""
    if address:
        words = escape(chart.summary or chart.title or "A chart")
        return f'<figure class="chart"><img src="{escape(clean(address))}" alt="{words}"></figure>'
    title = f'<figcaption class="chart-title">{escape(chart.title)}</figcaption>'
    summary = "".join(_small(chart.summary))
    return f'<figure class="chart">{title if chart.title else ""}{draw(chart)}{summary}</figure>'


def _small(text: str) -> Iterator[str]:
    if text:
        yield f'<p class="note">{escape(text)}</p>'
