"""A message that somebody picked becomes a form: what is taken of it, and where the answer goes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.teams import quoted
from bot.adapters.teams.answers import Patience
from cards.limits import utf16
from cards.model import Card
from handlers.kinds import Answer
from tests.peers.teams import Dialog, Person, Room, TeamsPeer
from tests.peers.teams.dialogs import payload
from tests.teams.conftest import Bot, Start
from tests.teams.desk import Desk

HTML = (
    "<div><p>The <b>bill</b> doubled &amp; nobody knows why&nbsp;:(</p>"
    "<style>p {color: red}</style><script>alert(1)</script>"
    "<p>See <a href='https://forger.example.com'>here</a>"
    "<img alt='a chart' src='https://forger.example.com/x.png'></p>"
    "<at id='0'>Everyone</at> 1 &lt; 2</div>"
)
PLAIN = "The bill doubled & nobody knows why :( See herea chart Everyone 1 < 2"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def started(start: Start, desk: Desk) -> AsyncIterator[Bot]:
    bot = await start(actions=desk.actions)
    yield bot
    desk.gate.set()


@pytest.fixture
def ann(peer: TeamsPeer) -> Person:
    return peer.person("Ann")


@pytest.fixture
async def room(peer: TeamsPeer, started: Bot, ann: Person) -> Room:
    """A group chat with the bot in it."""
    room = peer.group("costs", ann)
    await room.add_bot()
    await peer.until(lambda: room.from_bot)
    return room


@pytest.mark.parametrize("command", ["ticket", "page"])
async def test_a_message_becomes_a_form_and_the_form_a_click(
    peer: TeamsPeer, started: Bot, desk: Desk, ann: Person, room: Room, command: str
) -> None:
    dialog = await Dialog.pick(room, ann, command, payload("42", HTML, "Bob Ray"))
    [(context, args)] = desk.opened
    assert args == {
        "do": command,
        "text": PLAIN,
        "url": "https://teams.microsoft.com/l/message/19:x@thread.tacv2/42",
        "author": "Bob Ray",
        "place": f"teams:{room.id}",
        "message": "42",
    }
    assert (context.origin.destination, context.origin.message) == (f"teams:{room.id}", "")
    await dialog.fill(Summary="wrong").send()
    assert dialog.faults[-1] == "Say what it is about."
    desk.sent.clear()
    await dialog.fill(Summary="Bill doubled").send()
    assert dialog.said == "The ticket is on its way"
    [(_, sent)] = desk.sent
    assert sent["summary"] == "Bill doubled" and sent["text"] == PLAIN
    await peer.until(lambda: room.from_bot[1:])
    assert "The ticket is on its way" in room.from_bot[1].words()


async def test_where_the_bot_is_no_member_the_answer_is_in_the_dialog(
    peer: TeamsPeer, started: Bot, desk: Desk, ann: Person
) -> None:
    """A message extension also works in chats that the app was never added to."""
    chat = peer.group("strangers", ann)
    chat.member = False
    dialog = await Dialog.pick(chat, ann, "ticket", payload("42", "hm", "Bob"))
    assert await started.conversations.find(chat.id) is None
    await dialog.send()
    await started.tasks.drain(5)
    assert dialog.title == "The ticket is on its way" and dialog.inputs == {}
    assert peer.count("/activities") == 0


async def test_where_the_bot_is_no_member_a_slow_answer_promises_nothing_there(
    peer: TeamsPeer, start: Start, desk: Desk, ann: Person
) -> None:
    bot = await start(actions=desk.actions, patience=Patience(click=0.05))
    chat = peer.group("strangers", ann)
    desk.gate.clear()
    dialog = await Dialog.pick(chat, ann, "page", payload("42", "hm", "Bob"))
    assert dialog.said == "This takes a moment and goes on without this window."
    desk.gate.set()
    await bot.tasks.drain(5)
    assert peer.count("/activities") == 0


async def test_a_message_that_nothing_can_be_made_of_says_so(
    started: Bot, desk: Desk, ann: Person, room: Room
) -> None:
    async def nothing(*_: object) -> Answer:
        return Answer(Card("There is nothing to page about"), refused=True)

    desk.instead = nothing
    dialog = await Dialog.pick(room, ann, "page", payload("42", "", "Bob"))
    assert dialog.title == "There is nothing to page about"


@pytest.mark.parametrize("command", ["share", "", None, 5, ["ticket"]])
async def test_a_command_that_is_not_ours_reaches_no_handler(
    started: Bot, desk: Desk, ann: Person, room: Room, command: Any
) -> None:
    dialog = await Dialog.pick(room, ann, command, payload("42", "hm", "Bob"))
    assert "older version" in dialog.said
    assert desk.opened == []


ODD: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a bot's message": (
        {"from": {"user": None, "application": {"displayName": "costbot"}}},
        {"author": "costbot"},
    ),
    "nobody's message": ({"from": None}, {"author": ""}),
    "an author of another kind": ({"from": {"user": {"displayName": 5}}}, {"author": ""}),
    "no body": ({"body": None}, {"text": ""}),
    "text that is no HTML": (
        {"body": {"contentType": "text", "content": "a <b> & c"}},
        {"text": "a <b> & c"},
    ),
    "a long text": (
        {"body": {"contentType": "html", "content": "<p>" + "x" * 5000}},
        {"text": "x" * 999 + "…"},
    ),
    "a link to elsewhere": ({"linkToMessage": "javascript:alert(1)"}, {"url": ""}),
    "no link": ({"linkToMessage": None}, {"url": ""}),
    "an id that is none": ({"id": {"a": 1}}, {"message": ""}),
    "a long id": ({"id": "4" * 201}, {"message": ""}),
    "tricks": (
        {"body": {"contentType": "html", "content": "a\x00b\u202ec\n\nd&#8238;e"}},
        {"text": "a\ufffdb\ufffdc d\ufffde"},
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_only_plain_words_are_taken(name: str) -> None:
    changes, expected = ODD[name]
    value = {"commandId": "ticket", "messagePayload": payload("42", "hm", "Bob", **changes)}
    args = quoted.click_of(value, "a:1").args
    assert {key: args[key] for key in expected} == expected


@pytest.mark.parametrize("value", [None, "x", [], {}, {"commandId": "other"}])
def test_what_is_no_command_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        quoted.click_of(value, "a:1")


@given(st.text() | st.from_regex(r"(<[a-z/!][^<>]{0,9}>|&[#a-z0-9]{1,6};?|\w| ){0,40}"))
def test_whatever_a_message_holds_a_short_line_is_taken(html: str) -> None:
    value = {"commandId": "page", "messagePayload": payload("42", html, html)}
    args = quoted.click_of(value, "a:1").args
    assert utf16(args["text"]) <= 1000 and utf16(args["author"]) <= 100
    assert all(isinstance(text, str) and "\n" not in text for text in args.values())


async def test_a_room_that_is_lost_meanwhile_is_in_the_log(
    peer: TeamsPeer,
    started: Bot,
    desk: Desk,
    ann: Person,
    room: Room,
    caplog: pytest.LogCaptureFixture,
) -> None:
    dialog = await Dialog.pick(room, ann, "ticket", payload("42", "hm", "Bob"))
    await room.remove_bot(told=False)
    await dialog.send()
    assert dialog.said == "The ticket is on its way"
    await started.tasks.drain(5)
    assert "Teams answered 403" in caplog.text
    assert len(desk.sent) == 1
