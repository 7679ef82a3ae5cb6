"""Every example card through every renderer: taken by the platform, same buttons, same numbers."""

import importlib
import json
import pkgutil
from dataclasses import replace

import pytest
from wcwidth import width

import cards.views
from cards import html, slack, teams, text
from cards.fit import fit
from cards.fit_chart import whole
from cards.limits import HTML, SLACK, TEAMS, TEXT
from cards.model import Action, Button, Buttons, Card, Chart, Column, Table, Tone
from tests.cards.surfaces import PICTURE, SURFACES, show
from tests.lint import adaptive, blocks


def _examples() -> dict[str, Card]:
    modules = [info.name for info in pkgutil.iter_modules(cards.views.__path__)]
    views = {name: importlib.import_module(f"cards.views.{name}") for name in modules}
    return {
        f"{view}: {name}": card
        for view, module in views.items()
        for name, card in module.EXAMPLES.items()
    }


EXAMPLES = _examples()
LIMITS = {"slack": SLACK, "teams": TEAMS, "text": TEXT, "html": HTML}
each = pytest.mark.parametrize("name", EXAMPLES)


def test_there_are_examples_of_every_view() -> None:
    views = {info.name for info in pkgutil.iter_modules(cards.views.__path__)}
    assert views == {name.partition(":")[0] for name in EXAMPLES}


@each
def test_the_platforms_take_it_with_and_without_pictures(name: str) -> None:
    card = EXAMPLES[name]
    for picture in (None, lambda _: PICTURE):
        assert blocks.lint(slack.render(card, picture)) == []
        assert blocks.lint(slack.render(card, picture, native_charts=False)) == []
        assert adaptive.lint(teams.render(card, picture)) == []


@each
def test_the_buttons_are_the_same_everywhere_and_come_back_as_they_went(name: str) -> None:
    card = EXAMPLES[name]
    rows = [block.items for block in card.blocks if isinstance(block, Buttons)]
    expected = [(button.label, button.action) for row in rows for button in row]
    for surface in SURFACES:
        assert show(card, surface).buttons == expected, surface


@each
def test_every_word_of_a_table_is_on_every_surface(name: str) -> None:
    for surface in SURFACES:
        words = show(EXAMPLES[name], surface).all_words
        for table in fit(EXAMPLES[name], LIMITS[surface]).blocks:
            if isinstance(table, Table):
                titles = tuple(column.title for column in table.columns)
                for row in (titles, *table.rows, table.total or ()):
                    assert all(cell in words for cell in row), (surface, row)


@each
def test_no_view_needs_trimming(name: str) -> None:
    """A view is written for a chat; when `fit` has to cut whole things off, the view is too big."""
    for limits in (SLACK, TEAMS):
        assert len(fit(EXAMPLES[name], limits).blocks) == len(EXAMPLES[name].blocks)


@each
def test_a_terminal_line_is_no_wider_than_the_terminal(name: str) -> None:
    for room in (60, 80, 120):
        drawn = text.render(EXAMPLES[name], room)
        assert max(width(line) for line in drawn.split("\n")) <= room


ACTIONS = [
    Action("ask", {"text": 'by service & <account> where team="a\'b" \u202e\x00\ud800 日本'}),
    Action("share"),
    Action("", {"": ""}),
]


@pytest.mark.parametrize("action", ACTIONS, ids=range(len(ACTIONS)))
def test_an_action_survives_what_platforms_do_to_a_value(action: Action) -> None:
    value = slack._button(button(action), "0")["value"]
    assert value.isascii() and not set("&<>") & set(value)
    assert slack.parse_action(value) == action
    sent = json.loads(json.dumps(teams._button(button(action)), ensure_ascii=False).encode())
    assert teams.parse_action(sent["data"]) == action
    assert teams.parse_action(sent["data"] | {"input": "merged"}) == action


def button(action: Action) -> Button:
    return Button("label", action)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{}",
        "[]",
        "null",
        "[1, {}]",
        '["a"]',
        '["a", []]',
        '["a", {"b": 1}]',
        "x" * 99,
        "[" * 9999,
    ],
)
def test_what_we_never_sent_is_no_action(value: str) -> None:
    for parse in (slack.parse_action, html.parse_action):
        with pytest.raises(ValueError, match="not a button of ours"):
            parse(value)
    for data in ({"action": value}, {}, {"action": 5}, {"action": ["a", {}]}):
        with pytest.raises(ValueError, match="not a button of ours"):
            teams.parse_action(data)


