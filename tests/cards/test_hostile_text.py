"""Text from a bill stays text on every surface: nothing is parsed, nothing hides."""

import pytest

from cards import slack, teams, text
from cards.escape import clean, line, web_address
from cards.model import (
    Action,
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
    Series,
    Table,
    Text,
)
from cards.parts import labels
from cards.words import as_is
from domain.query import Dimension
from tests.cards.hostile import HOSTILE, UNSEEN
from tests.cards.surfaces import PICTURE, SURFACES, show
from tests.lint import adaptive, blocks

OURS = "https://costbot.example.com/dashboard"


def everywhere(words: str) -> Card:
    """The words in every place that a card has for words."""
    return Card(
        words,
        (
            Text((words, Bold(words), Code(words), Link(words, OURS))),
            Facts(((words, (words, Link(words, OURS))), ("plain", (Code(words),)))),
            Table((Column(words), Column("Cost", numeric=True)), ((words, words),), (words, words)),
            Chart("bar", words, (words, "b"), (Series(words, (1.0, 2.0)),), words, words),
            Chart("share", words, (words, "b"), (Series(words, (1.0, 2.0)),), words, words),
            Chart("line", words, (words,) * 50, (Series(words, (1.0,) * 50),), words, words),
            Buttons((Button(words, Action(words[:20], {words[:20]: words[:50]})),)),
            Note((words, Bold(words))),
        ),
    )


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_but_our_own_links_and_buttons_is_alive(words: str) -> None:
    for surface in SURFACES:
        for picture in (None, PICTURE):
            shown = show(everywhere(words), surface, picture)
            assert shown.live == set(), surface
            assert set(shown.links) <= {OURS}, surface
            assert {action.name for _, action in shown.buttons} <= {words[:20]}, surface
            labels = [label for label, _ in shown.buttons]
            assert not UNSEEN & set("".join([*shown.words, *labels])), surface


SHORT = [words for words in HOSTILE if 0 < len(line(words)) <= 50]


@pytest.mark.parametrize("words", SHORT, ids=range(len(SHORT)))
def test_short_words_are_shown_letter_by_letter(words: str) -> None:
    card = Card("t", (Table((Column("c"),), ((words,),)),))
    for surface in SURFACES:
        assert line(words) in show(card, surface).all_words, surface


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_the_platforms_take_it(words: str) -> None:
    assert blocks.lint(slack.render(everywhere(words))) == []
    assert blocks.lint(slack.render(everywhere(words), native_charts=False)) == []
    assert adaptive.lint(teams.render(everywhere(words)), schema=False) == []
    assert len(slack.fallback(everywhere(words))) <= 3000
    assert not UNSEEN & set(slack.fallback(everywhere(words)) + teams.summary(everywhere(words)))


def test_a_value_that_cannot_be_seen_still_has_a_name() -> None:
    team = (Dimension("tag", "team"),)
    assert labels(team, ("\u200b\u200b ",), as_is) == ("(blank team)",)
    assert labels(team, (None,), as_is) == labels(team, ("",), as_is) == ("(no team)",)


def test_a_notification_mentions_nobody() -> None:
    card = Card("<!channel> & co", (Text(("<@U1> spent $5",)),))
    assert slack.fallback(card) == "&lt;!channel&gt; &amp; co – &lt;@U1&gt; spent $5"


def test_a_terminal_gets_only_our_own_colours() -> None:
    card = everywhere("\x1b[31mred\x1b[0m\x1b]0;title\x07")
    coloured = text.render(card, colour=True)
    for look in ("0", "1", "2", "31", "32", "33", "36"):
        coloured = coloured.replace(f"\x1b[{look}m", "")
    assert "\x1b" not in coloured and "\x1b" not in text.render(card)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd",
        "//evil.example", "/relative", "ftp://evil.example", "https://", "https:// evil.example",
        "https://costbot.example.com@evil.example", "https://evil.example\\@costbot.example.com",
        "https://evil.example/\u202egnp", "https://evil.example/\nx", "https://еvil.example",
        "https://evil.example/<script>", 'https://evil.example/"onclick=x', "https://x.example|y",
        "slack://channel", "mailto:a@evil.example", "", "https://e.example/" + "x" * 3000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("surface", SURFACES)
def test_a_link_to_anywhere_but_the_web_is_only_words(url: str, surface: str) -> None:
    assert web_address(url) is None
    shown = show(Card("t", (Text((Link("words", url),)), Note((Link("words", url),)))), surface)
    assert shown.links == [] and "words" in shown.all_words


@pytest.mark.parametrize("surface", ["slack", "teams", "html"])
def test_a_link_of_ours_is_a_link(surface: str) -> None:
    card = Card("t", (Text(("see ", Link("the dashboard", OURS))), Note((Link("here", OURS),))))
    shown = show(card, surface)
    assert shown.links == [OURS, OURS]


def test_a_terminal_shows_where_a_link_leads() -> None:
    assert f"the dashboard ({OURS})" in text.render(
        Card("t", (Text((Link("the dashboard", OURS),)),))
    )


def test_invisible_is_gone_and_tricks_are_seen() -> None:
    assert clean("a\u200bb\u00adc") == "abc"
    assert clean("\u202egnp.exe\x00") == "�gnp.exe�"
    assert clean("a\r\nb\u2028c\td") == "a\nb\nc d"
    assert clean("شركة · חברה · Ünïcødé · 日本 · 🇩🇪") == "شركة · חברה · Ünïcødé · 日本 · 🇩🇪"
