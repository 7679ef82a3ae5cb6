"""A peer, a client of Slack's own SDK, and a bot that can be told how to behave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.peers.slack import Message, SlackPeer


class World:
    """A peer, a client of Slack's own SDK, a person and a room; and a bot that can be told."""

    def __init__(self, peer: SlackPeer, client: AsyncWebClient) -> None:
        self.peer, self.client = peer, client
        self.ann, self.bob = peer.person("ann"), peer.person("bob")
        self.room = peer.channel("room", self.ann)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.answer: web.Response | None = None
        self.pause = asyncio.Event()
        self.pause.set()

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.heard.append((dict(request.headers), body))
        await self.pause.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return self.answer or web.Response(status=status)

    def say(self, **more: Any) -> dict[str, Any]:
        return {"channel": self.room.id, "text": "hello", **more}

    async def refused(self, method: str, **arguments: Any) -> str:
        with pytest.raises(SlackApiError) as refusal:
            await self.client.api_call(method, json=arguments)
        assert self.peer.take_complaints() or refusal.value.response["error"] == "ratelimited"
        return refusal.value.response["error"]

    async def respond(self, url: str, **body: Any) -> tuple[int, dict[str, Any]]:
        async with self.peer.session.post(url, json=body) as response:
            return response.status, await response.json()

    def message(self) -> Message:
        return self.peer.workspace.post(
            self.room, self.peer.bot.id, "private", only_for=self.ann.id
        )


@asynccontextmanager
async def world_of_slack() -> AsyncIterator[World]:
    peer = await SlackPeer().start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            peer.bot_token, base_url=peer.api_url, session=session, retry_handlers=[]
        )
        made = World(peer, client)
        app = web.Application()
        app.router.add_post("/slack/events", made.hear)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        peer.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield made
        made.pause.set()
        await runner.cleanup()
        await peer.stop()
    assert peer.complaints == []
