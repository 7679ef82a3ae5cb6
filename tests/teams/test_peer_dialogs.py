"""The Teams stand-in is strict about dialogs too, and loses an answer when it is told to."""

import json
from typing import Any

import pytest

from tests.peers.teams import Dialog, Room, TeamsPeer
from tests.peers.teams.contract import ADAPTIVE, dialog_problems
from tests.peers.teams.peer import Delivered
from tests.teams.test_peer import CARD, MESSAGE, Client, client, room

__all__ = ["client", "room"]

Json = dict[str, Any]
SUMMARY = {
    "type": "Input.Text",
    "id": "field.summary",
    "label": "Summary",
    "isRequired": True,
    "errorMessage": "Fill this in.",
    "maxLength": 5,
}
CHOICE = {
    "type": "Input.ChoiceSet",
    "id": "field.kind",
    "label": "Kind",
    "choices": [{"title": "One", "value": "1"}],
}
SUBMIT = {"type": "Action.Submit", "title": "Send", "data": {"form": "x"}}


def opened(*body: Json, title: Any = "Form", **changes: Any) -> Json:
    card = CARD | {"body": list(body), "actions": [SUBMIT]}
    value = {"title": title, "height": 300, "width": "medium"}
    value["card"] = {"contentType": ADAPTIVE, "content": card}
    return {"task": {"type": "continue", "value": value | changes}}


def test_a_dialog_that_teams_takes_has_no_problems() -> None:
    assert dialog_problems(opened(SUMMARY, CHOICE | {"value": "1"})) == []
    assert dialog_problems({"task": {"type": "message", "value": "Done."}}) == []


WRONG: dict[str, tuple[Any, str]] = {
    "nothing": (None, "not a task"),
    "a card": ({"statusCode": 200, "type": ADAPTIVE, "value": CARD}, "not a task"),
    "more than a task": ({**opened(SUMMARY), "x": 1}, "not a task"),
    "a task of no kind": ({"task": {"type": "open", "value": {}}}, "no such task"),
    "a message without words": ({"task": {"type": "message", "value": " "}}, "says nothing"),
    "no title": (opened(SUMMARY, title=""), "task.title"),
    "a long title": (opened(SUMMARY, title="x" * 65), "task.title"),
    "no size": (opened(SUMMARY, height=None), "task.height"),
    "too high": (opened(SUMMARY, height=2000), "task.height"),
    "an unknown part": (opened(SUMMARY, colour="red"), "unknown colour"),
    "no card": (opened(SUMMARY, card=CARD), "not an Adaptive Card"),
    "an input without a label": (opened({**SUMMARY, "label": ""}), "no label"),
    "a need without a word": (opened({**SUMMARY, "errorMessage": ""}), "does not say so"),
    "the same input twice": (opened(SUMMARY, SUMMARY), "used twice"),
    "no such choice": (opened(CHOICE | {"value": "2"}), "none of its choices"),
    "more than fits": (opened(SUMMARY | {"value": "x" * 6}), "more than fits"),
    "an element that is none": (opened({"type": "Input.Colour", "id": "a"}), "unknown type"),
    "a button for cards": (
        opened({"type": "ActionSet", "actions": [
            {"type": "Action.Execute", "title": "t", "verb": "v", "data": {}}]}),
        "does nothing in a dialog",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_dialog_that_teams_would_not_show_is_a_problem(name: str) -> None:
    body, why = WRONG[name]
    assert any(why in problem for problem in dialog_problems(body)), dialog_problems(body)


def dialog(room: Room, body: Json) -> Dialog:
    made = Dialog(room, room.people[0], "task", {})
    made.take(Delivered(200, json.dumps(body).encode(), {}))
    return made


async def test_a_client_sends_only_what_can_be_filled_in(room: Room) -> None:
    shown = dialog(room, opened(SUMMARY, CHOICE))
    await shown.send()
    assert shown.missing == ["Summary"]
    with pytest.raises(AssertionError):
        shown.fill(Summary="too long")
    with pytest.raises(AssertionError):
        shown.fill(Kind="2")
    with pytest.raises(KeyError):
        shown.fill(Colour="red")
    shown.fill(Summary="short", Kind="1")
    invoke = shown.sending()
    assert invoke["name"] == "task/submit"
    data = {"form": "x", "field.summary": "short", "field.kind": "1"}
    assert invoke["value"]["data"] == data


async def test_a_wrong_answer_to_an_invoke_is_noted(room: Room) -> None:
    shown = dialog(room, {"task": {"type": "open"}})
    shown.take(Delivered(500, b"", {}))
    assert shown.said == "Something went wrong. Please try again."
    assert len(room.peer.problems) == 2


async def test_a_lost_answer_is_lost_after_the_effect(client: Client, room: Room) -> None:
    client.peer.lose()
    with pytest.raises(Exception, match="Server disconnected"):
        await client.call("POST", f"/{room.id}/activities", MESSAGE)
    assert len(room.from_bot) == 1
    assert client.peer.writes == [("POST", room.id, room.from_bot[0].id)]


async def test_where_the_bot_is_no_member_it_writes_nothing(client: Client, room: Room) -> None:
    path = f"/{room.id}/activities"
    _, sent = await client.call("POST", path, MESSAGE)
    room.member = False
    for method, where in (("POST", path), ("PUT", f"{path}/{sent['id']}")):
        status, body = await client.call(method, where, MESSAGE)
        assert (status, body["error"]["code"]) == (403, "BotNotInConversationRoster")
    assert len(client.peer.writes) == 1 and client.peer.problems == []


async def test_a_missing_message_and_a_missing_conversation_have_their_own_codes(
    client: Client, room: Room
) -> None:
    codes = [
        (await client.call(*call, MESSAGE))[1]["error"]["code"]
        for call in (("PUT", f"/{room.id}/activities/1"), ("POST", "/nowhere/activities"))
    ]
    assert codes == ["ActivityNotFoundInConversation", "ConversationNotFound"]


async def test_a_button_that_opens_a_dialog_is_no_click() -> None:
    peer = TeamsPeer()
    peer.service_url = "https://smba.trafficmanager.net/amer/"
    room = peer.channel("costs", peer.person("Ann"))
    data = {"msteams": {"type": "task/fetch"}, "action": "[]"}
    button = {"type": "Action.Submit", "title": "Open", "data": data}
    content = CARD | {"body": [{"type": "ActionSet", "actions": [button]}]}
    attached = MESSAGE | {"attachments": [{"contentType": ADAPTIVE, "content": content}]}
    said = room.message(room.people[0], "x")
    room.messages[-1].author, room.messages[-1].versions = "bot", [attached]
    invoke = room.invoke(room.people[0], "Open")
    assert (invoke["name"], invoke["replyToId"]) == ("task/fetch", said["id"])
    assert invoke["value"] == {"data": data, "context": {"theme": "default"}}
    with pytest.raises(AssertionError, match="opens a dialog"):
        await room.click(room.people[0], "Open")
