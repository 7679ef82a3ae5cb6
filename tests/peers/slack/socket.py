"""Socket Mode: connections opened with a ticket, envelopes, acknowledgements, disconnects."""

import asyncio
import json
from secrets import token_hex
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.peers.slack.delivery import Ack

if TYPE_CHECKING:
    from tests.peers.slack.peer import SlackPeer


class SocketDelivery:
    """Sends each payload over one open connection and waits for its acknowledgement."""

    def __init__(self, peer: "SlackPeer") -> None:
        self.peer = peer
        self.acks: list[float] = []
        self.opened = 0
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    def ticket(self) -> str:
        ticket = token_hex(8)
        self._tickets.add(ticket)
        return f"{self.peer.url.replace('http', 'ws', 1)}/link?ticket={ticket}"

    @property
    def connected(self) -> bool:
        return bool(self._open)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self.peer.complain("socket mode: a ticket was unknown or used twice")
            return web.Response(status=408)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0COSTBOT"}}
        await socket.send_json(hello)
        self._open.append(socket)
        self.opened += 1
        self.peer.changed()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            if socket in self._open:
                self._open.remove(socket)
            self.peer.changed()
        return socket

    def _acknowledge(self, frame: dict[str, Any]) -> None:
        waiting = self._waiting.pop(frame.get("envelope_id", ""), None)
        if waiting is None:
            self.peer.complain(f"socket mode: an ack that nobody waits for: {frame}")
        elif not waiting.done():
            waiting.set_result(frame)

    async def send(self, payload: dict[str, Any], kind: str) -> Ack:
        tries = 4 if kind == "events_api" else 1
        ack, reason = Ack(0, "", 0.0), ""
        for attempt in range(tries):
            retry = (
                {"retry_attempt": attempt, "retry_reason": reason} if kind == "events_api" else {}
            )
            ack = await self._once(payload, kind, retry)
            if ack.good:
                return Ack(ack.status, ack.body, ack.seconds, attempt + 1)
            reason = "timeout"
        return Ack(ack.status, ack.body, ack.seconds, tries)

    async def _once(self, payload: dict[str, Any], kind: str, retry: dict[str, Any]) -> Ack:
        envelope_id, started = str(uuid4()), perf_counter()
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        takes_answer = kind in ("slash_commands", "interactive")
        await self._open[-1].send_json(
            {
                "envelope_id": envelope_id,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": takes_answer,
                **retry,
            }
        )
        try:
            frame = await asyncio.wait_for(answer, self.peer.ack_seconds)
        except TimeoutError:
            self._waiting.pop(envelope_id, None)
            self.peer.complain(f"no ack within {self.peer.ack_seconds} s")
            return Ack(0, "", perf_counter() - started)
        seconds = perf_counter() - started
        self.acks.append(seconds)
        body = frame.get("payload")
        if body and not takes_answer:
            self.peer.complain("socket mode: an event was acknowledged with a payload")
        return Ack(200, json.dumps(body) if body else "", seconds)

    async def refresh(self) -> None:
        """Ask the bot to connect anew, as Slack does every few hours."""
        socket = self._open[-1]
        self._open.remove(socket)
        await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def cut(self) -> None:
        """Close every connection without a word."""
        for socket in [*self._open]:
            await socket.close()
