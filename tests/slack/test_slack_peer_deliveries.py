"""How the strict Slack delivers, and what it shows: every rule is broken once and is noticed."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.peers.slack import Channel, Message, Person, SlackPeer, payloads
from tests.slack.peer_world import World, world_of_slack


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of_slack() as made:
        yield made


# -- deliveries -----------------------------------------------------------------------------------


async def test_deliveries_are_signed_as_slacks_own_verifier_wants(world: World) -> None:
    await world.peer.command(world.ann, world.room, "by service")
    await world.peer.mention(world.ann, world.room, "by service")
    verifier = SignatureVerifier(world.peer.signing_secret)
    assert [verifier.is_valid_request(body, headers) for headers, body in world.heard] == [
        True,
        True,
    ]


async def test_an_event_is_tried_four_times_and_a_command_once(world: World) -> None:
    world.statuses = [500, 500, 500, 500]
    ack = await world.peer.mention(world.ann, world.room, "x")
    assert (ack.status, ack.attempts) == (500, 4)
    retries = [headers.get("X-Slack-Retry-Num") for headers, _ in world.heard]
    assert retries == [None, "1", "2", "3"]
    assert world.heard[1][0]["X-Slack-Retry-Reason"] == "http_error"
    world.statuses = [500]
    assert (await world.peer.command(world.ann, world.room, "x")).attempts == 1
    assert "dispatch_failed" in world.peer.seen(world.ann, world.room)[-1].words


async def test_a_lost_delivery_arrives_as_a_retry(world: World) -> None:
    world.peer.http.lose = 1
    await world.peer.mention(world.ann, world.room, "x")
    ((headers, _),) = world.heard
    assert headers["X-Slack-Retry-Num"] == "1"


async def test_a_late_ack_is_a_failure_that_the_person_sees(world: World) -> None:
    world.pause.clear()
    world.peer.ack_seconds = 0.05
    ack = await world.peer.command(world.ann, world.room, "x")
    assert ack.status == 0
    assert "operation_timeout" in world.peer.seen(world.ann, world.room)[-1].words
    assert world.peer.take_complaints() == ["no ack within 0.05 s"]


async def test_an_acknowledgement_with_words_is_shown(world: World) -> None:
    world.answer = web.json_response({"text": "busy"})
    await world.peer.command(world.ann, world.room, "x")
    assert world.peer.seen(world.ann, world.room)[-1].words == "busy"


@pytest.mark.parametrize("number", [None, 101])
async def test_options_must_come_as_a_short_list(world: World, number: int | None) -> None:
    options = [{}] * number if number else "many"
    world.answer = web.json_response({"options": options})
    assert await world.peer.suggest(world.ann, "service", "e") == []
    assert len(world.peer.take_complaints()) == 1


async def test_only_what_is_seen_can_be_clicked(world: World) -> None:
    message = world.message()
    with pytest.raises(AssertionError, match="cannot see"):
        await world.peer.click(world.bob, message, "Share")
    with pytest.raises(AssertionError, match="no button"):
        await world.peer.click(world.ann, message, "Share")


# -- views ----------------------------------------------------------------------------------------

TITLE = {"type": "plain_text", "text": "Cost"}
VIEW: dict[str, Any] = {"type": "modal", "title": TITLE, "blocks": []}


async def test_a_trigger_opens_one_view_within_three_seconds(world: World) -> None:
    trigger = world.peer.views.trigger()
    await world.client.views_open(trigger_id=trigger, view=VIEW)
    again = await world.refused("views.open", trigger_id=trigger, view=VIEW)
    assert again == "invalid_trigger_id"
    late = world.peer.views.trigger()
    world.peer.advance(4)
    assert await world.refused("views.open", trigger_id=late, view=VIEW) == "expired_trigger_id"


@pytest.mark.parametrize(
    "change",
    [
        {"type": "popup"},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"blocks": [{"type": "input"}]},
        {"blocks": [{"type": "divider"}] * 101},
        {"private_metadata": "x" * 3001},
    ],
)
async def test_an_impossible_view_is_refused(world: World, change: dict[str, Any]) -> None:
    trigger = world.peer.views.trigger()
    refused = await world.refused("views.open", trigger_id=trigger, view=VIEW | change)
    assert refused == "invalid_arguments"


# -- socket mode ----------------------------------------------------------------------------------


async def test_a_ticket_is_good_once(world: World) -> None:
    url = world.peer.socket.ticket()
    async with world.peer.session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await world.peer.session.ws_connect(url)
    assert world.peer.take_complaints()


async def test_acknowledgements_are_matched_and_timed(world: World) -> None:
    world.peer.use_socket, world.peer.ack_seconds = True, 0.05
    async with world.peer.session.ws_connect(world.peer.socket.ticket()) as socket:
        await socket.receive_json()
        await socket.send_json({"envelope_id": "nobody's"})
        late = asyncio.create_task(world.peer.command(world.ann, world.room, "x"))
        envelope = await socket.receive_json()
        assert envelope["type"] == "slash_commands"
        assert (await late).status == 0
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        world.peer.ack_seconds = 3.0
        event = asyncio.create_task(world.peer.mention(world.ann, world.room, "x"))
        envelope = await socket.receive_json()
        answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "no"}}
        await socket.send_json(answer)
        assert (await event).good
    found = " ".join(world.peer.take_complaints())
    assert found.count("nobody waits") == 2
    assert "no ack within" in found
    assert "with a payload" in found


async def test_an_unacknowledged_event_comes_again(world: World) -> None:
    world.peer.use_socket, world.peer.ack_seconds = True, 0.05
    async with world.peer.session.ws_connect(world.peer.socket.ticket()) as socket:
        await socket.receive_json()
        event = asyncio.create_task(world.peer.mention(world.ann, world.room, "x"))
        assert (await socket.receive_json())["retry_attempt"] == 0
        again = await socket.receive_json()
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
        await socket.send_json({"envelope_id": again["envelope_id"]})
        assert (await event).attempts == 2
    world.peer.take_complaints()


# -- what people see ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "pings", "links"),
    [
        ({"type": "section", "text": {"type": "mrkdwn", "text": "<!here>"}}, {"!here"}, set()),
        ({"type": "markdown", "text": "<@U1|ann>"}, {"@U1"}, set()),
        (
            {"type": "rich_text", "elements": [{"type": "broadcast", "range": "channel"}]},
            {"!channel"},
            set(),
        ),
        ({"type": "rich_text", "elements": [{"type": "user", "user_id": "U1"}]}, {"@U1"}, set()),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "<https://a.b|x>"}},
            set(),
            {"https://a.b"},
        ),
        ({"type": "header", "text": {"type": "plain_text", "text": "<!here>"}}, set(), set()),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "&lt;!here&gt;"}},
            set(),
            set(),
        ),
    ],
)
def test_pings_and_links_are_found(block: dict[str, Any], pings: set[str], links: set[str]) -> None:
    message = Message("1.1", Channel("C1", "room"), "U0", "", [block])
    assert (message.pings, message.links) == (pings, links)


def test_the_text_itself_can_ping() -> None:
    assert Message("1.1", Channel("C1", "room"), "U0", "<!channel>").pings == {"!channel"}


def test_who_is_not_in_a_room_sees_nothing_of_it() -> None:
    peer = SlackPeer()
    ann, eve = peer.person("ann"), Person("U9", "eve", "T9")
    room = peer.channel("room", ann)
    peer.workspace.post(room, ann.id, "hello")
    assert len(peer.seen(ann, room)) == 1
    assert peer.seen(eve, room) == []


def test_a_payload_survives_its_encoding() -> None:
    from tests.peers.slack.delivery import encode

    assert json.loads(encode({"a": "<&>"}, "events_api")) == {"a": "<&>"}
    assert encode({"a": "<&>"}, "slash_commands") == b"a=%3C%26%3E"
    assert payloads.escape("<&>") == "&lt;&amp;&gt;"
