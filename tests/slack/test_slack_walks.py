"""What people see when they ask, click, share, mention and write to the bot."""

import asyncio

import pytest

from handlers.kinds import Surface
from tests.peers.slack import Message
from tests.slack.stage import Stage, staged


async def asked(stage: Stage, text: str) -> Message:
    """Ann's answer in the room."""
    ack = await stage.peer.command(stage.ann, stage.room, text)
    assert ack.status == 200
    assert ack.body == ""
    return (await stage.peer.answers(stage.ann, stage.room))[-1]


async def test_a_command_is_answered_to_the_person_alone(either: Stage) -> None:
    answer = await asked(either, "by service")
    assert "Cost by service" in answer.words
    assert "EC2 is the dearest." in answer.words
    assert answer.only_for == either.ann.id
    assert either.peer.seen(either.bob, either.room) == []
    assert set(answer.buttons) == {"By region", "Share"}
    assert not answer.unfurls


async def test_a_handler_learns_who_asks_and_from_where(either: Stage) -> None:
    await asked(either, "by service")
    (context,) = either.scene.contexts
    assert context.actor.platform == context.origin.platform == "slack"
    assert (context.actor.id, context.actor.name) == (either.ann.id, "ann")
    assert context.actor.tenant == either.peer.workspace.team
    assert (context.origin.place, context.origin.surface) == (either.room.id, Surface.ROOM)


async def test_share_shows_the_answer_to_the_room_and_takes_the_private_one_away(
    either: Stage,
) -> None:
    private = await asked(either, "by service")
    await either.peer.click(either.ann, private, "Share")
    await either.peer.until(lambda: private.deleted)
    (shared,) = either.peer.seen(either.bob, either.room)
    assert "Cost by service" in shared.words
    assert shared.only_for is None
    assert set(shared.buttons) == {"By region"}
    assert either.peer.seen(either.ann, either.room) == [shared]


async def test_a_double_click_on_share_shows_it_once(stage: Stage) -> None:
    private = await asked(stage, "by service")
    await asyncio.gather(*(stage.peer.click(stage.ann, private, "Share") for _ in range(3)))
    await stage.settle()
    assert len(stage.peer.seen(stage.bob, stage.room)) == 1


async def test_a_button_asks_again_in_the_same_place(either: Stage) -> None:
    answer = await asked(either, "by service")
    await either.peer.click(either.ann, answer, "By region")
    await either.peer.until(lambda: answer.edits)
    assert "Cost by region" in answer.words
    assert either.peer.seen(either.ann, either.room) == [answer]
    assert "Share" in answer.buttons


async def test_a_shared_answer_is_asked_again_in_place_for_everybody(stage: Stage) -> None:
    private = await asked(stage, "by service")
    await stage.peer.click(stage.ann, private, "Share")
    (shared,) = await stage.peer.answers(stage.bob, stage.room)
    await stage.peer.click(stage.bob, shared, "By region")
    await stage.peer.until(lambda: shared.edits)
    assert "Cost by region" in shared.words
    assert "Share" not in shared.buttons


async def test_a_public_answer_goes_to_the_room(stage: Stage) -> None:
    await stage.peer.command(stage.ann, stage.room, "announce")
    (answer,) = await stage.peer.answers(stage.bob, stage.room)
    assert answer.words == "For everybody"


async def test_a_mention_is_answered_in_its_thread(either: Stage) -> None:
    await either.peer.mention(either.ann, either.room, "by service")
    (answer,) = await either.peer.answers(either.bob, either.room)
    (question,) = [m for m in either.peer.workspace.messages if m.author == either.ann.id]
    assert "Cost by service" in answer.words
    assert answer.thread == question.ts
    assert not answer.unfurls
    assert answer.metadata == {
        "event_type": "costbot_answer",
        "event_payload": {"question": "by service"},
    }
    assert "Share" not in answer.buttons


async def test_a_mention_within_a_thread_stays_there(stage: Stage) -> None:
    first = stage.peer.workspace.post(stage.room, stage.bob.id, "what did we spend?")
    await stage.peer.mention(stage.ann, stage.room, "by service", thread=first.ts)
    (answer,) = await stage.peer.answers(stage.bob, stage.room)
    assert answer.thread == first.ts


