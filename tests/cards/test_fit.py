"""A card keeps to the limits whatever is in it, and says what it left out."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from wcwidth import iter_graphemes

from cards import html, slack, teams, text
from cards.buttons import encode
from cards.fit import fit, shorten
from cards.fit_chart import fit_chart
from cards.limits import HTML, SLACK, TEAMS, TEXT, Limits
from cards.model import (
    Action,
    Button,
    Buttons,
    Card,
    Chart,
    Code,
    Column,
    Facts,
    Note,
    Series,
    Table,
    Text,
)
from cards.shorten import span_text
from tests.cards import strategies
from tests.cards.surfaces import PICTURE, SURFACES, show
from tests.lint import adaptive, blocks

#: The same cards in every run, and none made smaller: shrinking a huge card takes minutes.
ANY = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def many(count: int) -> Button:
    return Button(f"button {count}", Action("ask", {"text": str(count)}))


def rows(count: int, words: str = "x") -> tuple[tuple[str, ...], ...]:
    return tuple((f"{words}{n}", "$1.00") for n in range(count))


COLUMNS = (Column("What"), Column("Cost", numeric=True))
HUGE = Card(
    "title " * 500,
    (
        Text(("word " * 4000,)),
        Facts((("label " * 50, ("value " * 500,)),) * 100),
        Table(COLUMNS * 40, tuple(("cell " * 100,) * 80 for _ in range(400))),
        Table(COLUMNS, rows(5000), ("Total", "$5,000.00")),
        *(Chart("line", f"c{n}", ("a",), (Series("s", (1.0,)),), "USD", "s") for n in range(80)),
        Buttons(tuple(map(many, range(200)))),
        *(Note((f"note {n}",)) for n in range(200)),
    ),
)  # fmt: skip
EMPTY = Card(
    "",
    (
        Text(()), Text(("",)), Text((" \n ", Code(""))), Facts(()), Facts((("", ()),)), Buttons(()),
        Table((), ()), Table(COLUMNS, ()), Chart("line", "", (), (), "", ""), Note(()),
        Chart("share", "", ("a",), (), "", ""), Table((), (("a",),)),
    ),
)  # fmt: skip


def platforms_take(card: Card, schema: bool = True) -> list[str]:
    problems: list[str] = []
    for picture in (None, lambda _: PICTURE):
        problems += blocks.lint(slack.render(card, picture))
        problems += blocks.lint(slack.render(card, picture, native_charts=False))
        problems += adaptive.lint(teams.render(card, picture), schema)
    return problems


@ANY
@given(strategies.cards())
def test_every_card_is_taken_by_every_platform(card: Card) -> None:
    assert platforms_take(card, schema=False) == []
    for drawn in (text.render(card), html.render(card)):
        assert drawn.strip()


@ANY
@given(strategies.cards())
def test_every_fitted_card_is_within_the_limits_and_fitting_again_changes_nothing(
    card: Card,
) -> None:
    for limits in (SLACK, TEAMS, TEXT, HTML):
        fitted = fit(card, limits)
        assert within_limits(fitted, limits)
        again = fit(fitted, replace(limits, blocks=limits.blocks + 1, characters=10**9))
        assert again.title == fitted.title and len(again.blocks) == len(fitted.blocks)


def within_limits(card: Card, limits: Limits) -> bool:
    tables = [block for block in card.blocks if isinstance(block, Table)]
    facts = [block for block in card.blocks if isinstance(block, Facts)]
    buttons = [b for block in card.blocks if isinstance(block, Buttons) for b in block.items]
    charts = [block for block in card.blocks if isinstance(block, Chart)]
    words = [span_text(s) for b in card.blocks if isinstance(b, Text | Note) for s in b.spans]
    return (
        limits.size(card.title) <= limits.title
        and len(card.blocks) <= limits.blocks
        and all(limits.size(word) <= limits.text for word in words)
        and all(len(block.items) <= limits.facts for block in facts)
        and all(len(t.rows) <= limits.rows and len(t.columns) <= limits.columns for t in tables)
        and all(len(row) == len(t.columns) for t in tables for row in t.rows)
        and all(limits.size(c) <= limits.cell for t in tables for row in t.rows for c in row)
        and len(buttons) <= limits.buttons
        and all(limits.size(button.label) <= limits.button for button in buttons)
        and all(len(encode(button.action)) <= limits.value for button in buttons)
        and len(charts) <= limits.charts
        and all(len(set(chart.categories)) == len(chart.categories) for chart in charts)
    )


def test_far_too_much_and_nothing_at_all_are_taken_too() -> None:
    for card in (HUGE, EMPTY, Card("", ())):
        assert platforms_take(card) == []
        assert all(show(card, surface).words for surface in SURFACES)


def test_a_column_of_numbers_without_any_is_taken_too() -> None:
    table = Table((Column("Service"), Column("", numeric=True)), (("EC2", ""),), ("Total", ""))
    assert platforms_take(Card("Empty", (table,))) == []


def test_many_small_blocks_are_too_many_even_where_all_their_words_would_fit() -> None:
    """Slack takes 50 blocks; a chart and a table bring a second one each, their small print."""
    chart = Chart("bar", "c", ("a",), (Series("s", (1.0,)),), "USD", "s")
    table = Table(COLUMNS, rows(1), hidden=1)
    for small in (Text(("a",)), Note(("a",)), Facts((("a", ("b",)),)), Buttons((many(1),))):
        card = Card("t", (*(chart,) * 6, *(table,) * 24, *(small,) * 100))
        assert platforms_take(card) == []
        assert platforms_take(Card("t", (small,) * 100)) == []


def left_out(card: Card, limits: Limits) -> str:
    last = fit(card, limits).blocks[-1]
    assert isinstance(last, Note)
    return "".join(map(span_text, last.spans))


def test_what_is_left_out_is_counted_by_name() -> None:
    said = left_out(HUGE, SLACK)
    for words in ("175 buttons", "80 facts", "charts", "paragraphs", "2 tables"):
        assert words in said, said
    card = Card("t", (Buttons(tuple(map(many, range(40)))), Facts((("a", ("b",)),) * 21)))
    assert left_out(card, SLACK) == "Not shown here: 15 buttons, 1 fact."


def test_nothing_is_said_when_nothing_is_left_out() -> None:
    card = Card("t", (Text(("a",)), Table(COLUMNS, rows(10)), Buttons((many(1),))))
    assert fit(card, SLACK) == card


def test_rows_that_do_not_fit_are_counted_on_every_surface() -> None:
    card = Card("t", (Table(COLUMNS, rows(5000), ("Total", "$5,000.00"), hidden=7),))
    for surface in SURFACES:
        words = show(card, surface).all_words
        shown = sum(f"x{n}" in words.split() for n in range(5000))
        assert 10 < shown <= 500
        assert f"{5007 - shown:,} more rows are not shown." in words, surface
        assert "Total" in words


def test_one_row_is_one_row() -> None:
    card = Card(
        "t", (Table(COLUMNS, rows(3), hidden=1), Table(COLUMNS, ()), Table(COLUMNS, (), hidden=2))
    )
    for surface in SURFACES:
        words = show(card, surface).all_words
        assert "1 more row is not shown." in words
        assert "There are no rows." in words
        assert "2 rows are not shown." in words


def test_long_words_end_in_an_ellipsis_between_letters_as_people_see_them() -> None:
    family = "👩🏽\u200d🚀"
    cut = shorten(family * 10, 12, len)
    assert cut.endswith("…") and len(cut) <= 12
    assert all(grapheme == family for grapheme in iter_graphemes(cut.removesuffix("…")))
    assert shorten("abc", 3, len) == "abc" and shorten("abcd", 3, len) == "ab…"
    assert shorten("a" + "\u0301" * 5000, 50, len) == "…"


def test_buttons_and_words_survive_a_table_that_would_fill_the_message() -> None:
    card = Card("t", (Table(COLUMNS, rows(90, "w" * 250)), Text(("after",)), Buttons((many(1),))))
    for surface in ("slack", "teams"):
        shown = show(card, surface)
        assert "after" in shown.words and shown.buttons == [("button 1", many(1).action)]
    assert platforms_take(card, schema=False) == []


def test_a_button_too_big_for_the_platform_is_left_out_not_broken() -> None:
    big = Button("big", Action("ask", {"text": "x" * 3000}))
    card = Card("t", (Buttons((big, many(1))),))
    for surface in ("slack", "teams"):
        shown = show(card, surface)
        assert [label for label, _ in shown.buttons] == ["button 1"]
        assert "Not shown here: 1 button." in shown.words


def chart(kind: Any, values: dict[str, tuple[float, ...]], categories: tuple[str, ...]) -> Chart:
    series = tuple(Series(name, numbers) for name, numbers in values.items())
    return Chart(kind, "t", categories, series, "USD", "s")


def test_parts_beyond_the_limit_become_other_and_still_add_up() -> None:
    names = tuple(f"p{n}" for n in range(9))
    share = fit_chart(chart("share", {"s": (9, 1, 8, 2, 7, 3, 6, 4, 5)}, names), SLACK)
    assert share.categories == ("p0", "p2", "p4", "p6", "p8", "Other (4)")
    assert share.series[0].values == (9, 8, 7, 6, 5, 10)
    layers = {f"s{n}": (float(n), 1.0) for n in range(8)}
    stacked = fit_chart(chart("stacked", layers, ("a", "b")), SLACK)
    assert [one.name for one in stacked.series] == ["s3", "s4", "s5", "s6", "s7", "Other (3)"]
    assert stacked.series[-1].values == (3.0, 3.0)


def test_lines_that_do_not_add_up_are_cut_and_counted() -> None:
    lines = chart("line", {f"s{n}": (1.0, 2.0) for n in range(8)}, ("a", "b"))
    assert len(fit_chart(lines, SLACK).series) == 6
    assert left_out(Card("t", (lines,)), SLACK) == "Not shown here: 2 series."


def test_names_that_are_cut_alike_stay_apart() -> None:
    names = ("Amazon Elastic Compute Cloud - Compute", "Amazon Elastic Compute Cloud - Other", "")
    cut = fit_chart(chart("bar", {"s": (1, 2, 3)}, names), SLACK).categories
    assert cut == ("Amazon Elastic Comp…", "Amazon Elastic Co… 2", "–")
