"""Forms in Slack: opened by a click, corrected where they are wrong, and sent once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest

from bot.adapters.slack import listeners
from bot.adapters.slack.recent import RecentInMemory
from bot.tasks import Tasks
from cards.model import Action, Card, Form
from handlers.kinds import ActionHandler, Answer, Context, Surface
from tests.peers.slack import payloads
from tests.slack.office import FORM, Desk, Office, desk_of, with_button
from tests.slack.stage import staged


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with desk_of() as made:
        yield made


@pytest.fixture(params=["http", "socket mode"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with desk_of(socket=request.param == "socket mode") as made:
        yield made


async def test_a_form_is_opened_corrected_and_sent(either: Desk) -> None:
    modal = await either.opened()
    assert modal.title == "Create a ticket"
    assert list(modal.inputs) == ["Title", "Due", "Priority", "Note"]
    assert either.told() == []
    await either.send(modal, Title="wrong", Due="2026-12-01", Priority="High")
    assert modal.open
    assert modal.errors == {"Title": "Not that title. And another thing."}
    assert either.office.sent == []
    await either.send(modal, Title="right <&>", Due="2026-12-01", Priority="High")
    assert not modal.open
    ((context, args),) = either.office.sent
    assert args == {
        "finding": "spike:EC2",
        "title": "right <&>",
        "due": "2026-12-01",
        "priority": "high",
        "note": "",
    }
    assert (context.actor.id, context.actor.name) == (either.stage.ann.id, "ann")
    origin = context.origin
    assert (origin.place, origin.surface) == (either.stage.room.id, Surface.ROOM)
    assert origin.message == either.message.ts
    (told,) = await either.stage.peer.until(either.told)
    assert (told.words, told.only_for) == ("Ticket OPS-1", either.stage.ann.id)


async def test_a_click_says_which_message_it_was_on(desk: Desk) -> None:
    await desk.opened()
    (context,) = desk.office.clicks
    assert context.origin.message == desk.message.ts
    assert context.origin.destination == f"slack:{desk.stage.room.id}"


async def test_what_was_there_already_is_sent_as_it_was(desk: Desk) -> None:
    await desk.send(await desk.opened())
    ((_, args),) = desk.office.sent
    assert (args["title"], args["priority"], args["due"]) == ("EC2 cost", "low", "")


async def test_a_form_sent_twice_has_its_effect_once(desk: Desk) -> None:
    modal = await desk.opened()
    state = modal.state({})
    view = {**modal.view, "id": modal.id}
    send = [payloads.submission(desk.stage.peer, desk.stage.ann, view, state) for _ in range(3)]
    acks = await asyncio.gather(*(desk.stage.peer.deliver(p, "interactive") for p in send))
    await desk.stage.settle()
    assert {ack.status for ack in acks} == {200}
    assert len(desk.office.sent) == 1
    assert len(desk.told()) == 1


async def test_a_form_that_was_corrected_is_sent_once_too(desk: Desk) -> None:
    modal = await desk.opened()
    await desk.send(modal, Title="wrong")
    view, state = {**modal.view, "id": modal.id}, modal.state({"Title": "right"})
    for _ in range(2):
        payload = payloads.submission(desk.stage.peer, desk.stage.ann, view, state)
        await desk.stage.peer.deliver(payload, "interactive")
    assert len(desk.office.sent) == 1


async def test_replicas_share_what_was_sent() -> None:
    """The memory is handed in: whoever marked the form first has it."""
    recent, office = RecentInMemory(), Office()
    async with staged(actions=office.actions(), recent=recent) as stage:
        desk = Desk(stage, office, with_button(stage))
        modal = await desk.opened()
        await recent.first(f"view:{modal.id}")
        await desk.send(modal)
        assert office.sent == []


async def test_a_copy_that_delivery_redraws_needs_no_other_answer(desk: Desk) -> None:
    desk.office.answer = Answer(Card("Done"), drawn=True)
    await desk.send(await desk.opened())
    await desk.stage.settle()
    assert len(desk.office.sent) == 1
    assert desk.told() == []


async def test_a_click_on_a_copy_that_delivery_redraws_sends_nothing(desk: Desk) -> None:
    async def acknowledge(context: Context, args: Mapping[str, str]) -> Answer:
        return Answer(Card("Acknowledged"), drawn=True)

    actions = {"form": ActionHandler("form", "", acknowledge)}
    async with staged(actions=actions) as stage:
        message = with_button(stage)
        await stage.peer.click(stage.ann, message, "Create ticket")
        await stage.settle()
        assert stage.peer.seen(stage.ann, stage.room) == [message]
        assert message.edits == 0


async def test_a_slow_answer_closes_the_form_and_comes_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "SUBMIT_SECONDS", 0.05)
    modal = await desk.opened()
    desk.office.go_on.clear()
    await desk.send(modal)
    assert not modal.open
    assert desk.told() == []
    desk.office.go_on.set()
    (told,) = await desk.stage.peer.until(desk.told)
    assert told.words == "Ticket OPS-1"


async def test_what_was_wrong_is_told_even_when_it_is_found_late(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "SUBMIT_SECONDS", 0.05)
    modal = await desk.opened()
    desk.office.go_on.clear()
    await desk.send(modal, Title="wrong")
    desk.office.go_on.set()
    (told,) = await desk.stage.peer.until(desk.told)
    assert "Not that title." in told.words


async def test_a_form_that_comes_too_late_for_its_trigger_is_a_card(desk: Desk) -> None:
    desk.office.go_on.clear()
    await desk.click()
    desk.stage.peer.advance(4)
    desk.office.go_on.set()
    (told,) = await desk.stage.peer.until(desk.told)
    assert "Say /cost ticket #12 instead." in told.words
    assert ["expired_trigger_id" in b for b in desk.stage.peer.take_complaints()] == [True]


async def test_a_form_too_big_for_slack_is_a_card(desk: Desk) -> None:
    desk.office.form = replace(FORM, action=Action("ticket", {"text": "x" * 4000}))
    await desk.click()
    (told,) = await desk.stage.peer.until(desk.told)
    assert "Say /cost ticket" in told.words


async def test_a_further_form_takes_the_place_of_the_first(desk: Desk) -> None:
    desk.office.answer = Answer(
        Card("Sure?"), form=Form("Sure?", Action("ticket", {"sure": "yes"}))
    )
    modal = await desk.opened()
    await desk.send(modal)
    assert (modal.open, modal.title) == (True, "Sure?")
    desk.office.answer = Answer(Card("Ticket OPS-1"))
    await desk.send(modal)
    assert not modal.open
    assert desk.office.sent[-1][1] == {"sure": "yes"}
    assert desk.office.sent[-1][0].origin.message == desk.message.ts


async def test_a_form_that_finds_no_room_can_be_sent_again() -> None:
    async with desk_of(tasks=Tasks(limit=1)) as desk:
        modal = await desk.opened()
        await desk.stage.settle()
        await desk.stage.peer.command(desk.stage.bob, desk.stage.room, "slow")
        await desk.send(modal)
        assert "busy" in modal.errors["Title"]
        desk.stage.scene.go_on.set()
        await desk.stage.settle()
        await desk.send(modal)
        assert len(desk.office.sent) == 1


async def test_an_answer_finds_its_person_where_the_bot_may_not_speak(desk: Desk) -> None:
    modal = await desk.opened()
    desk.stage.room.members.remove(desk.stage.peer.bot.id)
    await desk.send(modal)
    private = desk.stage.peer.direct_channel(desk.stage.ann)
    (told,) = await desk.stage.peer.answers(desk.stage.ann, private)
    assert told.words == "Ticket OPS-1"
    desk.stage.peer.take_complaints()


async def test_a_form_of_a_direct_message_is_answered_there(desk: Desk) -> None:
    private = desk.stage.peer.direct_channel(desk.stage.ann)
    desk.message.channel = private
    await desk.send(await desk.opened())
    answers = await desk.stage.peer.answers(desk.stage.ann, private, 2)
    assert answers[-1].words == "Ticket OPS-1"
    assert desk.office.sent[0][0].origin.surface is Surface.DIRECT


async def test_a_public_answer_to_a_form_is_for_the_room(desk: Desk) -> None:
    desk.office.answer = Answer(Card("Ticket OPS-1"), public=True)
    await desk.send(await desk.opened())
    seen = await desk.stage.peer.answers(desk.stage.bob, desk.stage.room, 2)
    assert seen[-1].words == "Ticket OPS-1"


async def test_an_answer_to_a_form_stays_in_its_thread(desk: Desk) -> None:
    said = desk.stage.peer.workspace.post(desk.stage.room, desk.stage.bob.id, "why?")
    desk.message = with_button(desk.stage, thread=said.ts)
    await desk.send(await desk.opened())
    await desk.stage.peer.until(desk.told)
    (call,) = [a for name, a in desk.stage.peer.web_api.calls if name == "chat.postEphemeral"]
    assert call["thread_ts"] == said.ts


async def test_a_stranger_sends_no_form(desk: Desk) -> None:
    modal = await desk.opened()
    eve = desk.stage.peer.person("eve", team="T0STRANGER")
    desk.stage.room.members.add(eve.id)
    modal.person = eve
    await desk.stage.peer.send_form(eve, modal)
    await desk.stage.settle()
    assert desk.office.sent == []


async def test_a_form_of_an_older_version_says_so(desk: Desk) -> None:
    modal = await desk.opened()
    modal.view = {**modal.view, "private_metadata": "{not ours}"}
    await desk.send(modal)
    private = desk.stage.peer.direct_channel(desk.stage.ann)
    (told,) = await desk.stage.peer.answers(desk.stage.ann, private)
    assert "older version" in told.words


# -- what a message can be made into --------------------------------------------------------------


@pytest.mark.parametrize("do", ["ticket", "page"])
async def test_a_message_becomes_a_ticket_or_a_page(either: Desk, do: str) -> None:
    stage = either.stage
    said = stage.peer.workspace.post(stage.room, stage.bob.id, "EC2 &amp; S3 are <!here> dear")
    await stage.peer.message_shortcut(stage.ann, said, do)
    modal = await stage.peer.modal(stage.ann)
    assert modal.title == do
    ((context, args),) = either.office.sent
    assert args == {
        "do": do,
        "text": "EC2 & S3 are @here dear",
        "url": f"https://team.slack.com/archives/{stage.room.id}/p{said.ts.replace('.', '')}",
        "author": stage.bob.id,
        "place": f"slack:{stage.room.id}",
        "message": said.ts,
    }
    assert context.origin.message == ""
    await either.send(modal, Title="right")
    assert len(either.office.sent) == 2
    (told,) = await stage.peer.until(either.told)
    assert told.words == "Ticket OPS-1"
