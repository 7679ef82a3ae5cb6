"""Every button that a card shows without knowing the bill leads to an answer."""

import asyncio
from collections.abc import Iterator, Mapping

import pytest

from bot.adapters.teams.bot import BUSY, GREETING
from bot.gallery import examples
from bot.router import Router
from cards import text
from cards.model import Action, Buttons, Card
from tests.docs.conftest import HERE, ME

STATIC: Mapping[str, Card] = {**examples(), "Teams: greeting": GREETING, "Teams: busy": BUSY}


def clicks(cards: Mapping[str, Card]) -> Iterator[tuple[str, str, Action]]:
    """(card, what is written on the button, what it does) of every button."""
    for name, card in cards.items():
        for block in card.blocks:
            for button in block.items if isinstance(block, Buttons) else ():
                yield name, button.label, button.action


BUTTONS = [*clicks(STATIC)]


def test_the_cards_that_greet_help_and_refuse_have_buttons():
    named = {name for name, _, _ in BUTTONS}
    assert {"Teams: greeting", "help: help", "problem: unknown word"} <= named


@pytest.mark.parametrize(
    "action", [click[2] for click in BUTTONS], ids=[f"{name} - {what}" for name, what, _ in BUTTONS]
)
def test_a_button_is_answered(router: Router, action: Action):
    answer = asyncio.run(router.click(action, ME, HERE))
    assert not answer.refused, text.render(answer.card)


@pytest.mark.parametrize("words", ["", "help", "status", "movers", "untagged", "by service"])
def test_the_buttons_of_an_answer_are_answered(router: Router, words: str):
    card = asyncio.run(router.ask(words, ME, HERE)).card
    for _, label, action in clicks({words: card}):
        answer = asyncio.run(router.click(action, ME, HERE))
        assert not answer.refused, f"{label}: {text.render(answer.card)}"
