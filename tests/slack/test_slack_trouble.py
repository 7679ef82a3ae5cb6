"""When Slack repeats, refuses, waits or is away, and when we fail: what the person notices."""

import asyncio
import logging

import pytest
from aiohttp import web

from bot.tasks import Tasks
from tests.peers.slack import payloads
from tests.slack.stage import Stage, staged


async def test_a_storm_of_retries_is_answered_once(either: Stage) -> None:
    message = either.peer.workspace.post(either.room, either.ann.id, "by service")
    event = payloads.said(either.peer, message, "app_mention")
    acks = await asyncio.gather(*(either.peer.deliver(event, "events_api") for _ in range(10)))
    await either.settle()
    assert {ack.status for ack in acks} == {200}
    assert either.scene.questions == ["by service"]
    assert len(either.peer.seen(either.bob, either.room)) == 2


async def test_a_command_delivered_twice_is_answered_once(either: Stage) -> None:
    payload = payloads.command(either.peer, either.ann, either.room, "by service")
    for _ in range(2):
        assert (await either.peer.deliver(payload, "slash_commands")).status == 200
        either.peer.advance(1)
    await either.settle()
    assert either.scene.questions == ["by service"]


async def test_a_retry_of_a_lost_delivery_is_handled(stage: Stage) -> None:
    stage.peer.http.lose = 1
    ack = await stage.peer.mention(stage.ann, stage.room, "by service")
    assert (ack.status, ack.attempts) == (200, 2)
    await stage.peer.answers(stage.ann, stage.room)
    assert stage.scene.questions == ["by service"]


