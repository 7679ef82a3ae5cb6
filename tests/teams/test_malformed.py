"""Requests that make no sense get an exact status, never 500, and no handler runs."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.peers.teams import TeamsPeer
from tests.teams.conftest import Bot

BODIES = {
    "broken JSON": b'{"type": "message"',
    "nothing": b"",
    "array": b"[]",
    "array of activities": b'[{"type": "message"}]',
    "string": b'"message"',
    "number": b"1",
    "null": b"null",
    "NaN": b"NaN",
    "not UTF-8": b'{"type": "\xff\xfe"}',
    "deep": b"[" * 50_000,
    "deep object": b'{"a":' * 30_000,
    "huge number": b'{"type": ' + b"9" * 5000 + b"}",
}
JSON = "application/json"
SMALL_CHANGES: dict[str, dict[str, Any]] = {
    "from is a number": {"from": 5},
    "from is a list": {"from": []},
    "no from": {"from": None},
    "from without id": {"from": {"name": "Ann"}},
    "entities are words": {"entities": "x"},
    "entity is a number": {"entities": [1]},
    "time is a word": {"timestamp": "yesterday"},
    "no type": {"type": None},
    "attachments are an object": {"attachments": {"a": 1}},
    "recipient is a word": {"recipient": "bot"},
    "conversation is a word": {"conversation": "a:1"},
    "no conversation": {"conversation": None},
    "conversation without id": {"conversation": {"tenantId": "TENANT"}},
}
ODD_BUT_FINE: dict[str, dict[str, Any]] = {
    "text is a number": {"text": 5},
    "text is an object": {"text": {"a": 1}},
    "no text": {"text": None},
    "no recipient": {"recipient": None},
    "mention without text": {
        "entities": [{"type": "mention", "mentioned": {"id": "28:x"}}, {"type": "mention"}, {}]
    },
    "half a character": {"text": "cost \ud800"},
    "half a character in the id": {"id": "1\ud800"},
    "unknown type": {"type": "tomorrow"},
    "reaction": {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    "edit": {"type": "messageUpdate"},
    "expects replies": {"deliveryMode": "expectReplies"},
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_no_json_object_is_a_bad_request(
    peer: TeamsPeer, bot: Bot, name: str
) -> None:
    for authorization in (f"Bearer {peer.token()}", None):
        assert (await peer.post(BODIES[name], authorization)).status == 400
    assert bot.asked == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "x"])
async def test_only_json_is_taken(peer: TeamsPeer, bot: Bot, content_type: str) -> None:
    room = peer.personal(peer.person("Ann"))
    body = json.dumps(room.message(room.people[0], "cost")).encode()
    assert (await peer.post(body, f"Bearer {peer.token()}", content_type)).status == 415
    assert (
        await peer.post(body, f"Bearer {peer.token()}", "application/json; charset=utf-8")
    ).status == 200
    await peer.until(lambda: room.from_bot)
    assert len(bot.asked) == 1


async def test_a_large_body_is_refused_before_it_is_read(peer: TeamsPeer, bot: Bot) -> None:
    async def chunks():
        for _ in range(40):
            yield b" " * 16_384

    whole = b'{"type": "' + b"x" * 300_000 + b'"}'
    assert (await peer.post(whole, f"Bearer {peer.token()}")).status == 413
    headers = {"Content-Type": JSON, "Authorization": f"Bearer {peer.token()}"}
    async with (
        ClientSession() as session,
        session.post(f"{peer.bot_url}/api/messages", data=chunks(), headers=headers) as response,
    ):
        assert response.status == 413
    assert bot.asked == []


async def test_only_post_is_served(peer: TeamsPeer, bot: Bot) -> None:
    async with ClientSession() as session, session.get(f"{peer.bot_url}/api/messages") as response:
        assert response.status == 405


@pytest.mark.parametrize("name", SMALL_CHANGES)
async def test_an_activity_with_wrong_parts_is_a_bad_request(
    peer: TeamsPeer, bot: Bot, name: str
) -> None:
    ann = peer.person("Ann")
    activity = peer.personal(ann).message(ann, "cost", **SMALL_CHANGES[name])
    told = json.dumps(activity).replace("TENANT", peer.tenant).encode()
    assert (await peer.post(told, f"Bearer {peer.token()}")).status == 400
    assert bot.asked == []


@pytest.mark.parametrize("name", ODD_BUT_FINE)
async def test_an_odd_activity_does_no_harm(peer: TeamsPeer, bot: Bot, name: str) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    activity = room.message(ann, "cost", **ODD_BUT_FINE[name])
    assert (await peer.deliver(activity)).status == 200
    await bot.tasks.drain(5)
    await room.say(ann, "cost still here")
    await peer.until(lambda: [seen for seen in room.from_bot if "still here" in str(seen.activity)])
    peer.problems.clear()


INVOKES = {
    "no value": None,
    "a word": "x",
    "no action": {},
    "submit": {"action": {"type": "Action.Submit", "data": {}}},
    "no data": {"action": {"type": "Action.Execute", "verb": "x"}},
    "strange data": {"action": {"type": "Action.Execute", "data": {"action": 5, "args": []}}},
    "data is a list": {"action": {"type": "Action.Execute", "data": [1]}},
}


@pytest.mark.parametrize("name", INVOKES)
async def test_a_click_that_makes_no_sense_says_so(peer: TeamsPeer, bot: Bot, name: str) -> None:
    ann = peer.person("Ann")
    activity = peer.personal(ann).message(
        ann, "", type="invoke", name="adaptiveCard/action", value=INVOKES[name], text=None
    )
    answer = await peer.deliver(activity)
    assert answer.status == 200
    body = answer.json()
    assert (body["statusCode"], body["type"]) == (400, "application/vnd.microsoft.error")
    assert body["value"]["code"] == "BadRequest"
    assert bot.clicks == []
