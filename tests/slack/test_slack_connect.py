"""Slack Connect: in a channel shared with another company, its people learn no cost."""

import pytest

from tests.peers.slack import Message, Person, payloads
from tests.slack.stage import Stage


@pytest.fixture
def eve(either: Stage) -> Person:
    """A partner in the room, with a Slack of her own."""
    eve = either.peer.person("eve", team="T0STRANGER")
    either.room.members.add(eve.id)
    return eve


async def shared(stage: Stage) -> Message:
    """An answer that everybody in the room sees."""
    await stage.peer.mention(stage.ann, stage.room, "by service")
    (answer,) = await stage.peer.answers(stage.bob, stage.room)
    return answer


async def refused(stage: Stage, person: Person) -> None:
    """The person alone hears why; nothing else happened."""
    seen = await stage.peer.until(
        lambda: [m for m in stage.peer.seen(person, stage.room) if m.only_for == person.id]
    )
    assert [message.words for message in seen] == [
        "I only answer people of the workspace that installed me."
    ]


async def test_a_stranger_cannot_click_on(either: Stage, eve: Person) -> None:
    answer = await shared(either)
    await either.peer.click(eve, answer, "By region")
    await refused(either, eve)
    await either.settle()
    assert either.scene.questions == ["by service"]
    assert (answer.edits, len(either.peer.seen(either.ann, either.room))) == (0, 2)


async def test_a_colleague_can(either: Stage, eve: Person) -> None:
    answer = await shared(either)
    await either.peer.click(either.bob, answer, "By region")
    await either.peer.until(lambda: answer.edits)
    assert "Cost by region" in answer.words


async def test_a_stranger_cannot_ask_by_a_message_shortcut(either: Stage, eve: Person) -> None:
    said = either.peer.workspace.post(either.room, eve.id, "by service")
    await either.peer.message_shortcut(eve, said)
    await refused(either, eve)
    assert either.scene.questions == []


async def test_a_colleague_of_another_workspace_of_our_grid_can_click(stage: Stage) -> None:
    answer = await shared(stage)
    stage.bob.team = "E0GRID"
    click = payloads.click(stage.peer, stage.bob, answer, answer.buttons["By region"])
    click["enterprise"] = {"id": "E0GRID", "name": "grid"}
    await stage.peer.deliver(click, "interactive")
    await stage.peer.until(lambda: answer.edits)


async def test_a_strangers_mention_learns_no_cost(stage: Stage) -> None:
    message = stage.peer.workspace.post(
        stage.room, stage.ann.id, f"<@{stage.peer.bot.id}> by service"
    )
    event = payloads.said(stage.peer, message, "app_mention")
    event |= {"is_ext_shared_channel": True}
    event["event"] |= {"user_team": "T0STRANGER", "team": "T0STRANGER"}
    await stage.peer.deliver(event, "events_api")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert "only answer people of the workspace" in answer.words
    assert stage.scene.questions == []
