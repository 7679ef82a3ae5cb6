"""Forms in Teams: opened by a button, filled in, sent, corrected, and sent again."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.adapters.teams.answers import Patience
from bot.tasks import Tasks
from cards.model import Card, Text
from handlers.kinds import Answer
from tests.peers.teams import Dialog, Person, Room, TeamsPeer
from tests.teams.conftest import Bot, Start
from tests.teams.desk import CARD, FORM, Desk

HURRIED = Patience(click=0.05)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def started(peer: TeamsPeer, start: Start, desk: Desk) -> AsyncIterator[Bot]:
    bot = await start(actions=desk.actions)
    yield bot
    desk.gate.set()


@pytest.fixture
def ann(peer: TeamsPeer) -> Person:
    return peer.person("Ann")


@pytest.fixture
def room(peer: TeamsPeer, ann: Person) -> Room:
    return peer.channel("costs", ann)


async def alert(bot: Bot, room: Room, person: Person) -> None:
    """A message with the button that opens the form."""

    async def show(*_: object) -> Answer:
        return Answer(CARD)

    bot.answer = show
    await room.say(person, "@costbot cost")
    await room.peer.until(lambda: room.from_bot)


async def test_a_form_is_opened_corrected_and_sent_once(
    peer: TeamsPeer, started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    """The whole walk: a dialog, a wrong field, what was typed is kept, and then it is done."""
    await alert(started, room, ann)
    [seen] = room.from_bot
    dialog = await Dialog.open(room, ann, "Ticket")
    assert dialog.title == "Create a ticket"
    assert "#12." in dialog.words() and "What you know already" in dialog.words()
    assert dialog.values() == {
        "Summary": "EC2 costs more",
        "Description": "",
        "Priority": "Low",
        "Due": "",
    }
    dialog.fill(Summary="wrong", Description="a\nb", Priority="High", Due="2026-12-01")
    await dialog.send()
    assert dialog.faults == ["One field is wrong.", "Say what it is about."]
    assert dialog.values() == {
        "Summary": "wrong",
        "Description": "a\nb",
        "Priority": "High",
        "Due": "2026-12-01",
    }
    body = [part.get("label") or part["inlines"][0]["text"] for part in dialog.card["body"]]
    assert body.index("Say what it is about.") == body.index("Summary") - 1
    desk.sent.clear()
    await dialog.fill(Summary="EC2 is up").send()
    assert (dialog.card, dialog.said) == (None, "The ticket is on its way")
    [(context, args)] = desk.sent
    assert args == {
        "finding": "12",
        "summary": "EC2 is up",
        "description": "a\nb",
        "priority": "High",
        "due": "2026-12-01",
    }
    assert (context.origin.place, context.origin.message) == (room.id, seen.id)
    assert (context.actor.id, context.actor.tenant) == ("aad-ann", peer.tenant)
    below = (await peer.until(lambda: room.from_bot[1:]))[0]
    assert ("The ticket is on its way" in below.words(), below.thread) == (True, seen.thread)
    assert len(desk.opened) == 1


async def test_an_opened_form_knows_the_message_it_was_opened_from(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    await alert(started, room, ann)
    await Dialog.open(room, ann, "Ticket")
    [(context, args)] = desk.opened
    assert (args, context.origin.message) == ({"finding": "12"}, room.from_bot[0].id)


async def test_a_copy_that_delivery_redraws_is_not_answered_below(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    desk.answer = Answer(Card("Ticket wanted"), replaces=True, drawn=True)
    await alert(started, room, ann)
    dialog = await (await Dialog.open(room, ann, "Ticket")).send()
    await started.tasks.drain(5)
    assert dialog.said == "Ticket wanted"
    assert len(room.from_bot) == len(room.from_bot[0].versions) == 1


async def test_an_answer_can_take_the_place_of_the_message(
    peer: TeamsPeer, started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    desk.answer = Answer(Card("Ticket made"), replaces=True)
    await alert(started, room, ann)
    await (await Dialog.open(room, ann, "Ticket")).send()
    [seen] = room.from_bot
    await peer.until(lambda: len(seen.versions) == 2)
    assert "Ticket made" in seen.words()


async def test_what_is_missing_is_not_sent(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    await alert(started, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    await dialog.fill(Summary="").send()
    assert (dialog.missing, desk.sent) == (["Summary"], [])


async def test_a_form_can_lead_to_another_form(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    desk.answer = Answer(CARD, form=FORM)
    await alert(started, room, ann)
    dialog = await (await Dialog.open(room, ann, "Ticket")).send()
    assert dialog.card is not None and dialog.title == "Create a ticket"
    assert len(room.from_bot) == 1


@pytest.mark.parametrize("summary", ["gone"])
async def test_a_refusal_is_read_in_the_dialog_and_by_nobody_else(
    started: Bot, ann: Person, room: Room, summary: str
) -> None:
    await alert(started, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    await dialog.fill(Summary=summary).send()
    assert "There is no finding #12 any more." in dialog.words()
    await started.tasks.drain(5)
    assert len(room.from_bot) == 1


async def test_a_button_that_has_no_form_to_show_shows_its_card_in_the_dialog(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    async def resolved(*_: object) -> Answer:
        return Answer(Card("Nothing to do", (Text(("It is resolved.",)), *CARD.blocks[1:])))

    desk.instead = resolved
    await alert(started, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    assert (dialog.title, dialog.inputs) == ("Nothing to do", {})
    assert "It is resolved." in dialog.words() and "Ticket" not in dialog.words()
    assert len(room.from_bot) == 1


async def test_where_no_dialog_can_be_opened_the_card_has_the_button(
    peer: TeamsPeer, started: Bot, ann: Person, room: Room
) -> None:
    async def ask(*_: object) -> Answer:
        return Answer(CARD, form=FORM)

    started.answer = ask
    await room.say(ann, "@costbot cost ticket 12")
    [seen] = await peer.until(lambda: room.from_bot)
    assert list(seen.buttons()) == ["Ticket"]
    assert (await Dialog.open(room, ann, "Ticket")).title == "Create a ticket"


async def test_a_slow_form_says_so_and_its_card_follows(
    peer: TeamsPeer, start: Start, desk: Desk, ann: Person, room: Room
) -> None:
    bot = await start(actions=desk.actions, patience=HURRIED)
    await alert(bot, room, ann)
    desk.gate.clear()
    async with asyncio.timeout(5):
        dialog = await Dialog.open(room, ann, "Ticket")
    assert dialog.said == "This takes a moment. The answer will follow here."
    desk.gate.set()
    below = (await peer.until(lambda: room.from_bot[1:]))[0]
    assert (list(below.buttons()), below.thread) == (["Ticket"], room.from_bot[0].thread)


async def test_a_slow_handler_runs_once_and_its_answer_follows(
    peer: TeamsPeer, start: Start, desk: Desk, ann: Person, room: Room
) -> None:
    bot = await start(actions=desk.actions, patience=HURRIED)
    await alert(bot, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    desk.gate.clear()
    await dialog.send()
    assert dialog.said == "This takes a moment. The answer will follow here."
    desk.gate.set()
    await peer.until(lambda: room.from_bot[1:])
    assert "The ticket is on its way" in room.from_bot[1].words()
    assert len(desk.sent) == 1


async def test_a_form_delivered_again_is_taken_once(
    peer: TeamsPeer, started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    await alert(started, room, ann)
    dialog = await Dialog.open(room, ann, "Ticket")
    invoke = dialog.sending()
    first, *more = await asyncio.gather(*(peer.deliver(invoke) for _ in range(3)))
    assert all(answer.body == first.body for answer in more)
    await started.tasks.drain(5)
    assert (len(desk.sent), len(room.from_bot)) == (1, 2)


async def test_somebody_with_too_many_questions_is_told_in_the_dialog(
    start: Start, desk: Desk, ann: Person, room: Room
) -> None:
    bot = await start(actions=desk.actions, tasks=Tasks(limit=8, per_owner=1))
    await alert(bot, room, ann)
    await bot.tasks.drain(5)
    bot.gate.clear()
    await room.say(ann, "@costbot cost")
    dialog = await Dialog.open(room, ann, "Ticket")
    assert "still working on your earlier questions" in dialog.said
    assert desk.opened == []
