"""What people see when something breaks: the connector, the keys, the login, or the bot itself."""

import re

import pytest

from cards.model import Action, Button, Buttons, Card, Code, Column, Facts, Link, Table, Text
from handlers.kinds import Answer, Context
from tests.peers.teams import TeamsPeer
from tests.peers.teams.peer import Fault
from tests.teams.conftest import Bot

HOSTILE = (
    "<!channel>",
    "<at>Everyone</at>",
    "[click](https://forger.example.com)",
    "**bold** _it_ ~~no~~ `code`",
    "&lt;b&gt;",
    "\u202egnp.exe",
    "a\x00b\x07c",
    "x" * 5000,
    "{{DATE(2026-01-01, SHORT)}}",
)


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_a_connector_that_stumbles_gets_the_answer_a_little_later(
    peer: TeamsPeer, bot: Bot, status: int
) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    peer.fail(status)
    await room.say(ann, "cost")
    await peer.until(lambda: room.from_bot)
    assert (peer.count("/activities"), len(room.from_bot)) == (2, 1)


async def test_a_throttled_update_still_reaches_everyone(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    [seen] = await peer.until(lambda: room.from_bot)
    peer.fail(429, Retry_After="0.1")
    await room.click(ann, "By account")
    assert "Cost by account" in seen.words(ann)
    await peer.until(lambda: len(seen.versions) == 2)


async def test_a_slow_connector_holds_up_nobody_else(peer: TeamsPeer, bot: Bot) -> None:
    ann, bob = peer.person("Ann"), peer.person("Bob")
    peer.slow(30.0)
    assert (await peer.personal(ann).say(ann, "cost")).status == 200
    await peer.until(lambda: peer.count("/activities") == 1)
    room = peer.personal(bob)
    assert (await room.say(bob, "cost")).status == 200
    await peer.until(lambda: room.from_bot, seconds=2)
    for task in list(bot.tasks._running):
        task.cancel()


async def test_a_refused_card_becomes_an_apology_with_a_reference(
    peer: TeamsPeer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    peer.fail(400)
    await room.say(ann, "cost")
    [seen] = await peer.until(lambda: room.from_bot)
    assert "Something went wrong on my side" in seen.words()
    reference = re.search(r"\b[0-9a-f]{8}\b", seen.words())
    assert reference and f"Teams request {reference[0]} failed" in caplog.text


async def test_a_bug_shows_a_reference_and_nothing_of_its_inside(
    peer: TeamsPeer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_down(context: Context, words: str) -> Answer:
        raise RuntimeError("password=hunter2 at /srv/costbot")

    bot.answer = break_down
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    [seen] = await peer.until(lambda: room.from_bot)
    assert "Something went wrong on my side" in seen.words()
    assert "hunter2" not in str(seen.activity)
    assert "hunter2" in caplog.text


async def test_a_bug_in_the_turn_itself_is_told_too(
    peer: TeamsPeer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("hunter2")

    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    await peer.until(lambda: room.from_bot)
    monkeypatch.setattr("bot.adapters.teams.bot.origin_of", break_down)
    assert (await room.say(ann, "cost")).status == 200
    await peer.until(lambda: room.from_bot[1:])
    delivered = await room.click(ann, "By account")
    assert (delivered.status, delivered.json()["statusCode"]) == (200, 500)
    assert room.toasts == [(ann, "Something went wrong on my side.")]
    await peer.until(lambda: room.from_bot[2:])
    assert all("Something went wrong" in seen.words() for seen in room.from_bot[1:])
    assert "hunter2" not in str([seen.activity for seen in room.from_bot]) + str(delivered.body)


async def test_keys_that_cannot_be_had_are_a_pause_not_a_refusal(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    peer.openid_fault = Fault(status=500)
    refused = await room.say(ann, "cost")
    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert bot.asked == []


async def test_rotated_keys_are_taken_at_once_and_old_ones_no_more(
    peer: TeamsPeer, bot: Bot
) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    assert (await room.say(ann, "cost")).status == 200
    old = f"Bearer {peer.token()}"
    for _ in range(3):
        peer.keyring.rotate()
        assert (await room.say(ann, "cost")).status == 200
    assert (await peer.deliver(room.message(ann, "cost"), old)).status == 401
    await peer.until(lambda: len(room.from_bot) == 4)


async def test_the_login_is_asked_once_for_many_answers(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    for _ in range(5):
        await room.say(ann, "cost")
    await peer.until(lambda: len(room.from_bot) == 5)
    assert peer.count("/oauth2/v2.0/token") == 1
    assert peer.calls[-1][1].startswith("/amer/v3/")


async def test_a_token_that_is_no_longer_good_is_renewed(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    await peer.until(lambda: room.from_bot)
    peer.tokens.clear()
    await room.say(ann, "cost")
    await peer.until(lambda: room.from_bot[1:])
    assert peer.count("/oauth2/v2.0/token") == 2


async def test_a_wrong_password_is_in_the_log_without_the_password(
    peer: TeamsPeer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    password, peer.password = peer.password, "another"
    ann = peer.person("Ann")
    assert (await peer.personal(ann).say(ann, "cost")).status == 200
    await bot.tasks.drain(5)
    assert "Microsoft refused TEAMS_APP_ID and TEAMS_APP_PASSWORD" in caplog.text
    assert password not in caplog.text


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text_on_its_way_in_and_out(
    peer: TeamsPeer, bot: Bot, text: str
) -> None:
    async def echo(context: Context, words: str) -> Answer:
        blocks = (
            Text((text, Code(text), Link(text, "https://example.com"))),
            Facts(((text, (text,)),)),
            Table((Column(text),), ((text,),)),
            Buttons((Button(text, Action("ask", {"text": text[:200]})),)),
        )
        return Answer(Card(text, blocks))

    bot.answer = echo
    ann = peer.person("Ann")
    room = peer.channel("costs", ann)
    await room.say(ann, f"@costbot cost where team={text}")
    [seen] = await peer.until(lambda: room.from_bot)
    assert bot.asked[0][0] == " ".join(f"where team={text}".split())
    assert seen.activity.get("text", "") == ""
    assert "entities" not in seen.activity
    assert "\u202e" not in seen.activity["summary"] and "\x00" not in seen.activity["summary"]
    await room.click(ann, next(iter(seen.buttons())))
    assert bot.clicks == [{"text": text[:200]}]


async def test_drawing_an_answer_holds_up_nobody_else(peer: TeamsPeer, bot: Bot) -> None:
    """The address of a chart is written to the disk: that happens outside of the event loop."""
    ann = peer.person("Ann")
    room = peer.personal(ann)
    await room.say(ann, "cost")
    [seen] = await peer.until(lambda: room.from_bot)
    assert "https://costbot.example.com/pictures/1.png" in str(seen.activity)
    await room.click(ann, "By account")
    await peer.until(lambda: len(seen.versions) == 2)
    assert bot.pictures.in_the_loop == 0
