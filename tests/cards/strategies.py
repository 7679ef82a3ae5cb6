"""Cards of every shape for property tests: hostile words, huge tables, far too much of all."""

import math

from hypothesis import strategies as st

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
    Mark,
    Note,
    Series,
    Span,
    Spans,
    Table,
    Text,
    Tone,
)
from tests.cards.hostile import HOSTILE

words = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.sampled_from(HOSTILE),
    st.builds(lambda text, times: text * times, st.text(max_size=6), st.integers(0, 700)),
)
short = st.text(st.characters(exclude_categories=()), max_size=12)
addresses = st.sampled_from(["https://costbot.example.com/a?b=c&d", "javascript:alert(1)", ""])


def spans() -> st.SearchStrategy[Spans]:
    link = st.builds(Link, words, addresses)
    one: st.SearchStrategy[Span] = st.one_of(
        words, st.builds(Bold, words), st.builds(Code, words), link
    )
    return st.lists(one, max_size=6).map(tuple)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Rows as long as the columns, or not; a few rows repeated until there are very many."""
    columns = draw(st.lists(st.builds(Column, words, st.booleans()), max_size=30).map(tuple))
    row = st.lists(words, max_size=len(columns) + 1).map(tuple)
    rows = tuple(draw(st.lists(row, max_size=5))) * draw(st.sampled_from([1, 1, 30, 300]))
    return Table(columns, rows, draw(st.none() | row), draw(st.sampled_from([0, 0, 1, 12_000])))


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    kind = draw(st.sampled_from(["line", "bar", "stacked", "share", "waterfall"]))
    length = draw(st.sampled_from([0, 1, 2, 5, 20, 21, 90, 700]))
    names = draw(st.lists(short, min_size=1, max_size=5))
    categories = tuple(names[n % len(names)] + str(n // 5) for n in range(length))
    some = draw(st.lists(st.floats(-1e12, 1e12) | st.floats(), min_size=1, max_size=4))
    values = tuple(some[n % len(some)] for n in range(length))
    band = draw(st.sampled_from([(), (values, values[::-1]), (values, ())]))
    series = tuple(Series(name, values, *band) for name in draw(st.lists(words, max_size=14)))
    if kind == "waterfall" and length > 1 and draw(st.booleans()):
        series = tuple(_arriving(one) for one in series)
    unit = draw(st.sampled_from(["USD", "", "requests per second and more", "CHF"]))
    mark = st.builds(Mark, st.integers(-2, 800), words)
    marks = draw(st.just(()) | st.lists(mark, max_size=4).map(tuple))
    return Chart(kind, draw(words), categories, series, unit, draw(words), marks)


def _arriving(series: Series) -> Series:
    """The same steps, ending where they lead."""
    steps = series.values[:-1]
    return Series(series.name, (*steps, math.fsum(steps) if all(map(math.isfinite, steps)) else 0))


@st.composite
def buttons(draw: st.DrawFn) -> Buttons:
    action = st.builds(Action, short, st.dictionaries(short, words, max_size=3))
    style = st.sampled_from(["default", "primary", "danger"])
    row = draw(st.lists(st.builds(Button, words, action, style, st.booleans()), max_size=4))
    return Buttons(tuple(row) * draw(st.sampled_from([1, 1, 50])))


def blocks() -> st.SearchStrategy[Block]:
    facts = st.lists(st.tuples(words, spans()), max_size=30).map(tuple)
    return st.one_of(
        spans().map(Text), spans().map(Note), facts.map(Facts), tables(), charts(), buttons()
    )


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """A few blocks, or those few until there are as many as nobody would ever write."""
    some = draw(st.lists(blocks(), max_size=5))
    times = draw(st.sampled_from([1, 1, 1, 20]))
    return Card(draw(words), tuple(some) * times, draw(st.sampled_from(Tone)))
