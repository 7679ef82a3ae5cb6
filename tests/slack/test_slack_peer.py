"""The strict Slack's Web API and response_urls: every rule is broken once and is noticed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.peers.slack import SlackPeer
from tests.peers.slack.methods import METHODS
from tests.shared import contract
from tests.slack.peer_world import World, world_of_slack

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
CHART = {
    "type": "data_visualization",
    "title": "Cost",
    "chart": {"type": "pie", "segments": [{"label": "EC2", "value": 1}]},
}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of_slack() as made:
        yield made


async def test_what_is_right_is_taken(world: World) -> None:
    posted = await world.client.chat_postMessage(**world.say(blocks=[SECTION, CHART]))
    await world.client.chat_update(channel=world.room.id, ts=posted["ts"], text="edited", blocks=[])
    (seen,) = world.peer.seen(world.ann, world.room)
    assert (seen.words, seen.edits) == ("edited", 1)
    await world.client.chat_delete(channel=world.room.id, ts=posted["ts"])
    assert world.peer.seen(world.ann, world.room) == []
    await world.client.chat_postEphemeral(**world.say(user=world.ann.id))
    assert len(world.peer.seen(world.ann, world.room)) == 1
    await world.client.chat_postMessage(channel=world.ann.id, text="in private")
    assert world.peer.seen(world.ann, world.peer.direct_channel(world.ann))[0].words
    assert (await world.client.auth_test())["user_id"] == world.peer.bot.id
    assert (await world.client.users_info(user=world.ann.id))["user"]["name"] == "ann"


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (None, "not_authed"),
        ("xoxb-other", "invalid_auth"),
        (SlackPeer.app_token, "not_allowed_token_type"),
    ],
)
async def test_only_the_right_token_is_taken(world: World, token: str | None, error: str) -> None:
    world.client.token = token
    assert await world.refused("chat.postMessage", **world.say()) == error


async def test_a_bot_token_opens_no_socket(world: World) -> None:
    assert await world.refused("apps.connections.open") == "not_allowed_token_type"


@pytest.mark.parametrize(
    ("method", "change", "error"),
    [
        ("chat.postMessages", {}, "unknown_method"),
        ("chat.postMessage", {"colour": "red"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": None}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C404"}, "channel_not_found"),
        ("chat.postMessage", {"text": ""}, "no_text"),
        ("chat.postMessage", {"text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"blocks": "{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ("chat.postMessage", {"blocks": [{"type": "sections"}]}, "invalid_blocks"),
        ("chat.postMessage", {"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        (
            "chat.postMessage",
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5},
            "msg_blocks_too_long",
        ),
        ("chat.postMessage", {"thread_ts": "1.1"}, "thread_not_found"),
        ("chat.postMessage", {"metadata": {"event": 1}}, "invalid_metadata_format"),
        ("chat.postEphemeral", {"user": "U404"}, "user_not_in_channel"),
        ("chat.update", {"ts": "1.1"}, "message_not_found"),
        ("chat.delete", {"ts": "1.1", "text": None}, "message_not_found"),
        ("chat.getPermalink", {"message_ts": "1.1"}, "invalid_arguments"),
        ("users.info", {"user": "U404"}, "invalid_arguments"),
        ("conversations.info", {"channel": "C404"}, "missing_scope"),
    ],
)
async def test_what_is_wrong_is_refused(
    world: World, method: str, change: dict[str, Any], error: str
) -> None:
    arguments = {key: value for key, value in world.say(**change).items() if value is not None}
    assert await world.refused(method, **arguments) == error


async def test_scopes_are_needed(world: World) -> None:
    world.peer.web_api.scopes = {"commands"}
    assert await world.refused("chat.postMessage", **world.say()) == "missing_scope"


async def test_a_bot_posts_only_where_it_is_unless_it_may_everywhere(world: World) -> None:
    world.room.members.remove(world.peer.bot.id)
    assert await world.refused("chat.postMessage", **world.say()) == "not_in_channel"
    world.peer.web_api.scopes.add("chat:write.public")
    await world.client.chat_postMessage(**world.say())


async def test_a_bot_edits_only_its_own_messages(world: World) -> None:
    said = world.peer.workspace.post(world.room, world.ann.id, "mine")
    edit = {"channel": world.room.id, "ts": said.ts, "text": "yours"}
    assert await world.refused("chat.update", **edit) == "cant_update_message"


async def test_native_charts_are_refused_where_they_are_not_rolled_out(world: World) -> None:
    world.peer.charts = False
    refused = await world.refused("chat.postMessage", **world.say(blocks=[CHART]))
    assert refused == "invalid_blocks"


async def test_a_channel_takes_one_message_a_second(world: World) -> None:
    world.peer.web_api.one_a_second = True
    await world.client.chat_postMessage(**world.say())
    with pytest.raises(SlackApiError) as refusal:
        await world.client.chat_postMessage(**world.say())
    assert refusal.value.response.status_code == 429
    assert refusal.value.response.headers["Retry-After"] == "1"
    world.peer.advance(1)
    await world.client.chat_postMessage(**world.say())


@pytest.mark.parametrize(("after", "seen"), [(False, 0), (True, 1)])
async def test_a_scripted_fault_strikes_before_or_after_the_effect(
    world: World, after: bool, seen: int
) -> None:
    world.peer.fail_next("chat.postMessage", 500, "internal_error", after_effect=after)
    with pytest.raises(SlackApiError):
        await world.client.chat_postMessage(**world.say())
    assert len(world.peer.seen(world.ann, world.room)) == seen


# -- response_url ---------------------------------------------------------------------------------


async def test_a_response_url_takes_five_answers(world: World) -> None:
    url = world.peer.response_urls.make(world.ann, world.room)
    for _ in range(5):
        assert await world.respond(url, text="x") == (200, {"ok": True})
    assert await world.respond(url, text="x") == (404, {"ok": False, "error": "used_url"})
    assert len(world.peer.seen(world.ann, world.room)) == 5
    assert world.peer.take_complaints() == ["response_url: used_url"]


async def test_a_response_url_lives_half_an_hour(world: World) -> None:
    url = world.peer.response_urls.make(world.ann, world.room)
    world.peer.advance(30 * 60 + 1)
    assert (await world.respond(url, text="x"))[1]["error"] == "expired_url"
    assert (await world.respond(url + "0", text="x"))[1]["error"] == "expired_url"
    assert len(world.peer.take_complaints()) == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"text": "x", "channel": "C1"}, "invalid_arguments"),
        ({"text": "x", "response_type": "public"}, "invalid_arguments"),
        ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
        ({"delete_original": True}, "message_not_found"),
    ],
)
async def test_a_wrong_answer_to_a_response_url_is_refused(
    world: World, body: dict[str, Any], error: str
) -> None:
    url = world.peer.response_urls.make(world.ann, world.room)
    assert await world.respond(url, **body) == (200, {"ok": False, "error": error})
    assert world.peer.take_complaints()


async def test_an_edit_cannot_change_who_sees_a_message(world: World) -> None:
    url = world.peer.response_urls.make(world.ann, world.room, world.message())
    answer = {"text": "x", "replace_original": True, "response_type": "in_channel"}
    assert (await world.respond(url, **answer))[1]["error"] == "invalid_arguments"
    assert world.peer.take_complaints()


async def test_a_private_answer_is_private(world: World) -> None:
    world.room.members.add(world.bob.id)
    url = world.peer.response_urls.make(world.ann, world.room)
    await world.respond(url, text="for Ann")
    assert len(world.peer.seen(world.ann, world.room)) == 1
    assert world.peer.seen(world.bob, world.room) == []


def test_every_argument_of_slacks_contract_is_known() -> None:
    """The contract is of 2021: what came later is known here and not there."""
    paths = contract("slack-web.json")["paths"]
    compared = 0
    for name, method in METHODS.items():
        for operation in paths.get(f"/api/{name}", {}).values():
            names = {parameter["name"] for parameter in operation["parameters"]}
            required = {p["name"] for p in operation["parameters"] if p.get("required")}
            compared += 1
            assert names - {"token"} <= method.arguments, name
            assert required <= method.required | {"users", "user_id"}, name
    assert compared >= 12