async def test_a_direct_message_is_answered_in_the_conversation(either: Stage) -> None:
    await either.peer.direct(either.ann, "by service")
    private = either.peer.direct_channel(either.ann)
    (answer,) = await either.peer.answers(either.ann, private)
    assert "Cost by service" in answer.words
    assert answer.thread is None
    assert "Share" not in answer.buttons
    assert either.scene.contexts[0].origin.surface is Surface.DIRECT


async def test_a_button_in_a_direct_message_asks_again_there(stage: Stage) -> None:
    await stage.peer.direct(stage.ann, "by service")
    (answer,) = await stage.peer.answers(stage.ann, stage.peer.direct_channel(stage.ann))
    await stage.peer.click(stage.ann, answer, "By region")
    await stage.peer.until(lambda: answer.edits)
    assert "Cost by region" in answer.words


async def test_a_message_shortcut_asks_what_the_message_says(either: Stage) -> None:
    said = either.peer.workspace.post(either.room, either.bob.id, "by service &amp; region")
    await either.peer.message_shortcut(either.ann, said)
    (answer,) = await either.peer.answers(either.ann, either.room)
    assert either.scene.questions == ["by service & region"]
    assert answer.only_for == either.ann.id


async def test_the_global_shortcut_sends_the_overview_in_private(stage: Stage) -> None:
    await stage.peer.shortcut(stage.ann)
    (answer,) = await stage.peer.answers(stage.ann, stage.peer.direct_channel(stage.ann))
    assert answer.words.startswith("Cost")
    assert stage.scene.questions == [""]


@pytest.mark.parametrize(
    "trait", [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"edited": {"ts": "1"}}]
)
async def test_bots_and_edits_are_not_answered(stage: Stage, trait: dict[str, object]) -> None:
    from tests.peers.slack import payloads

    for kind, channel in (
        ("message", stage.peer.direct_channel(stage.ann)),
        ("app_mention", stage.room),
    ):
        message = stage.peer.workspace.post(channel, stage.ann.id, "by service")
        event = payloads.said(stage.peer, message, kind)
        event["event"] |= trait
        assert (await stage.peer.deliver(event, "events_api")).status == 200
    await stage.settle()
    assert stage.scene.questions == []


async def test_talk_among_people_is_not_answered(stage: Stage) -> None:
    from tests.peers.slack import payloads

    message = stage.peer.workspace.post(stage.room, stage.ann.id, "by service")
    event = payloads.said(stage.peer, message, "message")
    event["event"]["channel_type"] = "channel"
    await stage.peer.deliver(event, "events_api")
    await stage.settle()
    assert stage.scene.questions == []


async def test_what_nobody_listens_to_is_taken_politely(stage: Stage) -> None:
    from tests.peers.slack import payloads

    event = payloads.event(stage.peer, {"type": "team_join", "user": {"id": "U1"}})
    ack = await stage.peer.deliver(event, "events_api")
    assert (ack.status, ack.attempts) == (200, 1)
    ack = await stage.peer.submit(stage.ann, {"type": "modal", "id": "V1", "callback_id": "x"})
    assert ack.status == 200
    assert await stage.peer.suggest(stage.ann, "service", "ec") == []


async def test_a_button_of_an_older_version_says_so(stage: Stage) -> None:
    answer = await asked(stage, "by service")
    answer.blocks = [
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "old",
                    "text": {"type": "plain_text", "text": "Old"},
                    "value": "{not ours}",
                }
            ],
        }
    ]
    await stage.peer.click(stage.ann, answer, "Old")
    messages = await stage.peer.answers(stage.ann, stage.room, 2)
    assert "older version" in messages[-1].words


async def test_the_install_page_explains_the_manifest(stage: Stage) -> None:
    url = stage.peer.request_url.replace("/slack/events", "/slack/install")
    async with stage.peer.session.get(url) as response:
        assert response.status == 200
        assert "manifest" in await response.text()


async def test_slack_asks_once_whether_the_address_is_ours(stage: Stage) -> None:
    body = b'{"type":"url_verification","challenge":"3eZbrw1a","token":"x"}'
    ack = await stage.peer.http.post(body, "application/json")
    assert (ack.status, ack.json) == (200, {"challenge": "3eZbrw1a"})


async def test_in_socket_mode_there_is_no_request_url() -> None:
    async with staged(socket=True) as stage:
        ack = await stage.peer.http.post(b"payload=%7B%7D", "application/x-www-form-urlencoded")
        assert ack.status == 404