#: The first example whose chart platforms can draw themselves.
CHARTED, CHART = next(
    (card, block)
    for card in EXAMPLES.values()
    for block in card.blocks
    if isinstance(block, Chart) and whole(block)
)


def test_a_picture_is_asked_for_by_the_chart_as_the_view_made_it() -> None:
    """The names are cut for the platform, but whoever drew the picture knows the whole chart."""
    long = replace(CHART, title="t" * 300, categories=tuple(f"c{n}" * 30 for n in range(30)))
    long = replace(long, series=(replace(CHART.series[0], values=(1.0,) * 30),))
    known = {long: PICTURE}
    card = Card("t", (long,))
    assert [b["image_url"] for b in slack.render(card, known.get) if b["type"] == "image"] == [
        PICTURE
    ]
    images = [e for e in teams.render(card, known.get)["body"] if e["type"] == "Chart.Line"]
    assert "img" in html.render(card, known.get)
    assert all(e["fallback"]["url"] == PICTURE for e in images)


def test_slack_draws_two_charts_itself_and_the_third_as_a_picture_or_with_characters() -> None:
    card = Card("t", (replace(CHART, kind="bar"),) * 3)
    kinds = [block["type"] for block in slack.render(card)]
    assert kinds.count("data_visualization") == 2 and "rich_text" in kinds
    assert "Drawn with characters" in show(card, "slack").all_words
    drawn = [block["type"] for block in slack.render(card, lambda _: PICTURE)]
    assert drawn.count("data_visualization") == 2 and drawn.count("image") == 1
    off = [block["type"] for block in slack.render(card, lambda _: PICTURE, native_charts=False)]
    assert off.count("image") == 3 and "data_visualization" not in off


def test_thirty_days_are_a_picture_in_slack_never_fewer_days() -> None:
    days = tuple(f"{n} Oct" for n in range(1, 31))
    month = replace(CHART, kind="line", categories=days)
    month = replace(month, series=(replace(CHART.series[0], values=tuple(map(float, range(30)))),))
    card = Card("t", (month,))
    assert [b["type"] for b in slack.render(card, lambda _: PICTURE)] == ["header", "image"]
    assert "1 Oct to 30 Oct" in show(card, "slack").all_words
    line = next(e for e in teams.render(card)["body"] if e["type"] == "Chart.Line")
    assert len(line["data"][0]["values"]) == 30


def test_a_second_table_in_slack_is_monospaced_because_slack_takes_one() -> None:
    table = next(b for c in EXAMPLES.values() for b in c.blocks if isinstance(b, Table))
    drawn = slack.render(Card("t", (table, table)))
    assert [block["type"] for block in drawn].count("table") == 1
    assert drawn[-1]["elements"][0]["type"] == "rich_text_preformatted"


def test_credits_make_no_pie() -> None:
    share = replace(CHART, kind="share", categories=("usage", "credit"))
    share = replace(share, series=(replace(CHART.series[0], values=(10.0, -4.0)),))
    card = Card("t", (share,))
    assert "data_visualization" not in [block["type"] for block in slack.render(card)]
    assert "Chart.VerticalBar" in [element["type"] for element in teams.render(card)["body"]]
    assert "░" in text.render(card) and "below-zero" in html.render(card)


@pytest.mark.parametrize("tone", Tone)
def test_the_tone_is_seen_without_colours_too(tone: Tone) -> None:
    card = Card("title", (), tone)
    assert f"tone-{tone.value}" in html.render(card)
    assert (text.render(card) == "title\n") == (tone is Tone.NEUTRAL)
    assert (slack.fallback(card) == "title") == (tone is Tone.NEUTRAL)
    assert (teams.render(card)["body"][0]["type"] == "Container") == (tone is not Tone.NEUTRAL)


def test_wide_letters_line_up_in_a_terminal() -> None:
    rows = (("日本語チーム", "$1.00"), ("plain", "$1,000.00"), ("👩🏽‍🚀 crew", "$3.00"))
    table = Table((Column("Team"), Column("Cost", numeric=True)), rows)
    lines = text.render(Card("t", (table,))).strip().split("\n")[2:]
    assert len({width(line) for line in lines}) == 1
