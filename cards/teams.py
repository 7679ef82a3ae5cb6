"""A card as an Adaptive Card 1.5. Words are text runs, which are never parsed as Markdown."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from cards.buttons import decode, encode
from cards.escape import line
from cards.fit import Picture, fit, pictures, table_note, within
from cards.fit_chart import drawable, whole
from cards.limits import TEAMS, utf16
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
    Tone,
)
from cards.plot import said
from cards.shorten import shorten, span_lines, span_text

Json = dict[str, Any]

_STYLES = {
    Tone.NEUTRAL: "default",
    Tone.GOOD: "good",
    Tone.WARNING: "warning",
    Tone.BAD: "attention",
}
_BUTTON_STYLES = {"primary": "positive", "danger": "destructive"}
#: Clients show five or six actions of a set and hide the rest.
_BUTTONS_IN_A_ROW = 5
#: Rows of numbers that stand in for a chart where neither it nor a picture can be shown.
_ROWS_FOR_A_CHART = 12
#: The widths of table columns relative to each other, in characters.
_NARROWEST, _WIDEST, _PADDING = 4, 16, 3
_SMALL = {"size": "Small", "isSubtle": True}
#: Clients replace {{DATE(…)}} and {{TIME(…)}} in every text run by a date in their own language.
#: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
_WITHIN_DATE = re.compile(r"(?<=\{)(?=\{(?:DATE|TIME)\()")


def render(card: Card, picture: Picture | None = None) -> Json:
    """The content of one attachment; `picture` gives the address of a chart drawn as an image."""
    address = pictures(card, TEAMS, picture)
    return within(card, TEAMS, lambda fitted: _card(fitted, address), sent_size)


def _button(button: Button) -> Json:
    """Only Action.Submit can open a dialog: with this word in its data Teams asks what is in it.

    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
    """
    data: Json = {"action": encode(button.action)}
    if button.opens:
        acts: Json = {"type": "Action.Submit", "data": {"msteams": {"type": "task/fetch"}} | data}
    else:
        acts = {"type": "Action.Execute", "verb": line(button.action.name), "data": data}
    drawn = acts | {"title": button.label, "associatedInputs": "none"}
    style = _BUTTON_STYLES.get(button.style)
    return drawn | {"style": style} if style else drawn


def parse_action(data: Mapping[str, Any]) -> Action:
    """The action of a clicked button's `data`; ValueError for anything else."""
    return decode(data.get("action"))


def summary(card: Card) -> str:
    """The notification: plain words, for the activity's `summary`."""
    return shorten(fit(card, TEAMS).title, 200, utf16)


def _card(card: Card, address: Picture) -> Json:
    body = [_title(card)]
    for block in card.blocks:
        body += _block(block, address)
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "msteams": {"width": "full"},
        # Parsed as Markdown, so it says nothing that comes from a bill.
        "fallbackText": "This client is too old to show the answer: it needs Adaptive Cards 1.5.",
        "body": body,
    }


def _title(card: Card) -> Json:
    words = rich([run(Bold(card.title), size="Large")])
    if card.tone is Tone.NEUTRAL:
        return words
    return {"type": "Container", "style": _STYLES[card.tone], "bleed": True, "items": [words]}


def _block(block: Block, address: Picture) -> Iterator[Json]:
    match block:
        case Text():
            yield from paragraph(block.spans)
        case Facts():
            yield from _facts(block)
        case Table():
            yield from _table(block)
        case Chart():
            yield from _chart(block, address(block))
        case Buttons():
            drawn = [_button(button) for button in block.items]
            for first in range(0, len(drawn), _BUTTONS_IN_A_ROW):
                row = drawn[first : first + _BUTTONS_IN_A_ROW]
                yield {"type": "ActionSet", "actions": row}
        case Note():
            yield from paragraph(block.spans, **_SMALL)
        case _:
            assert_never(block)


def paragraph(spans: Spans, **look: Any) -> Iterator[Json]:
    """One element per line: a text run shows no line breaks."""
    close = False
    for words in span_lines(spans):
        if words:
            drawn = rich([run(span, **look) for span in words])
            yield drawn | {"spacing": "None"} if close else drawn
        close = bool(words)


def _facts(facts: Facts) -> Iterator[Json]:
    """Columns, because the words of a FactSet are Markdown and a Table's first row is its head."""
    for number, (label, value) in enumerate(facts.items):
        name = rich([run(label, isSubtle=True)] if label else [" "])
        columns = [
            {"type": "Column", "width": width, "items": [words]}
            for width, words in ((2, name), (3, _words(value)))
        ]
        close = {"spacing": "Small"} if number else {}
        yield {"type": "ColumnSet", "columns": columns} | close


def _table(table: Table) -> Iterator[Json]:
    rows = [tuple(column.title for column in table.columns), *table.rows]
    rows += [table.total] if table.total else []
    drawn = [[_cell(cell) for cell in row] for row in rows]
    for number in {0, len(rows) - 1} if table.total else {0}:
        drawn[number] = [_cell(Bold(cell)) for cell in rows[number]]
    yield {
        "type": "Table",
        "columns": [_column(*column) for column in zip(table.columns, *rows, strict=True)],
        "rows": [{"type": "TableRow", "cells": cells} for cells in drawn],
    }
    note = table_note(table)
    if note:
        yield from paragraph((note,), **_SMALL)