async def test_a_retry_after_our_own_failure_is_handled(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = stage.surface._desk
    take, calls = desk.take, []

    def fails_once(asked: object) -> bool:
        calls.append(asked)
        if len(calls) == 1:
            raise RuntimeError("for once")
        return take(asked)

    monkeypatch.setattr(desk, "take", fails_once)
    ack = await stage.peer.mention(stage.ann, stage.room, "by service")
    assert (ack.status, ack.attempts) == (200, 2)
    await stage.peer.answers(stage.ann, stage.room)
    assert stage.scene.questions == ["by service"]


async def test_an_error_of_a_command_reaches_the_person_without_its_inside(stage: Stage) -> None:
    await stage.peer.command(stage.ann, stage.room, "crash")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert "went wrong" in answer.words
    assert "secret" not in answer.words


async def test_an_error_while_drawing_reaches_the_person(stage: Stage) -> None:
    stage.scene.pictures_fail = True
    await stage.peer.command(stage.ann, stage.room, "by service")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert "went wrong" in answer.words
    assert "drawing" not in answer.words


async def test_a_person_with_too_many_questions_is_asked_to_wait() -> None:
    async with staged(tasks=Tasks(per_owner=1)) as stage:
        await stage.peer.command(stage.ann, stage.room, "slow")
        ack = await stage.peer.command(stage.ann, stage.room, "by service")
        assert "ask again" in ack.json["text"]
        (told,) = await stage.peer.answers(stage.ann, stage.room)
        assert "busy" in told.words
        await stage.peer.mention(stage.ann, stage.room, "by service")
        told = (await stage.peer.answers(stage.ann, stage.room, 2))[-1]
        assert "busy" in told.words
        await stage.peer.command(stage.bob, stage.room, "by region")
        answer = (await stage.peer.answers(stage.bob, stage.room, 2))[-1]
        assert "Cost by region" in answer.words
        stage.scene.go_on.set()


async def test_a_share_that_found_no_room_can_be_clicked_again() -> None:
    async with staged(tasks=Tasks(limit=1)) as stage:
        await stage.peer.command(stage.ann, stage.room, "by service")
        (private,) = await stage.peer.answers(stage.ann, stage.room)
        await stage.settle()
        await stage.peer.command(stage.bob, stage.room, "slow")
        await stage.peer.click(stage.ann, private, "Share")
        told = (await stage.peer.answers(stage.ann, stage.room, 2))[-1]
        assert "busy" in told.words
        stage.scene.go_on.set()
        await stage.settle()
        await stage.peer.click(stage.ann, private, "Share")
        await stage.peer.until(lambda: private.deleted)


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_without_native_charts_the_answer_comes_with_a_picture(
    stage: Stage, way: str
) -> None:
    stage.peer.charts = False
    await getattr(stage.peer, way)(stage.ann, stage.room, "by service")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert "Cost by service" in answer.words
    pictures = [block["image_url"] for block in answer.blocks if block["type"] == "image"]
    assert pictures == ["https://costbot.example.com/pictures/1.png"]
    assert ["data_visualization" in breach for breach in stage.peer.take_complaints()] == [True]


async def test_when_no_blocks_are_taken_the_answer_comes_in_words(stage: Stage) -> None:
    for _ in range(2):
        stage.peer.fail_next("chat.postMessage", error="invalid_blocks")
    await stage.peer.mention(stage.ann, stage.room, "by service")
    (answer,) = await stage.peer.answers(stage.ann, stage.room)
    assert answer.blocks == []
    assert "Cost by service" in answer.words


async def test_an_answer_waits_when_slack_asks_for_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(stage.surface._desk, "_sleep", sleep)
    stage.peer.fail_next("chat.postMessage", 429, "ratelimited", headers={"Retry-After": "2"})
    await stage.peer.mention(stage.ann, stage.room, "by service")
    await stage.peer.answers(stage.ann, stage.room)
    stage.peer.response_urls.faults.append(web.Response(status=429, headers={"Retry-After": "3"}))
    await stage.peer.command(stage.ann, stage.room, "by region")
    await stage.peer.answers(stage.ann, stage.room, 2)
    assert waits == [2.0, 3.0]


async def test_an_answer_does_not_wait_for_minutes(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.peer.fail_next("chat.postMessage", 429, "ratelimited", headers={"Retry-After": "600"})
    await stage.peer.mention(stage.ann, stage.room, "by service")
    (told,) = await stage.peer.answers(stage.ann, stage.room)
    assert "did not confirm" in told.words
    assert "did not reach Slack" in caplog.text


@pytest.mark.parametrize("status", [500, 0])
async def test_a_message_whose_outcome_is_unknown_is_not_sent_twice(
    stage: Stage, status: int
) -> None:
    """0: the message is there, and then the connection drops before we learn of it."""
    stage.peer.fail_next("chat.postMessage", status, "internal_error", after_effect=True)
    await stage.peer.mention(stage.ann, stage.room, "by service")
    await stage.settle()
    answers = [m for m in stage.peer.seen(stage.bob, stage.room) if "Cost by" in m.words]
    assert len(answers) == 1


async def test_one_answer_is_one_request(stage: Stage) -> None:
    await stage.peer.mention(stage.ann, stage.room, "by service")
    await stage.settle()
    assert [name for name, _ in stage.peer.web_api.calls] == ["chat.postMessage"]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "http://localhost:1/x",
        "file:///etc/passwd",
        "//hooks.slack.com/x",
        "not an address",
        "",
    ],
)
async def test_an_answer_goes_to_nobody_but_slack(stage: Stage, url: str) -> None:
    payload = payloads.command(stage.peer, stage.ann, stage.room, "by service")
    ack = await stage.peer.deliver(payload | {"response_url": url}, "slash_commands")
    await stage.settle()
    assert ack.status == 400
    assert stage.scene.questions == []


async def test_a_redirect_of_an_answer_is_not_followed(stage: Stage) -> None:
    away = f"{stage.peer.url}/api/chat.postMessage"
    stage.peer.response_urls.faults.append(web.Response(status=307, headers={"Location": away}))
    await stage.peer.command(stage.ann, stage.room, "by service")
    await stage.settle()
    assert stage.peer.web_api.calls == []


async def test_no_log_line_holds_a_secret_or_a_response_url(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.peer.fail_next("chat.postMessage", error="channel_not_found")
    await stage.peer.mention(stage.ann, stage.room, "by service")
    for _ in range(2):
        stage.peer.response_urls.faults.append(web.Response(status=404, text="expired_url"))
    await stage.peer.command(stage.ann, stage.room, "by service")
    await stage.peer.http.raw(b"x=1", {"X-Slack-Signature": "v0=" + "0" * 64})
    await stage.settle()
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("bot."))
    assert "did not reach Slack" in ours
    for secret in (stage.peer.bot_token, stage.peer.signing_secret, "/actions/"):
        assert secret not in ours
