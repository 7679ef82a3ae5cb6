"""Socket Mode: the same deliveries over a connection that we open, for firewalled sites."""

import asyncio
import logging
import time
from collections.abc import Callable

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.gate import Gate

log = logging.getLogger(__name__)


class SocketMode:
    """Keeps one connection alive.

    The SDK reconnects by itself; a watchdog replaces its client when it has been without a
    connection for `patience_seconds`, because some of its reconnects never end.
    """

    def __init__(
        self,
        gate: Gate,
        web: AsyncWebClient,
        app_token: str,
        ping_seconds: float = 10.0,
        patience_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gate = gate
        self._web = web
        self._app_token = app_token
        self._ping_seconds = ping_seconds
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._alive_at = clock()
        self._client: SocketModeClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to connect; an unreachable Slack does not hold up the rest of the start."""
        self._open()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        await self._close()

    async def connected(self) -> bool:
        return self._client is not None and await self._client.is_connected()

    def _open(self) -> None:
        client = SocketModeClient(
            self._app_token,
            logger=logging.getLogger(f"{__name__}.sdk"),
            web_client=self._web,
            proxy=self._web.proxy,
            ping_interval=self._ping_seconds,
        )
        client.socket_mode_request_listeners.append(self._receive)
        self._client = client
        self._connecting = asyncio.create_task(client.connect())

    async def _close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        if self._client is not None:
            await self._client.close()

    async def _receive(
        self, client: AsyncBaseSocketModeClient, envelope: SocketModeRequest
    ) -> None:
        started = time.time()
        request = AsyncBoltRequest(
            mode="socket_mode", body=envelope.payload, headers=build_headers(envelope)
        )
        response = await self._gate.dispatch(request)
        await send_async_response(client, envelope, response, started)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._ping_seconds)
            if await self.connected():
                self._alive_at = self._clock()
            elif self._clock() - self._alive_at > self._patience_seconds:
                log.error("no Socket Mode connection for too long: starting over")
                await self._close()
                self._alive_at = self._clock()
                self._open()