def _column(column: Column, *cells: str) -> Json:
    """Numbers get the room of their longest word, which cannot be broken, and words wrap."""
    texts = [word for cell in cells for word in cell.split()] if column.numeric else cells
    width = min(max((_NARROWEST, *map(len, texts))), _WIDEST) + _PADDING
    aligned = {"horizontalCellContentAlignment": "Right"} if column.numeric else {}
    return {"width": width} | aligned


def _cell(words: str | Bold) -> Json:
    return {"type": "TableCell", "items": [_words((words,))]}


def _words(spans: Spans) -> Json:
    """Plain words are a bare string, which halves what a table costs."""
    if all(isinstance(span, str) for span in spans):
        return rich(["".join(map(span_text, spans)) or " "])
    return rich([run(span) for span in spans if span_text(span)] or [" "])


def _chart(chart: Chart, address: str | None) -> Iterator[Json]:
    """The title above, because clients may not show a chart's own, and the summary below.

    A picture has its title in it.
    """
    instead = _picture(chart, address) if address else _numbers(chart)
    # Teams cannot draw marks: where there is a picture, it says more.
    native = None if chart.marks and address else _native(chart)
    if native or not address:
        yield rich([run(Bold(chart.title or "Chart"))])
    yield native | {"fallback": instead} if native else instead
    if chart.summary:
        yield from paragraph((chart.summary,), **_SMALL)


def _picture(chart: Chart, address: str) -> Json:
    words = chart.summary or chart.title or "A chart"
    return {"type": "Image", "url": address, "altText": words, "size": "Stretch"}


def _numbers(chart: Chart) -> Json:
    """The chart's newest or last values as a table, where nothing can draw it."""
    if not drawable(chart):
        return rich([run("There are no numbers to draw.", **_SMALL)])
    first = max(0, len(chart.categories) - _ROWS_FOR_A_CHART)
    columns = (Column(""), *(Column(one.name, numeric=True) for one in chart.series))
    rows = tuple(
        (chart.categories[n], *(said(chart, one, n) for one in chart.series))
        for n in range(first, len(chart.categories))
    )
    return {"type": "Container", "items": list(_table(Table(columns, rows, hidden=first)))}


def _native(chart: Chart) -> Json | None:
    """The chart as Teams draws it, or None when it holds too many points or nothing to draw.

    It has no waterfall: the bars of one do not all begin at zero.

    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards
    """
    if not whole(chart) or len(chart.categories) > TEAMS.points or chart.kind == "waterfall":
        return None
    kind, data = _drawn_as(chart)
    axis = {"yAxisTitle": chart.unit} if chart.unit and kind != "Chart.Donut" else {}
    stacked = {"stacked": True} if chart.kind == "stacked" else {}
    return {"type": kind, "title": chart.title or "Chart", "data": data} | axis | stacked


def _drawn_as(chart: Chart) -> tuple[str, list[Json]]:
    parts = list(zip(chart.categories, chart.series[0].values, strict=True))
    if chart.kind == "share" and min(value for _, value in parts) >= 0:
        return "Chart.Donut", [{"legend": name, "value": value} for name, value in parts]
    if chart.kind in ("share", "bar") and len(chart.series) == 1:
        return "Chart.VerticalBar", [{"x": name, "y": value} for name, value in parts]
    data = [
        {
            "legend": one.name,
            "values": [
                {"x": name, "y": value}
                for name, value in zip(chart.categories, one.values, strict=True)
            ],
        }
        for one in chart.series
    ]
    return ("Chart.Line" if chart.kind == "line" else "Chart.VerticalBar.Grouped"), data


def rich(inlines: list[Any]) -> Json:
    runs = [run for inline in inlines for run in _apart(inline)]
    return {"type": "RichTextBlock", "inlines": runs}


def _apart(inline: Any) -> list[Any]:
    """A run, in two where it would be replaced by a date: braces in different runs stay braces."""
    if isinstance(inline, str):
        return _WITHIN_DATE.split(inline)
    return [inline | {"text": text} for text in _WITHIN_DATE.split(inline["text"])]


def run(span: Span, **look: Any) -> Json:
    run = {"type": "TextRun", "text": span_text(span), **look}
    match span:
        case str():
            return run
        case Bold():
            return run | {"weight": "Bolder"}
        case Code():
            return run | {"fontType": "Monospace"}
        case Link():
            return run | {"selectAction": {"type": "Action.OpenUrl", "url": span.url}}
        case _:
            assert_never(span)


def sent_size(card: Json) -> int:
    """Bytes as UTF-8, or the share of 36 KB as UTF-16 when that is nearer to its limit."""
    text = json.dumps(card, ensure_ascii=False)
    return max(len(text.encode()), utf16(text) * 2 * 28 // 36)
