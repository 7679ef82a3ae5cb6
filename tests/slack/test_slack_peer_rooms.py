"""The strict Slack's channels: who may read, write and look back, and what a lost reply leaves."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.peers.slack import Message
from tests.slack.peer_world import World, world_of_slack

MARK = {"event_type": "found", "event_payload": {"id": "1"}}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with world_of_slack() as made:
        made.peer.web_api.scopes |= {"channels:history", "groups:history"}
        yield made


async def history(world: World, **more: Any) -> list[dict[str, Any]]:
    answer = await world.client.conversations_history(channel=world.room.id, **more)
    return answer["messages"]


async def test_history_is_what_everybody_sees_newest_first(world: World) -> None:
    said = world.peer.workspace.post(world.room, world.ann.id, "one")
    world.peer.workspace.post(world.room, world.ann.id, "in a thread", thread=said.ts)
    world.peer.workspace.post(world.room, world.peer.bot.id, "private", only_for=world.ann.id)
    gone = world.peer.workspace.post(world.room, world.ann.id, "gone")
    world.peer.delete(gone)
    posted = await world.client.chat_postMessage(**world.say(metadata=MARK))
    plain = await history(world)
    assert [message["text"] for message in plain] == ["hello", "one"]
    assert "metadata" not in plain[0]
    whole = await history(world, include_all_metadata=True)
    assert [message.get("metadata") for message in whole] == [MARK, None]
    assert [m["ts"] for m in await history(world, oldest=said.ts)] == [posted["ts"]]
    assert [m["ts"] for m in await history(world, latest=posted["ts"])] == [said.ts]


async def test_history_comes_in_pages(world: World) -> None:
    for number in range(3):
        world.peer.workspace.post(world.room, world.ann.id, str(number))
    first = await world.client.conversations_history(channel=world.room.id, limit=2)
    assert [message["text"] for message in first["messages"]] == ["2", "1"]
    cursor = first["response_metadata"]["next_cursor"]
    last = await world.client.conversations_history(channel=world.room.id, limit=2, cursor=cursor)
    assert [message["text"] for message in last["messages"]] == ["0"]
    assert (first["has_more"], last["has_more"]) == (True, False)
    assert last["response_metadata"]["next_cursor"] == ""
    asked = {"channel": world.room.id, "limit": 1000}
    assert await world.refused("conversations.history", **asked) == "invalid_limit"


@pytest.mark.parametrize(
    ("private", "scope"), [(False, "channels:history"), (True, "groups:history")]
)
async def test_each_kind_of_channel_has_its_scope(world: World, private: bool, scope: str) -> None:
    world.room.private = private
    await history(world)
    world.peer.web_api.scopes.remove(scope)
    refused = await world.refused("conversations.history", channel=world.room.id)
    assert refused == "missing_scope"


@pytest.mark.parametrize(
    ("private", "error"), [(False, "not_in_channel"), (True, "channel_not_found")]
)
async def test_nobody_looks_into_a_channel_from_outside(
    world: World, private: bool, error: str
) -> None:
    """Nor speaks to one person there; `chat:write.public` is for messages in public channels."""
    world.peer.web_api.scopes.add("chat:write.public")
    world.room.private = private
    world.room.members.remove(world.peer.bot.id)
    assert await world.refused("conversations.history", channel=world.room.id) == error
    alone = world.say(user=world.ann.id)
    assert await world.refused("chat.postEphemeral", **alone) == error
    if private:
        assert await world.refused("chat.postMessage", **world.say()) == error
    else:
        await world.client.chat_postMessage(**world.say())


async def test_an_archived_channel_can_be_read_only(world: World) -> None:
    posted = await world.client.chat_postMessage(**world.say())
    world.room.archived = True
    assert len(await history(world)) == 1
    assert await world.refused("chat.postMessage", **world.say()) == "is_archived"
    edit = world.say(ts=posted["ts"])
    assert await world.refused("chat.update", **edit) == "is_archived"


async def test_an_ephemeral_message_carries_no_metadata(world: World) -> None:
    alone = world.say(user=world.ann.id, metadata=MARK)
    assert await world.refused("chat.postEphemeral", **alone) == "invalid_arguments"


async def test_an_edit_without_blocks_keeps_them_and_its_metadata(world: World) -> None:
    divider = [{"type": "divider"}]
    posted = await world.client.chat_postMessage(**world.say(blocks=divider, metadata=MARK))
    await world.client.chat_update(channel=world.room.id, ts=posted["ts"], text="new")
    (message,) = world.peer.seen(world.ann, world.room)
    assert (message.text, message.blocks, message.metadata) == ("new", divider, MARK)
    await world.client.chat_update(channel=world.room.id, ts=posted["ts"], text="new", blocks=[])
    assert message.blocks == []


async def test_a_deleted_message_cannot_be_edited(world: World) -> None:
    posted = await world.client.chat_postMessage(**world.say())
    world.peer.delete(world.peer.seen(world.ann, world.room)[0])
    edit = world.say(ts=posted["ts"])
    assert await world.refused("chat.update", **edit) == "message_not_found"
    link = {"channel": world.room.id, "message_ts": posted["ts"]}
    assert await world.refused("chat.getPermalink", **link) == "message_not_found"


@pytest.mark.parametrize(("after", "seen"), [(False, 0), (True, 1)])
async def test_a_connection_drops_before_or_after_the_effect(
    world: World, after: bool, seen: int
) -> None:
    world.peer.fail_next("chat.postMessage", 0, after_effect=after)
    with pytest.raises(aiohttp.ClientError):
        await world.client.chat_postMessage(**world.say())
    assert len(world.peer.seen(world.ann, world.room)) == seen


async def test_the_clock_runs_with_the_messages(world: World) -> None:
    before = world.peer.workspace.moment()
    said: Message = world.peer.workspace.post(world.room, world.ann.id, "now")
    assert before.timestamp() < float(said.ts) < world.peer.workspace.moment().timestamp()
