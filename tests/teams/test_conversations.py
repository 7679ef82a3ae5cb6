"""Where the bot may write: learnt from what Teams tells, kept fresh, forgotten when removed."""

from dataclasses import replace

import pytest

from bot.adapters.teams.conversations import InMemory
from domain.delivery import Conversation, Conversations
from handlers.kinds import Answer
from tests.peers.teams import Dialog, Person, Room, TeamsPeer
from tests.peers.teams.dialogs import payload
from tests.teams.conftest import Bot, Start
from tests.teams.desk import CARD, Desk


class Counting(InMemory):
    """Counts what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Conversation] = []

    async def remember(self, conversation: Conversation) -> None:
        self.written.append(conversation)
        await super().remember(conversation)


@pytest.fixture
def memory() -> Counting:
    return Counting()


@pytest.fixture
async def counted(start: Start, memory: Counting) -> Bot:
    return await start(conversations=memory, actions=Desk().actions)


@pytest.fixture
def ann(peer: TeamsPeer) -> Person:
    return peer.person("Ann")


def here(peer: TeamsPeer, room: Room) -> Conversation:
    return Conversation(room.id, peer.service_url, peer.bot_id, peer.tenant, room.kind)


async def test_what_is_kept_in_memory_can_be_forgotten(peer: TeamsPeer, ann: Person) -> None:
    memory: Conversations = InMemory()
    there = here(peer, peer.personal(ann))
    await memory.forget(there.place)
    await memory.remember(there)
    assert await memory.find(there.place) == there
    await memory.remember(replace(there, service_url="https://new.example.com/"))
    assert await memory.find(there.place) != there
    await memory.forget(there.place)
    assert await memory.find(there.place) is None


async def test_every_kind_of_conversation_is_remembered_without_its_thread(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person
) -> None:
    for room in (peer.channel("c", ann), peer.group("g", ann), peer.personal(ann)):
        await room.say(ann, "@costbot cost")
        assert memory.written.pop() == here(peer, room)
    assert memory.written == []


async def test_what_did_not_change_is_not_written_again(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person
) -> None:
    room = peer.channel("costs", ann)
    for _ in range(3):
        await room.say(ann, "@costbot cost")
    assert memory.written == [here(peer, room)]


async def test_an_address_that_moved_is_refreshed(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person
) -> None:
    room = peer.channel("costs", ann)
    old = replace(here(peer, room), service_url="http://127.0.0.1:9/")
    await memory.remember(old)
    await room.say(ann, "@costbot cost")
    assert await memory.find(room.id) == here(peer, room)


async def test_each_event_that_proves_a_membership_is_remembered(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person
) -> None:
    async def show(*_: object) -> Answer:
        return Answer(CARD)

    counted.answer = show
    room = peer.group("costs", ann)
    await room.say(ann, "@costbot cost")
    await peer.until(lambda: room.from_bot)
    for event in ("invoke", "dialog", "added", "joined", "add", "add-upgrade"):
        await memory.forget(room.id)
        match event:
            case "invoke":
                await peer.deliver(room.activity("invoke", ann, name="adaptiveCard/action"))
            case "dialog":
                await Dialog.open(room, ann, "Ticket")
            case "added":
                await room.add_bot()
            case "joined":
                bob = {"id": peer.person("Bob").id}
                await peer.deliver(room.activity("conversationUpdate", ann, membersAdded=[bob]))
            case _:
                await room.installation(event)
        assert await memory.find(room.id) == here(peer, room), event


async def test_other_events_prove_nothing(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person
) -> None:
    room = peer.group("costs", ann)
    await peer.deliver(room.activity("messageReaction", ann, reactionsAdded=[{"type": "like"}]))
    await peer.deliver(room.activity("conversationUpdate", ann))
    await room.installation("remove-upgrade")
    await Dialog.pick(room, ann, "ticket", payload("42", "hm", "Bob"))
    await room.say(ann, "@costbot cost", recipient=None)
    assert memory.written == []


@pytest.mark.parametrize("how", ["conversationUpdate", "installationUpdate"])
async def test_where_it_was_removed_it_is_forgotten(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person, how: str
) -> None:
    room = peer.channel("costs", ann)
    await room.say(ann, "@costbot cost")
    if how == "conversationUpdate":
        await room.remove_bot()
    else:
        await room.installation("remove")
    assert await memory.find(room.id) is None
    await counted.tasks.drain(5)


async def test_somebody_else_who_leaves_changes_nothing(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person
) -> None:
    room = peer.channel("costs", ann)
    await room.say(ann, "@costbot cost")
    bob = {"id": peer.person("Bob").id}
    await peer.deliver(room.activity("conversationUpdate", ann, membersRemoved=[bob]))
    assert await memory.find(room.id) == here(peer, room)


async def test_a_stranger_is_not_remembered(
    peer: TeamsPeer, counted: Bot, memory: Counting, ann: Person
) -> None:
    room = peer.channel("costs", ann)
    message = room.message(ann, "@costbot cost")
    assert (await peer.deliver(message, "Bearer forged")).status == 401
    assert memory.written == []


async def test_an_answer_does_not_wait_for_a_memory_that_fails(
    peer: TeamsPeer,
    counted: Bot,
    memory: Counting,
    ann: Person,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(memory, "find", fail)
    room = peer.channel("costs", ann)
    await room.say(ann, "@costbot cost")
    await peer.until(lambda: room.from_bot)
    assert "a Teams conversation could not be remembered" in caplog.text
