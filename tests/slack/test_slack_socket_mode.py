"""Socket Mode stays connected: through refreshes, cuts, an absent Slack and a stuck client."""

import asyncio

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.socket_mode import SocketMode
from bot.settings import Settings
from domain.errors import SettingsError
from tests.peers.slack import SlackPeer, payloads
from tests.slack.stage import Scene, Stage, settings, staged


@pytest.fixture
async def stage():
    async with staged(socket=True) as made:
        yield made


async def test_a_refresh_is_followed_and_questions_go_on(stage: Stage) -> None:
    await stage.peer.socket.refresh()
    await stage.peer.until(lambda: stage.peer.socket.opened == 2 and stage.peer.socket.connected)
    await stage.peer.command(stage.ann, stage.room, "by service")
    await stage.peer.answers(stage.ann, stage.room)


async def test_a_cut_connection_is_opened_again(stage: Stage) -> None:
    await stage.peer.socket.cut()
    await stage.peer.until(lambda: stage.peer.socket.opened == 2 and stage.peer.socket.connected)
    await stage.peer.command(stage.ann, stage.room, "by service")
    await stage.peer.answers(stage.ann, stage.room)


async def test_a_retried_envelope_has_its_effect_once(stage: Stage) -> None:
    message = stage.peer.workspace.post(stage.room, stage.ann.id, "by service")
    event = payloads.said(stage.peer, message, "app_mention")
    for _ in range(3):
        assert (await stage.peer.deliver(event, "events_api")).good
    await stage.settle()
    assert stage.scene.questions == ["by service"]


async def connected(mode: SocketMode) -> None:
    """The client knows of its connection a moment after Slack does."""
    for _ in range(500):
        if await mode.connected():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not connected within 5 s")


async def test_the_watchdog_replaces_a_client_that_is_stuck(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peer = await SlackPeer().start()
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(peer.bot_token, base_url=peer.api_url, session=session)
        mode = SocketMode(None, web, peer.app_token, ping_seconds=0.3, patience_seconds=0.4)  # type: ignore[arg-type]
        await mode.start()
        await connected(mode)
        stuck = mode._client
        assert stuck is not None

        async def never() -> bool:
            return False

        stuck.auto_reconnect_enabled = stuck.default_auto_reconnect_enabled = False
        monkeypatch.setattr(stuck, "is_connected", never)
        await peer.until(lambda: peer.socket.opened == 2)
        assert mode._client is not stuck
        assert stuck.closed
        await mode.stop()
    assert peer.complaints == []
    await peer.stop()


async def test_an_absent_slack_does_not_hold_up_the_start() -> None:
    from aiohttp import web

    from bot.adapters import slack
    from bot.tasks import Tasks

    peer = await SlackPeer().start()
    peer.fail_next("apps.connections.open", 500, "internal_error")
    app = web.Application()
    surface = await slack.attach(app, None, Tasks(), settings(peer, socket=True), Scene())  # type: ignore[arg-type]
    assert surface.socket_mode is not None
    surface.socket_mode._ping_seconds = 0.3
    runner = web.AppRunner(app)
    await runner.setup()
    assert not await surface.socket_mode.connected()
    await peer.until(lambda: peer.socket.connected)
    await runner.cleanup()
    await peer.until(lambda: not peer.socket.connected)
    await peer.stop()


async def test_without_signing_secret_and_app_token_nothing_starts() -> None:
    from aiohttp import web

    from bot.adapters import slack
    from bot.settings import Secret
    from bot.tasks import Tasks

    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET"):
        await slack.attach(
            web.Application(),
            None,  # type: ignore[arg-type]
            Tasks(),
            Settings(slack_bot_token=Secret("xoxb")),
            Scene(),
        )
