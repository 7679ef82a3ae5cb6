"""How Slack delivers: signed, with a stopwatch running, and again when an event was not taken."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

if TYPE_CHECKING:
    from tests.peers.slack.peer import SlackPeer

ACK_SECONDS = 3.0


@dataclass(frozen=True)
class Ack:
    """What became of one delivery; `status` 0 says that no answer came in time."""

    status: int
    body: str
    seconds: float
    attempts: int = 1

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body) if self.body.startswith("{") else {}


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    text = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Posts to the bot's request URL."""

    def __init__(self, peer: "SlackPeer") -> None:
        self.peer = peer
        self.lose = 0
        self.acks: list[float] = []

    async def send(self, payload: dict[str, Any], kind: str) -> Ack:
        """One delivery; events are tried up to four times, as Slack does, the rest once."""
        tries = 4 if kind == "events_api" else 1
        ack, reason = Ack(0, "", 0.0), ""
        for attempt in range(tries):
            again = (
                {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
                if attempt
                else {}
            )
            if self.lose:
                self.lose, reason = self.lose - 1, "connection_failed"
                continue
            ack = await self.post(encode(payload, kind), content_type(kind), again)
            if ack.good:
                return Ack(ack.status, ack.body, ack.seconds, attempt + 1)
            reason = "http_error" if ack.status else "http_timeout"
        return Ack(ack.status, ack.body, ack.seconds, tries)

    async def post(
        self, body: bytes, content_type: str, headers: dict[str, str] | None = None
    ) -> Ack:
        """Sign and send these bytes."""
        timestamp = str(int(self.peer.now()))
        signed = {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.peer.signing_secret, timestamp, body),
        }
        return await self.raw(body, {**signed, "Content-Type": content_type, **(headers or {})})

    async def raw(self, body: bytes, headers: Any) -> Ack:
        """Send bytes and headers exactly as given, and keep the time."""
        started = perf_counter()
        timeout = aiohttp.ClientTimeout(total=self.peer.ack_seconds)
        try:
            async with self.peer.session.post(
                self.peer.request_url, data=body, headers=headers, timeout=timeout
            ) as response:
                text = await response.text()
                ack = Ack(response.status, text, perf_counter() - started)
        except TimeoutError:
            ack = Ack(0, "", perf_counter() - started)
            self.peer.complain(f"no ack within {self.peer.ack_seconds} s")
        self.acks.append(ack.seconds)
        return ack


def encode(payload: dict[str, Any], kind: str) -> bytes:
    match kind:
        case "slash_commands":
            return urlencode(payload).encode()
        case "interactive":
            return urlencode({"payload": json.dumps(payload)}).encode()
        case _:
            return json.dumps(payload).encode()


def content_type(kind: str) -> str:
    return "application/json" if kind == "events_api" else "application/x-www-form-urlencoded"
