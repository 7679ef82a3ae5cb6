"""A finding in a Slack channel: one message, brought up to date, whatever happens on the way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape

import pytest

from domain.errors import TemporaryError
from domain.finding import Status
from tests.slack.rooms import FINDING, RESOLVED, Delivery, delivering, written

HOSTILE = "<!channel> *bold* <https://evil.example|click> & <@U1>"


@pytest.fixture
async def delivery() -> AsyncIterator[Delivery]:
    async with delivering() as made:
        yield made


async def test_a_finding_is_one_message_that_is_brought_up_to_date(delivery: Delivery) -> None:
    receipt = await delivery.attempt()
    (message,) = delivery.seen
    assert "#12 Amazon EC2 cost three times as much" in message.words
    assert "Status: \nopen" in message.words
    assert (receipt.ref, receipt.destination) == (message.ts, f"slack:{delivery.channel.id}")
    assert receipt.url == f"https://team.slack.com/archives/{delivery.channel.id}/p" + (
        message.ts.replace(".", "")
    )
    assert not message.unfurls and not message.mrkdwn
    again = await delivery.attempt(RESOLVED)
    assert delivery.seen == [message]
    assert "resolved" in message.words and message.edits == 1
    assert (again.ref, again.url) == (receipt.ref, receipt.url)
    assert again.memo != receipt.memo


async def test_a_message_carries_what_it_is_about(delivery: Delivery) -> None:
    await delivery.attempt()
    await delivery.attempt(RESOLVED)
    (message,) = delivery.seen
    assert message.metadata is not None
    assert message.metadata["event_type"] == "costbot_finding"
    about = {
        "finding": FINDING.id,
        "occurrence": 1,
        "destination": f"slack:{delivery.channel.id}",
        "drawn": delivery.showing.receipt.memo,
    }
    assert message.metadata["event_payload"] == about


async def test_an_attempt_is_one_write_and_ends_in_time(delivery: Delivery) -> None:
    async with asyncio.timeout(2):
        await delivery.attempt()
        assert delivery.calls == ["chat.postMessage", "chat.getPermalink"]
        await delivery.attempt(RESOLVED)
        assert delivery.calls == ["chat.update"]


async def test_what_did_not_change_is_not_sent(delivery: Delivery) -> None:
    receipt = await delivery.attempt()
    assert await delivery.attempt(replace(FINDING, revision=2)) == receipt
    assert written(delivery.calls) == ["chat.postMessage"]


# -- what people do -------------------------------------------------------------------------------


async def test_a_deleted_message_is_posted_anew_when_it_changes(delivery: Delivery) -> None:
    before = await delivery.attempt()
    delivery.stage.peer.delete(delivery.seen[0])
    after = await delivery.attempt(RESOLVED)
    (message,) = delivery.seen
    assert (after.ref, "resolved" in message.words) == (message.ts, True)
    assert after.ref != before.ref and after.url != before.url
    assert len(delivery.stage.peer.take_complaints()) == 1
    assert written(delivery.calls) == ["chat.postMessage", "chat.update", "chat.postMessage"]


async def test_a_message_posted_anew_whose_reply_is_lost_is_there_once(
    delivery: Delivery,
) -> None:
    await delivery.attempt()
    delivery.stage.peer.delete(delivery.seen[0])
    delivery.stage.peer.fail_next("chat.postMessage", 0, after_effect=True)
    with pytest.raises(TemporaryError):
        await delivery.attempt(RESOLVED)
    receipt = await delivery.attempt(RESOLVED)
    (message,) = delivery.seen
    assert receipt.ref == message.ts
    delivery.stage.peer.take_complaints()


async def test_a_hostile_name_in_the_bill_stays_text(delivery: Delivery) -> None:
    finding = replace(FINDING, title=HOSTILE, facts=((HOSTILE, HOSTILE),))
    await delivery.attempt(finding)
    await delivery.attempt(replace(finding, status=Status.RESOLVED))
    (message,) = delivery.seen
    assert unescape(message.words).count(HOSTILE) == 3
    assert message.pings == message.links == set()


# -- simpler drawings -----------------------------------------------------------------------------


async def test_without_native_charts_it_comes_with_a_picture(delivery: Delivery) -> None:
    delivery.stage.peer.charts = False
    await delivery.attempt()
    (message,) = delivery.seen
    assert [block["type"] for block in message.blocks].count("image") == 1
    assert len(delivery.stage.peer.take_complaints()) == 1


async def test_an_edit_in_plain_words_leaves_no_old_blocks(delivery: Delivery) -> None:
    await delivery.attempt()
    for _ in range(2):
        delivery.stage.peer.fail_next("chat.update", error="invalid_blocks")
    await delivery.attempt(RESOLVED)
    (message,) = delivery.seen
    assert message.blocks == []
    assert "resolved" in message.words
