"""What no dialog of ours sends reaches no handler, and a bug shows nothing of its inside."""

import json
from typing import Any

import pytest

from tests.peers.teams import Dialog, Person, Room, TeamsPeer
from tests.teams.conftest import Bot
from tests.teams.desk import Desk
from tests.teams.test_dialogs import alert, ann, desk, room, started

__all__ = ["ann", "desk", "room", "started"]


STRANGE: dict[str, dict[str, Any]] = {
    "no form": {"form": None},
    "form is no text": {"form": {"a": 1}},
    "form is nothing": {"form": "null"},
    "form is another list": {"form": "[1, 2, 3]"},
    "form is deep": {"form": "[" * 5000},
    "a value is a number": {"field.summary": 5},
    "a value is a list": {"field.summary": ["x"]},
    "a value is too long": {"field.summary": "x" * 201},
    "a long value is too long": {"field.description": "x" * 3001},
    "no such choice": {"field.priority": "Blocker"},
    "no such day": {"field.due": "2026-02-30"},
    "a day in words": {"field.due": "tomorrow"},
}


@pytest.mark.parametrize("name", STRANGE)
async def test_what_no_dialog_sends_reaches_no_handler(
    started: Bot, desk: Desk, ann: Person, room: Room, name: str
) -> None:
    await alert(started, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    await dialog.send(**STRANGE[name])
    assert dialog.said == "This form cannot be read. Open it again."
    assert desk.sent == []


async def test_a_value_that_the_form_does_not_ask_for_is_left_out(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    await alert(started, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    await dialog.send(**{"field.finding": "13", "finding": "13", "extra": 1})
    [(_, args)] = desk.sent
    assert args["finding"] == "12"
    assert set(args) == {"finding", "summary", "description", "priority", "due"}


async def test_a_message_id_that_is_none_is_refused(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    await alert(started, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    form = json.loads(dialog.card["actions"][0]["data"]["form"])
    await dialog.send(form=json.dumps([*form[:-1], "x" * 201]))
    assert (dialog.said, desk.sent) == ("This form cannot be read. Open it again.", [])


async def test_a_bug_in_a_dialog_shows_nothing_of_its_inside(
    peer: TeamsPeer, started: Bot, ann: Person, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("hunter2")

    await alert(started, room, ann)
    monkeypatch.setattr("bot.adapters.teams.dialogs.actor_of", break_down)
    dialog = await Dialog.open(room, ann, "Ticket")
    assert dialog.said == "Something went wrong on my side."
    await peer.until(lambda: room.from_bot[1:])
    assert "hunter2" not in str(room.from_bot[1].activity)


@pytest.mark.parametrize("name", ["task/fetch", "task/submit", "composeExtension/fetchTask"])
@pytest.mark.parametrize("value", [None, "x", [1], {}, {"data": 5}, {"data": {}}, {"data": [1]}])
async def test_a_dialog_that_makes_no_sense_says_so(
    peer: TeamsPeer, started: Bot, desk: Desk, ann: Person, room: Room, name: str, value: Any
) -> None:
    answer = await peer.deliver(room.activity("invoke", ann, name=name, value=value))
    assert answer.status == 200
    assert answer.json()["task"]["type"] == "message"
    assert desk.opened == desk.sent == []
