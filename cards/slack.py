"""A card as Block Kit. Nothing in it is mrkdwn, so no text of ours or of a bill is ever parsed."""

from collections.abc import Iterator
from itertools import count
from typing import Any, assert_never

from cards.buttons import decode, encode
from cards.escape import slack_entities
from cards.fit import Picture, fit, pictures, table_note, within
from cards.fit_chart import whole
from cards.limits import SLACK, utf16
from cards.model import (
    Action,
    Bold,
    Button,
    Buttons,
    Card,
    Chart,
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
from cards.shorten import shorten, span_text
from cards.slack_text import Json, piece, plain, rich, section
from cards.text import table_lines

_SIGNS = {Tone.NEUTRAL: "", Tone.GOOD: "✅ ", Tone.WARNING: "⚠️ ", Tone.BAD: "🔴 "}
#: A second table in a message is refused, a third chart too (found live, not documented).
_TABLES = 1
_CHARTS = 2
#: Characters of monospace that fit beside each other in a desktop client.
_LINE = 76
#: Keys whose text is not shown and does not count as the message's text.
_MUTE = {"type", "action_id", "value", "image_url", "url", "style", "align"}


def render(card: Card, picture: Picture | None = None, native_charts: bool = True) -> list[Json]:
    """The blocks of one message; `picture` gives the address of a chart drawn as an image.

    Send with `unfurl_links=False`; and `fallback` as the text.
    """
    address = pictures(card, SLACK, picture)

    def draw(fitted: Card) -> list[Json]:
        return list(_Message(address, _CHARTS if native_charts else 0).blocks(fitted))

    return within(card, SLACK, draw, _text_size)


def fallback(card: Card) -> str:
    """The notification and what old clients show: escaped, to be sent with `mrkdwn=False`."""
    fitted = fit(card, SLACK)
    first = next((block for block in fitted.blocks if isinstance(block, Text)), None)
    words = f" – {''.join(map(span_text, first.spans))}" if first else ""
    return slack_entities(shorten(_SIGNS[card.tone] + fitted.title + words, 300, len))


def _button(button: Button, key: str) -> Json:
    drawn = {
        "type": "button",
        "action_id": f"costbot.{key}",
        "text": plain(button.label),
        "value": encode(button.action),
    }
    return drawn if button.style == "default" else drawn | {"style": button.style}


def parse_action(value: str) -> Action:
    """The action of a clicked button's `value`; ValueError for anything else."""
    return decode(value)


class _Message:
    """Draws blocks in turn; counts what a message may hold only so many of."""

    def __init__(self, address: Picture, charts: int) -> None:
        self._address = address
        self._charts = charts
        self._tables = _TABLES
        self._rows_of_buttons = count()

    def blocks(self, card: Card) -> Iterator[Json]:
        title = _SIGNS[card.tone] + card.title
        yield {"type": "header", "text": plain(title)}
        for block in card.blocks:
            match block:
                case Text():
                    yield rich(section(block.spans))
                case Facts():
                    yield rich(section(_lines_of(block)))
                case Table():
                    yield self._table(block)
                    yield from _small(table_note(block))
                case Chart():
                    yield from self._chart(block)
                case Buttons():
                    yield self._buttons(block)
                case Note():
                    yield from _note(block.spans)
                case _:
                    assert_never(block)

    def _buttons(self, buttons: Buttons) -> Json:
        row = next(self._rows_of_buttons)
        elements = [_button(button, f"{row}.{n}") for n, button in enumerate(buttons.items)]
        return {"type": "actions", "elements": elements}

    def _table(self, table: Table) -> Json:
        if not self._tables:
            return rich(_monospace("\n".join(table_lines(table, _LINE))))
        self._tables -= 1
        head = [_bold_cell(column.title) for column in table.columns]
        rows = [head, *([_cell(cell) for cell in row] for row in table.rows)]
        rows += [[_bold_cell(cell) for cell in table.total]] if table.total else []
        aligned = [{"align": "right" if column.numeric else "left"} for column in table.columns]
        wrapped = [setting | {"is_wrapped": setting["align"] == "left"} for setting in aligned]
        return {"type": "table", "column_settings": wrapped, "rows": rows}

    def _chart(self, chart: Chart) -> Iterator[Json]:
        address, native = self._address(chart), _native(chart) if self._charts else None
        # Slack draws neither layers nor marks: where there is a picture, it says more.
        drawn_better = address is not None and bool(chart.kind == "stacked" or chart.marks)
        if native is not None and not drawn_better:
            self._charts -= 1
            yield {"type": "data_visualization", "title": chart.title or "Chart", "chart": native}
            yield from _small(chart.summary)
        elif address is not None:
            yield {
                "type": "image",
                "title": plain(chart.title or "Chart"),
                "image_url": address,
                "alt_text": chart.summary or chart.title or "A chart",
            }
        else:
            title = section((Bold(chart.title or "Chart"),))
            yield rich(title, _monospace(plot(chart, _LINE)))
            drawn = "Drawn with characters, as Slack cannot draw this chart here."
            yield from _small(f"{chart.summary} {drawn}".strip())


def _native(chart: Chart) -> Json | None:
    """The chart as Slack draws it, or None when Slack cannot: too long, too short, no pie.

    Slack stacks nothing; layers of a stack stand side by side, with the same numbers. It has no
    waterfall, and the bars of one do not all begin at zero.
    https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
    """
    if not whole(chart) or len(chart.categories) > SLACK.points or chart.kind == "waterfall":
        return None
    if chart.kind == "share":
        return _pie(chart)
    series = [
        {
            "name": one.name,
            "data": [
                {"label": label, "value": value}
                for label, value in zip(chart.categories, one.values, strict=True)
            ],
        }
        for one in chart.series
    ]
    axes = {"categories": list(chart.categories), "y_label": chart.unit or "value"}
    return {
        "type": "line" if chart.kind == "line" else "bar",
        "series": series,
        "axis_config": axes,
    }


def _pie(chart: Chart) -> Json | None:
    """A pie has no slice below zero, and a slice of zero is left out."""
    parts = zip(chart.categories, chart.series[0].values, strict=True)
    slices = [{"label": label, "value": value} for label, value in parts if value]
    below_zero = any(value < 0 for value in chart.series[0].values)
    return None if below_zero or not slices else {"type": "pie", "segments": slices}


def _monospace(text: str) -> Json:
    return {"type": "rich_text_preformatted", "elements": [piece(text)]}


def _lines_of(facts: Facts) -> Spans:
    """One line per fact: fields side by side have looks and links only in mrkdwn."""
    spans: list[Span] = []
    for label, value in facts.items:
        spans += ["\n"] if spans else []
        spans += [f"{label}: ", *value] if label else value
    return tuple(spans)


def _cell(text: str) -> Json:
    return {"type": "raw_text", "text": text or " "}


def _bold_cell(text: str) -> Json:
    return rich(section((Bold(text or " "),)))


def _note(spans: Spans) -> Iterator[Json]:
    """Small print; with a link in it full size, because small print has links only in mrkdwn."""
    if any(isinstance(span, Link) for span in spans):
        yield rich(section(spans))
    else:
        yield from _small("".join(map(span_text, spans)))


def _small(text: str) -> Iterator[Json]:
    if text:
        yield {"type": "context", "elements": [plain(text)]}


def _text_size(node: Any) -> int:
    """All the text that is shown, in the characters that Slack counts."""
    if isinstance(node, dict):
        return sum(_text_size(value) for key, value in node.items() if key not in _MUTE)
    if isinstance(node, list):
        return sum(map(_text_size, node))
    return utf16(node) if isinstance(node, str) else 0
