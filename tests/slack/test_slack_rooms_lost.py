"""A finding whose reply was lost: its message is looked for before another one is posted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.slack import history
from domain.errors import NotTakenError, TemporaryError
from tests.slack.rooms import FINDING, RESOLVED, Delivery, delivering, written


@pytest.fixture
async def delivery() -> AsyncIterator[Delivery]:
    async with delivering() as made:
        yield made


@pytest.mark.parametrize("status", [0, 500])
async def test_after_a_lost_reply_the_message_is_found_and_not_posted_again(
    delivery: Delivery, status: int
) -> None:
    delivery.stage.peer.fail_next("chat.postMessage", status, "fatal_error", after_effect=True)
    with pytest.raises(TemporaryError) as lost:
        await delivery.attempt()
    assert not isinstance(lost.value, NotTakenError)
    receipt = await delivery.attempt()
    (message,) = delivery.seen
    assert (receipt.ref, message.edits) == (message.ts, 0)
    assert receipt.url
    assert written(delivery.calls) == ["chat.postMessage"]


async def test_a_found_message_shows_what_is_true_by_now(delivery: Delivery) -> None:
    delivery.stage.peer.fail_next("chat.postMessage", 0, after_effect=True)
    with pytest.raises(TemporaryError):
        await delivery.attempt()
    receipt = await delivery.attempt(RESOLVED)
    (message,) = delivery.seen
    assert "resolved" in message.words
    assert receipt.ref == message.ts


async def test_after_two_lost_replies_the_first_message_is_still_the_only_one(
    delivery: Delivery,
) -> None:
    """The second attempt found and changed it, long after it was posted."""
    delivery.stage.peer.fail_next("chat.postMessage", 0, after_effect=True)
    with pytest.raises(TemporaryError):
        await delivery.attempt()
    world = delivery.stage.peer.workspace
    world.set_clock(world.moment(), ahead=1800)
    delivery.stage.peer.fail_next("chat.update", 0, after_effect=True)
    with pytest.raises(TemporaryError):
        await delivery.attempt(RESOLVED)
    world = delivery.stage.peer.workspace
    world.set_clock(world.moment(), ahead=1800)
    await delivery.attempt(RESOLVED)
    (message,) = delivery.seen
    assert "resolved" in message.words


async def test_what_was_lost_before_it_arrived_is_posted(delivery: Delivery) -> None:
    delivery.stage.peer.fail_next("chat.postMessage", 0)
    with pytest.raises(TemporaryError):
        await delivery.attempt()
    assert delivery.seen == []
    await delivery.attempt()
    assert len(delivery.seen) == 1


async def test_the_message_of_another_finding_or_an_earlier_time_is_not_taken(
    delivery: Delivery,
) -> None:
    other = Delivery(delivery.stage, delivery.room, delivery.channel)
    await other.attempt(replace(FINDING, key="service=Amazon S3:2026-11-20", occurrence=2))
    earlier = Delivery(delivery.stage, delivery.room, delivery.channel)
    await earlier.attempt()
    delivery.stage.peer.fail_next("chat.postMessage", 0)
    with pytest.raises(TemporaryError):
        await delivery.attempt(replace(FINDING, occurrence=2))
    await delivery.attempt(replace(FINDING, occurrence=2))
    assert len(delivery.seen) == 3


async def test_it_is_found_under_what_people_said_since(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 5)
    delivery.stage.peer.fail_next("chat.postMessage", 0, after_effect=True)
    with pytest.raises(TemporaryError):
        await delivery.attempt()
    for _ in range(12):
        delivery.stage.peer.workspace.post(delivery.channel, delivery.stage.bob.id, "hello")
    await delivery.attempt()
    calls = delivery.calls
    assert calls.count("conversations.history") == 3
    assert written(calls) == ["chat.postMessage"]


async def test_the_look_back_has_an_end(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(history, "PAGE", 1)
    monkeypatch.setattr(history, "PAGES", 5)
    delivery.showing = replace(
        delivery.showing, unsure_since=delivery.stage.peer.workspace.moment()
    )
    for _ in range(12):
        delivery.stage.peer.workspace.post(delivery.channel, delivery.stage.bob.id, "hello")
    await delivery.attempt()
    assert delivery.calls.count("conversations.history") == history.PAGES
    assert "older ones not" in caplog.text


async def test_what_is_older_than_the_attempt_is_not_looked_at(delivery: Delivery) -> None:
    await Delivery(delivery.stage, delivery.room, delivery.channel).attempt()
    moment = delivery.stage.peer.workspace.moment() + history.MARGIN + timedelta(minutes=1)
    delivery.showing = replace(delivery.showing, unsure_since=moment)
    await delivery.attempt()
    assert len(delivery.seen) == 2


async def test_a_look_that_fails_posts_nothing_and_is_no_attempt(delivery: Delivery) -> None:
    delivery.stage.peer.fail_next("chat.postMessage", 0, after_effect=True)
    with pytest.raises(TemporaryError):
        await delivery.attempt()
    since = delivery.showing.unsure_since
    delivery.stage.peer.fail_next(
        "conversations.history", 429, "ratelimited", headers={"Retry-After": "7"}
    )
    with pytest.raises(NotTakenError) as waited:
        await delivery.attempt()
    assert waited.value.retry_after == 7
    delivery.stage.peer.fail_next("conversations.history", 503)
    with pytest.raises(NotTakenError):
        await delivery.attempt()
    assert delivery.showing.unsure_since == since
    await delivery.attempt()
    assert len(delivery.seen) == 1


async def test_where_costbot_may_not_look_it_posts_rather_than_stay_silent(
    delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    peer = delivery.stage.peer
    delivery.channel.members.remove(peer.bot.id)
    delivery.showing = replace(delivery.showing, unsure_since=peer.workspace.moment())
    receipt = await delivery.attempt()
    (message,) = delivery.seen
    assert "This may be a repeat" in message.words and receipt.repeat
    assert "does not let costbot look" in caplog.text
    assert ["not_in_channel" in breach for breach in peer.take_complaints()] == [True]


async def test_after_an_unsure_edit_the_message_is_edited_again(delivery: Delivery) -> None:
    """The memo speaks of the edit before: what is seen may be another one."""
    await delivery.attempt()
    delivery.stage.peer.fail_next("chat.update", 0, after_effect=True)
    with pytest.raises(TemporaryError):
        await delivery.attempt(RESOLVED)
    await delivery.attempt()
    (message,) = delivery.seen
    assert "open" in message.words and message.edits == 2
