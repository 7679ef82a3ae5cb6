"""What people see in Teams, from the message they type to the card that appears."""

import asyncio

import pytest

from bot.adapters.teams.answers import Patience
from bot.tasks import Tasks
from cards.model import Action, Button, Buttons, Card, Text
from domain.errors import UserError
from handlers.kinds import Answer, Context
from tests.peers.teams import TeamsPeer
from tests.teams.conftest import Bot, Start

HURRIED = Patience(typing_after=0.01, typing_again=0.01, click=0.05)


async def test_a_question_in_a_channel_is_answered_in_its_thread(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    delivered = await room.say(ann, "@costbot cost by service")
    assert (delivered.status, delivered.body) == (200, b"")
    [seen] = await peer.until(lambda: room.from_bot)
    assert seen.thread == room.messages[0].id
    assert "Cost by service" in seen.words()
    assert "EC2" in seen.words() and "$10.00" in seen.words()
    assert seen.activity["summary"] == "Cost by service"
    [(words, actor, place)] = bot.asked
    assert (words, place) == ("by service", room.id)
    assert (actor.id, actor.name, actor.tenant) == ("aad-ann", "Ann", peer.tenant)


@pytest.mark.parametrize(
    ("kind", "said", "understood"),
    [
        ("channel", "@costbot by service", "by service"),
        ("channel", "Hi @costbot /cost by service", "Hi /cost by service"),
        ("channel", "@costbot", ""),
        ("group", "@costbot /cost by service", "by service"),
        ("personal", "cost by service", "by service"),
        ("personal", "/cost by service", "by service"),
        ("personal", "/by service", "by service"),
        ("personal", "by service", "by service"),
        ("personal", "  cost\u00a0by\n service ", "by service"),
        ("personal", "@costbot cost by service", "by service"),
        ("personal", "where team=r&d and x<5 and y>6", "where team=r&d and x<5 and y>6"),
        ("personal", "where team=<at>Bob</at>", "where team=<at>Bob</at>"),
        ("personal", "where team=&lt;b&gt;", "where team=&lt;b&gt;"),
    ],
)
async def test_what_was_typed_is_what_is_asked(
    peer: TeamsPeer, bot: Bot, kind: str, said: str, understood: str
) -> None:
    ann = peer.person("Ann")
    rooms = {"channel": peer.channel("c", ann), "group": peer.group("g", ann)}
    room = rooms.get(kind) or peer.personal(ann)
    await room.say(ann, said)
    await peer.until(lambda: room.from_bot)
    assert [words for words, _, _ in bot.asked] == [understood]


async def test_another_persons_mention_is_read_as_a_name(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await peer.deliver(room.message(ann, "", **{"text": "cost where owner=<at>Bob Ray</at>"}))
    await peer.until(lambda: room.from_bot)
    assert bot.asked[0][0] == "where owner=Bob Ray"


async def test_talk_in_a_room_that_is_not_for_the_bot_is_left_alone(
    peer: TeamsPeer, bot: Bot
) -> None:
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    assert (await room.say(ann, "cost by service, anyone?")).status == 200
    assert (bot.asked, room.from_bot) == ([], [])


async def test_a_button_answers_in_the_place_of_its_card_for_everyone(
    peer: TeamsPeer, bot: Bot
) -> None:
    ann, bob = peer.person("Ann"), peer.person("Bob")
    room = peer.channel("costs", ann, bob)
    await room.say(ann, "@costbot cost by service")
    await peer.until(lambda: room.from_bot)
    answer = (await room.click(bob, "By account")).json()
    assert (answer["statusCode"], answer["type"]) == (
        200,
        "application/vnd.microsoft.card.adaptive",
    )
    [seen] = room.from_bot
    assert "Cost by account" in seen.words(bob)
    await peer.until(lambda: len(seen.versions) == 2)
    assert "Cost by account" in seen.words(ann)


async def test_a_button_can_also_answer_below(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    await room.say(ann, "@costbot cost by service")
    await peer.until(lambda: room.from_bot)
    await room.click(ann, "Below")
    first, second = await peer.until(lambda: room.from_bot[1:] and room.from_bot)
    assert "Cost by service" in first.words(ann)
    assert "Cost below" in second.words(ann)
    assert second.thread == first.thread
    assert room.toasts == [(ann, "The answer is below.")]


async def test_a_submit_button_works_as_well(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    [seen] = await peer.until(lambda: room.from_bot)
    seen.buttons()["By account"]["type"] = "Action.Submit"
    await room.click(ann, "By account")
    await peer.until(lambda: len(seen.versions) == 2)
    assert "Cost by account" in seen.words()
    seen.buttons()["Below"] |= {"type": "Action.Submit", "data": {"other": "bot"}}
    await room.click(ann, "Below")
    await peer.until(lambda: room.from_bot[1:])
    assert "older version" in room.from_bot[1].words()


async def test_a_slow_click_leaves_the_card_alone_until_the_answer_is_there(
    peer: TeamsPeer, start: Start
) -> None:
    bot = await start(HURRIED)
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost by service")
    [seen] = await peer.until(lambda: room.from_bot)
    bot.gate.clear()
    await room.click(ann, "By account")
    assert room.toasts == [(ann, "This takes a moment. The answer will follow here.")]
    assert "Cost by service" in seen.words(ann)
    bot.gate.set()
    await peer.until(lambda: len(seen.versions) == 2)
    assert "Cost by account" in seen.words(ann)


async def test_a_slow_answer_shows_that_the_bot_is_typing(peer: TeamsPeer, start: Start) -> None:
    bot = await start(HURRIED)
    bot.gate.clear()
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    assert (await room.say(ann, "@costbot cost")).status == 200
    await peer.until(lambda: room.typing >= 2)
    bot.gate.set()
    await peer.until(lambda: room.from_bot)


async def test_a_quick_answer_needs_no_typing(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    await peer.until(lambda: room.from_bot)
    assert peer.count("/v3/") == 1


async def test_the_same_message_delivered_again_is_answered_once(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    activity = room.message(ann, "@costbot cost by service")
    answers = await asyncio.gather(*(peer.deliver(activity) for _ in range(5)))
    answers.append(await peer.deliver(activity))
    assert {answer.status for answer in answers} == {200}
    await peer.until(lambda: room.from_bot)
    await bot.tasks.drain(5)
    assert (len(bot.asked), len(room.from_bot)) == (1, 1)


async def test_the_same_click_delivered_again_gets_the_same_answer_and_acts_once(
    peer: TeamsPeer, bot: Bot
) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    await peer.until(lambda: room.from_bot)
    invoke = room.invoke(ann, "By account")
    first, *more = await asyncio.gather(*(peer.deliver(invoke) for _ in range(3)))
    assert all(answer.body == first.body for answer in more)
    assert "by account" in str(first.json())
    assert len(bot.clicks) == 1


async def test_the_same_id_in_another_conversation_is_another_message(
    peer: TeamsPeer, bot: Bot
) -> None:
    ann, bob = peer.person("Ann"), peer.person("Bob")
    for person in (ann, bob):
        room = peer.personal(person)
        activity = room.message(person, "cost") | {"id": "42"}
        room.messages[-1].id = "42"
        await peer.deliver(activity)
        await peer.until(lambda room=room: room.from_bot)
    assert len(bot.asked) == 2


async def test_the_bot_greets_where_it_is_added_and_offers_first_questions(
    peer: TeamsPeer, bot: Bot
) -> None:
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    assert (await room.add_bot()).status == 200
    [seen] = await peer.until(lambda: room.from_bot)
    assert list(seen.buttons()) == ["This month", "What changed?", "By service"]
    await room.click(ann, "By service")
    assert "Cost by service" in seen.words(ann)


async def test_people_who_join_are_not_greeted(peer: TeamsPeer, bot: Bot) -> None:
    ann, bob = peer.person("Ann"), peer.person("Bob")
    room = peer.channel("costs", ann)
    joined = room.message(ann, "", type="conversationUpdate", membersAdded=[{"id": bob.id}])
    assert (await peer.deliver(joined)).status == 200
    await bot.tasks.drain(5)
    assert room.from_bot == []


async def test_an_invoke_nobody_handles_is_not_implemented(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    invoke = peer.personal(ann).activity("invoke", ann, name="signin/verifyState", value={})
    answer = await peer.deliver(invoke)
    assert (answer.status, answer.body) == (501, b"")


async def test_an_old_button_says_what_to_do(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    await peer.until(lambda: room.from_bot)
    await room.click(ann, "Old")
    await peer.until(lambda: room.from_bot[1:])
    assert "older version" in room.from_bot[1].words()


async def test_a_refused_question_teaches(peer: TeamsPeer, bot: Bot) -> None:
    async def refuse(context: Context, words: str) -> Answer:
        raise UserError("I cannot split by 'colour'. Try service.", ("by service",))

    bot.answer = refuse
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "by colour")
    [seen] = await peer.until(lambda: room.from_bot)
    assert "I cannot split by 'colour'." in seen.words()
    assert "by service" in seen.buttons()


async def test_an_answer_is_never_offered_for_sharing(peer: TeamsPeer, bot: Bot) -> None:
    async def shareable(context: Context, words: str) -> Answer:
        share = Button("Share", Action("share", {"text": ""}))
        only, both = Buttons((share,)), Buttons((share, Button("More", Action("ask"))))
        return Answer(Card("Cost", (Text(("words",)), only, both)))

    bot.answer = shareable
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    await room.say(ann, "@costbot cost")
    [seen] = await peer.until(lambda: room.from_bot)
    assert list(seen.buttons()) == ["More"]


async def test_one_person_cannot_take_the_whole_bot(peer: TeamsPeer, start: Start) -> None:
    bot = await start(tasks=Tasks(limit=8, per_owner=2))
    bot.gate.clear()
    ann, bob = peer.person("Ann"), peer.person("Bob")
    room = peer.channel("costs", ann, bob)
    for _ in range(3):
        await room.say(ann, "@costbot cost")
    [seen] = await peer.until(lambda: room.from_bot)
    assert "still working on your earlier questions" in seen.words()
    await room.say(bob, "@costbot cost")
    bot.gate.set()
    await peer.until(lambda: len(room.from_bot) == 4)
    assert [actor.name for _, actor, _ in bot.asked] == ["Ann", "Ann", "Bob"]


async def test_the_real_commands_answer_before_any_bill_is_loaded(
    peer: TeamsPeer, start: Start
) -> None:
    await start(real=True)
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    await room.say(ann, "@costbot help")
    [seen] = await peer.until(lambda: room.from_bot)
    assert "by service" in seen.words()
    await room.say(ann, "@costbot cost by service")
    await peer.until(lambda: room.from_bot[1:])
    assert "No bill is loaded yet" in room.from_bot[1].words()
