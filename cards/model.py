"""A card: what is true, in words and numbers; renderers decide how a platform shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Tone(StrEnum):
    """How the news is: renderers choose a colour or a sign for it."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


#: A plain string is plain text on every surface: never markup, whatever it holds.
Span = str | Bold | Code | Link
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """What a click asks for: the name of an action handler and its plain arguments."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Button:
    """`opens` says that a click shows a form, which some platforms must know beforehand."""

    label: str
    action: Action
    style: Literal["default", "primary", "danger"] = "default"
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Facts:
    """Short label and value pairs, shown side by side where there is room."""

    items: tuple[tuple[str, Spans], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table column; `numeric` aligns right."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain text; `total`, when given, is set apart as the last row.

    `hidden` counts the rows that were left out before or by `fit`.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars: a value for every category of its chart.

    NaN is a gap: nothing is known there. `low` and `high` are both empty, or bound a band around
    the line of a line chart: where the values to come will probably lie.
    """

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a place along the axis of a chart; the label is a few words."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers to be drawn: `categories` along the axis, one value of each series per category.

    `kind` line and bar draw series side by side, stacked adds them up, share divides one series
    into parts, waterfall leads from its first value over steps to its last. `unit` is a currency
    code or a plain word; `summary` says in words what it shows. `marks` are drawn over the axis
    where the chart goes over time.
    """

    kind: Literal["line", "bar", "stacked", "share", "waterfall"]
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    summary: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Buttons:
    items: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: provenance, what was left out, what to try next."""

    spans: Spans


Block = Text | Facts | Table | Chart | Buttons | Note


@dataclass(frozen=True, slots=True)
class Card:
    """One message."""

    title: str
    blocks: tuple[Block, ...] = ()
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field: what is sent, and what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `long` is several lines, `choice` one of `options`, `date` a day
    (YYYY-MM-DD). `value` is filled in already."""

    name: str
    label: str
    kind: Literal["text", "long", "choice", "date"] = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Fields to fill in; sending it is a click on `action` with the values among its arguments.

    A form without fields asks for a confirmation.
    """

    title: str
    action: Action
    fields: tuple[Field, ...] = ()
    send: str = "Send"
    words: Spans = ()

    def filled(self, values: Mapping[str, str]) -> Action:
        """The click that sending the form with these values is; unknown names are left out."""
        known = {one.name: values[one.name] for one in self.fields if one.name in values}
        return Action(self.action.name, {**self.action.args, **known})
