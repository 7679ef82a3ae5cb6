"""The Web API: tokens, scopes, argument names and limits are checked before anything happens."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from tests.peers.slack.methods import METHODS, Arguments, Method
from tests.peers.slack.model import Channel, Message
from tests.peers.slack.rules import RefusedError

if TYPE_CHECKING:
    from tests.peers.slack.peer import SlackPeer


@dataclass
class Fault:
    """A scripted misfortune for the next call of one method; status 0 drops the connection."""

    method: str
    status: int
    body: Arguments
    headers: dict[str, str] = field(default_factory=dict)
    after_effect: bool = False


class WebApi:
    """Answers `/api/<method>` for one workspace."""

    def __init__(self, peer: "SlackPeer") -> None:
        self.peer = peer
        self.calls: list[tuple[str, Arguments]] = []
        self.faults: list[Fault] = []
        self.stalled: list[str] = []
        self.scopes = {"commands", "chat:write", "app_mentions:read", "im:history", "users:read"}
        self.one_a_second = False
        self._last_post: dict[str, float] = {}

    async def handle(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((name, arguments))
        if name in self.stalled:
            self.stalled.remove(name)
            await asyncio.Event().wait()
        fault = self._fault(name)
        if fault is not None and not fault.after_effect:
            return _strike(fault, request)
        answer = self._answer(name, arguments, _token(request, arguments))
        if fault is not None:
            return _strike(fault, request)
        if answer.get("error") == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        return web.json_response(answer)

    def _fault(self, name: str) -> Fault | None:
        fault = next((fault for fault in self.faults if fault.method == name), None)
        if fault is not None:
            self.faults.remove(fault)
        return fault

    def _answer(self, name: str, arguments: Arguments, token: str | None) -> Arguments:
        try:
            method = METHODS.get(name)
            if method is None:
                raise RefusedError("unknown_method", name)
            self._authorise(method, token)
            self._check(method, name, arguments)
            return {"ok": True, **method.run(self, arguments)}
        except RefusedError as refusal:
            if refusal.code not in ("ratelimited",):
                self.peer.complain(f"{name}: {refusal}")
            needed = {"needed": refusal.needed} if refusal.needed else {}
            return {"ok": False, "error": refusal.code, "detail": refusal.detail, **needed}

    def _authorise(self, method: Method, token: str | None) -> None:
        if not token:
            raise RefusedError("not_authed")
        expected = self.peer.app_token if method.token == "app" else self.peer.bot_token
        if token != expected:
            kinds = (self.peer.app_token, self.peer.bot_token)
            raise RefusedError("not_allowed_token_type" if token in kinds else "invalid_auth")
        if method.scopes and not method.scopes & self.scopes:
            needed = sorted(method.scopes)
            raise RefusedError("missing_scope", f"needs one of {needed}", needed=",".join(needed))

    def _check(self, method: Method, name: str, arguments: Arguments) -> None:
        unknown = set(arguments) - method.arguments - {"token"}
        missing = {key for key in method.required if not arguments.get(key)}
        if unknown or missing:
            raise RefusedError(
                "invalid_arguments", f"unknown {sorted(unknown)}, missing {sorted(missing)}"
            )

    def channel(self, key: str, write: bool = True, member: bool = False) -> Channel:
        """The channel of an id; a person's id stands for their conversation with the bot.

        Nobody from outside learns that a private channel exists; `member` is for what no scope
        allows from outside.
        """
        workspace, bot = self.peer.workspace, self.peer.bot.id
        if key in workspace.people:
            return workspace.direct(key, bot)
        channel = workspace.channels.get(key)
        inside = channel is not None and bot in channel.members
        if channel is None or ((channel.private or channel.direct) and not inside):
            raise RefusedError("channel_not_found", key)
        public = write and not member and "chat:write.public" in self.scopes
        if (write or member) and not inside and not public:
            raise RefusedError("not_in_channel", channel.name)
        if write and channel.archived:
            raise RefusedError("is_archived", channel.name)
        return channel

    def history(self, channel: Channel) -> list[Message]:
        """What everybody sees in the channel itself, without threads; the newest first."""
        seen = [m for m in self.peer.workspace.messages if m.channel is channel and not m.deleted]
        main = [m for m in seen if not m.only_for and m.thread in (None, m.ts)]
        return sorted(main, key=lambda message: float(message.ts), reverse=True)

    def message(self, arguments: Arguments) -> Message:
        channel = self.channel(arguments["channel"])
        message = self.peer.workspace.find(channel.id, str(arguments["ts"]))
        if message is None or message.only_for:
            raise RefusedError("message_not_found")
        if message.author != self.peer.bot.id:
            raise RefusedError("cant_update_message")
        return message

    def pace(self, channel: Channel) -> None:
        """Slack takes about one message a second for each channel."""
        now = self.peer.now()
        if self.one_a_second and now - self._last_post.get(channel.id, 0.0) < 1.0:
            raise RefusedError("ratelimited")
        self._last_post[channel.id] = now


def _strike(fault: Fault, request: web.Request) -> web.Response:
    if fault.status:
        return web.json_response(fault.body, status=fault.status, headers=fault.headers)
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _token(request: web.Request, arguments: Arguments) -> str | None:
    bearer = request.headers.get("Authorization", "")
    return bearer.removeprefix("Bearer ") if bearer else arguments.get("token")


async def _arguments(request: web.Request) -> Arguments:
    arguments: Arguments = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    elif request.method == "POST":
        arguments |= dict(await request.post())
    return arguments
