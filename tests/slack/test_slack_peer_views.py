"""The strict Slack's forms: what can be opened, what a person can send, what answers it takes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.peers.slack import Modal
from tests.slack.peer_world import World, world_of_slack


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def field(label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    element = {"action_id": f"a.{label}", **element}
    return {"type": "input", "block_id": label, "label": words(label), "element": element, **more}


LOW = {"text": words("Low"), "value": "low"}
HIGH = {"text": words("High"), "value": "high"}
SELECT = {"type": "static_select", "options": [LOW, HIGH]}
VIEW: dict[str, Any] = {
    "type": "modal",
    "title": words("Ticket"),
    "submit": words("Send"),
    "blocks": [
        field("Title", {"type": "plain_text_input", "max_length": 5}),
        field("Due", {"type": "datepicker", "initial_date": "2026-12-01"}),
        field("Priority", SELECT | {"initial_option": LOW}, optional=True),
    ],
}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of_slack() as made:
        yield made


async def opened(world: World) -> Modal:
    trigger = world.peer.views.trigger(world.ann)
    await world.client.views_open(trigger_id=trigger, view=VIEW)
    return await world.peer.modal(world.ann)


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"title": words("")},
        {"title": {"type": "mrkdwn", "text": "Ticket"}},
        {"submit": words("x" * 25)},
        {"close": words("x" * 25)},
        {"callback_id": "x" * 256},
        {"blocks": [field("One", SELECT | {"initial_option": LOW | {"value": "other"}})]},
        {"blocks": [field("One", {"type": "static_select", "options": []})]},
        {"blocks": [field("One", {"type": "plain_text_input", "initial_value": "x" * 3001})]},
        {"blocks": [field("One", SELECT), field("One", SELECT)]},
        {"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}]},
        {"blocks": [], "private_metadata": "x" * 3001},
    ],
)
async def test_a_form_that_slack_does_not_know_is_refused(
    world: World, change: dict[str, Any]
) -> None:
    arguments = {"trigger_id": world.peer.views.trigger(), "view": VIEW | change}
    assert await world.refused("views.open", **arguments) == "invalid_arguments"


async def test_a_form_is_changed_by_its_id_and_its_newest_hash(world: World) -> None:
    modal = await opened(world)
    stale = {"view_id": modal.id, "hash": "0.hash"}
    await world.client.views_update(view=VIEW | {"title": words("Two")}, **stale)
    assert modal.title == "Two"
    assert await world.refused("views.update", view=VIEW, **stale) == "hash_conflict"
    assert await world.refused("views.update", view=VIEW, view_id="V404") == "not_found"


async def test_a_person_sends_what_is_filled_in(world: World) -> None:
    modal = await opened(world)
    assert modal.state({"Title": "EC2", "Priority": "High"})["values"] == {
        "Title": {"a.Title": {"type": "plain_text_input", "value": "EC2"}},
        "Due": {"a.Due": {"type": "datepicker", "selected_date": "2026-12-01"}},
        "Priority": {"a.Priority": {"type": "static_select", "selected_option": HIGH}},
    }


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "'Title' must be filled in"),
        ({"Title": "x", "Due": ""}, "'Due' must be filled in"),
        ({"Title": "x" * 6}, "that many"),
        ({"Title": "x", "Priority": "Urgent"}, "no choice"),
        ({"Title": "x", "Colour": "red"}, "no field"),
    ],
)
async def test_a_person_cannot_send_what_slacks_client_stops(
    world: World, typed: dict[str, str], words: str
) -> None:
    modal = await opened(world)
    with pytest.raises(AssertionError, match=words):
        await world.peer.send_form(world.ann, modal, typed)
    assert world.heard == []


async def test_only_what_is_on_the_screen_can_be_sent(world: World) -> None:
    modal = await opened(world)
    with pytest.raises(AssertionError, match="does not see"):
        await world.peer.send_form(world.bob, modal, {"Title": "x"})


async def test_an_empty_answer_closes_the_form(world: World) -> None:
    modal = await opened(world)
    await world.peer.send_form(world.ann, modal, {"Title": "x"})
    assert not modal.open
    assert world.peer.views.open(world.ann) is None


async def test_errors_are_shown_beside_their_fields_until_the_form_changes(world: World) -> None:
    modal = await opened(world)
    errors = {"response_action": "errors", "errors": {"Due": "too late"}}
    world.answer = web.json_response(errors)
    await world.peer.send_form(world.ann, modal, {"Title": "x"})
    assert (modal.open, modal.errors) == (True, {"Due": "too late"})
    update = {"response_action": "update", "view": VIEW | {"title": words("Two")}}
    world.answer = web.json_response(update)
    await world.peer.send_form(world.ann, modal, {"Title": "x"})
    assert (modal.open, modal.title, modal.errors) == (True, "Two", {})


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"Colour": "unknown"}},
        {"response_action": "errors", "errors": {"Due": ""}},
        {"response_action": "errors"},
        {"response_action": "explode"},
    ],
)
async def test_an_answer_that_slack_cannot_show_is_noticed(
    world: World, answer: dict[str, Any]
) -> None:
    modal = await opened(world)
    world.answer = web.json_response(answer)
    await world.peer.send_form(world.ann, modal, {"Title": "x"})
    assert len(world.peer.take_complaints()) == 1


async def test_a_form_that_was_not_taken_is_noticed(world: World) -> None:
    modal = await opened(world)
    world.statuses = [500]
    await world.peer.send_form(world.ann, modal, {"Title": "x"})
    assert modal.open
    assert len(world.peer.take_complaints()) == 1
