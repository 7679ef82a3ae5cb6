"""A finding that Slack does not take, or not now: what is reported, and what to do about it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.drawings import Drawings
from bot.adapters.slack.room import SlackRoom
from domain.delivery import Receipt, Receipts, Showing
from domain.errors import NotTakenError, PermanentError, TemporaryError
from domain.finding import Finding
from tests.slack.rooms import FINDING, RESOLVED, Delivery, delivering, draw, written


@pytest.fixture
async def delivery() -> AsyncIterator[Delivery]:
    async with delivering() as made:
        yield made


# -- what Slack refuses ---------------------------------------------------------------------------


async def test_one_message_a_second_is_kept_to(delivery: Delivery) -> None:
    peer = delivery.stage.peer
    peer.web_api.one_a_second = True
    await Delivery(delivery.stage, delivery.room, delivery.channel).attempt(
        replace(FINDING, key="another")
    )
    with pytest.raises(NotTakenError) as told:
        await delivery.attempt()
    assert told.value.retry_after == 1
    peer.advance(told.value.retry_after)
    await delivery.attempt()
    assert len(delivery.seen) == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("not_in_channel", "/invite @costbot"),
        ("channel_not_found", "/invite @costbot"),
        ("is_archived", "archived"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("token_revoked", "SLACK_BOT_TOKEN"),
        ("account_inactive", "SLACK_BOT_TOKEN"),
        ("missing_scope", "manifest"),
        ("restricted_action", "admin"),
        ("some_new_error", "some_new_error"),
    ],
)
async def test_what_will_be_refused_again_says_what_to_do(
    delivery: Delivery, error: str, words: str
) -> None:
    delivery.stage.peer.fail_next("chat.postMessage", error=error)
    with pytest.raises(PermanentError, match=words):
        await delivery.attempt()
    assert written(delivery.calls) == ["chat.postMessage"]


async def test_a_private_channel_that_costbot_is_not_in_is_named_as_such(
    delivery: Delivery,
) -> None:
    delivery.channel.private = True
    delivery.channel.members.remove(delivery.stage.peer.bot.id)
    with pytest.raises(PermanentError, match=r"private.*/invite"):
        await delivery.attempt()
    delivery.stage.peer.take_complaints()


async def test_an_archived_channel_is_named_as_such(delivery: Delivery) -> None:
    delivery.channel.archived = True
    with pytest.raises(PermanentError, match="archived"):
        await delivery.attempt()
    delivery.stage.peer.take_complaints()


async def test_a_missing_scope_is_named(delivery: Delivery) -> None:
    delivery.stage.peer.web_api.scopes.clear()
    with pytest.raises(PermanentError, match="chat:write"):
        await delivery.attempt()
    delivery.stage.peer.take_complaints()


@pytest.mark.parametrize("address", ["#cost-alerts", "cost-alerts", "", "U0123", "C1/../x"])
async def test_a_name_is_no_address(delivery: Delivery, address: str) -> None:
    destination = f"slack:{address}"
    showing = Showing(destination, Receipt(destination))
    with pytest.raises(PermanentError, match=r"no id of a Slack channel.*slack:C0123ABCD"):
        await delivery.room.upsert(FINDING, Receipts(showing, FINDING.seen_at))
    assert delivery.calls == []


@pytest.mark.parametrize("status", [500, 502, 503, 408])
async def test_slacks_own_trouble_is_temporary(delivery: Delivery, status: int) -> None:
    delivery.stage.peer.fail_next("chat.postMessage", status, "whatever")
    with pytest.raises(TemporaryError) as trouble:
        await delivery.attempt()
    assert not isinstance(trouble.value, NotTakenError)


async def test_an_unreachable_slack_took_nothing(delivery: Delivery) -> None:
    client = AsyncWebClient("xoxb-1", base_url="http://127.0.0.1:1/api", retry_handlers=[])
    client.proxy = None
    room = SlackRoom(client, draw, Drawings(delivery.stage.scene))
    with pytest.raises(NotTakenError, match="not reached") as told:
        await Delivery(delivery.stage, room, delivery.channel).attempt()
    assert "127.0.0.1" not in str(told.value)


# -- time -----------------------------------------------------------------------------------------


async def test_an_attempt_ends_when_slack_does_not_answer(delivery: Delivery) -> None:
    """Sent and not confirmed: it may be there. Looked for in vain: nothing was taken."""
    room = SlackRoom(
        delivery.stage.surface.client, draw, Drawings(delivery.stage.scene), seconds=0.2
    )
    slow = Delivery(delivery.stage, room, delivery.channel)
    delivery.stage.peer.stall("chat.postMessage")
    with pytest.raises(TemporaryError) as unsure:
        await slow.attempt()
    assert not isinstance(unsure.value, NotTakenError)
    delivery.stage.peer.stall("conversations.history")
    with pytest.raises(NotTakenError):
        await slow.attempt()


async def test_a_drawing_that_takes_too_long_was_not_sent(delivery: Delivery) -> None:
    async def never(finding: Finding, receipts: Receipts) -> object:
        return await asyncio.Event().wait()

    room = SlackRoom(
        delivery.stage.surface.client,
        never,  # type: ignore[arg-type]
        Drawings(delivery.stage.scene),
        seconds=0.05,
    )
    with pytest.raises(NotTakenError):
        await Delivery(delivery.stage, room, delivery.channel).attempt()
    assert delivery.calls == []


async def test_without_its_address_a_message_is_a_message(delivery: Delivery) -> None:
    delivery.stage.peer.fail_next("chat.getPermalink", 500)
    assert (await delivery.attempt()).url == ""
    assert (await delivery.attempt(RESOLVED)).url
    assert len(delivery.seen) == 1


async def test_no_error_and_no_log_line_holds_a_secret(
    delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    peer, told = delivery.stage.peer, list[str]()
    for fault in ({"status": 0}, {"status": 500}, {"status": 429}, {"error": "invalid_auth"}):
        peer.fail_next("chat.postMessage", **fault)
        delivery.showing = replace(delivery.showing, unsure_since=None)
        with pytest.raises((TemporaryError, PermanentError)) as error:
            await delivery.attempt()
        told.append(str(error.value))
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("bot.")]
    for words in (*told, *ours):
        assert peer.bot_token not in words
    assert not any("http" in words for words in told)
