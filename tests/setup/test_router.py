"""The router: an answer whatever happens, and nothing from inside when something breaks."""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.router import Router
from cards import text
from cards.model import Action, Card
from domain.errors import UserError
from domain.ports import Lake
from handlers.kinds import (
    ActionHandler,
    Actor,
    Answer,
    Command,
    Context,
    Origin,
    Surface,
    Use,
)

ME = Actor("test", "U1", "Ada")
HERE = Origin("test", "C1", Surface.ROOM)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
INSIDE = "password=hunter2 at /srv/costbot/store.py"


async def echo(context: Context, words: str) -> Answer:
    return Answer(Card(f"{context.actor.name}: {words}"))


async def crash(*_: object) -> Answer:
    raise ConnectionError(INSIDE)


async def refuse(*_: object) -> Answer:
    raise UserError("I cannot split by 'colour'.", ("by service",))


async def tell_time(context: Context, _args: Mapping[str, str]) -> Answer:
    return Answer(Card(f"{context.now} {context.today}"))


def router() -> Router:
    runs = {"spend": echo, "overview": echo, "crash": crash, "refuse": refuse}
    commands = {name: Command(name, "A test", (), (), run) for name, run in runs.items()}
    actions = {
        name: ActionHandler(name, "A test", cast("Any", run))
        for name, run in {"crash": crash, "refuse": refuse, "time": tell_time}.items()
    }
    return Router(Use(cast("Lake", None), commands), actions, lambda: NOW)


async def ask(words: str) -> Answer:
    return await router().ask(words, ME, HERE)


async def click(name: str) -> Answer:
    return await router().click(Action(name), ME, HERE)


async def test_words_reach_their_command():
    assert (await ask("cost spend  by service ")).card.title == "Ada: by service"


async def test_words_that_name_no_command_ask_about_spend_and_none_at_all_for_the_overview():
    assert (await ask("by service")).card.title == "Ada: by service"
    assert (await ask("/cost")).card.title == "Ada: "


async def test_a_click_knows_the_moment():
    assert (await click("time")).card.title == "2026-11-23 12:00:00+00:00 2026-11-23"


async def test_a_button_from_an_older_version_says_so():
    answer = await click("no-such-action")
    assert answer.refused
    assert "older version" in text.render(answer.card)


@pytest.mark.parametrize("press", [False, True])
async def test_what_the_person_can_put_right_is_said_with_what_to_try(press: bool):
    answer = await (click("refuse") if press else ask("refuse"))
    shown = text.render(answer.card)
    assert answer.refused
    assert "I cannot split by 'colour'." in shown and "by service" in shown


@pytest.mark.parametrize("press", [False, True])
async def test_a_crash_shows_a_reference_and_the_log_has_the_rest(
    press: bool, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR):
        answer = await (click("crash") if press else ask("crash"))
    shown = text.render(answer.card)
    assert answer.refused
    for secret in ("hunter2", "ConnectionError", "Traceback", ".py", "password"):
        assert secret not in shown
    (reference,) = re.findall(r"\b[0-9a-f]{8}\b", shown)
    assert reference in caplog.text and INSIDE in caplog.text


async def test_two_crashes_have_two_references():
    first, second = [text.render((await ask("crash")).card) for _ in range(2)]
    assert first != second
