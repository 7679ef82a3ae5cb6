"""A whole Slack on loopback: what the bot calls, what it is sent, and what people then see."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

from tests.peers.slack import payloads
from tests.peers.slack.delivery import ACK_SECONDS, Ack, HttpDelivery
from tests.peers.slack.model import Channel, Message, Person, Workspace
from tests.peers.slack.response_urls import ResponseUrls
from tests.peers.slack.socket import SocketDelivery
from tests.peers.slack.views import Modal, Views
from tests.peers.slack.web_api import Fault, WebApi


class SlackPeer:
    """`complaints` collects every breach of Slack's rules; a test that expects one takes it out.

    `charts` is whether native charts are rolled out; `ack_seconds` is how long Slack waits.
    """

    signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
    bot_token = "xoxb-1-peer"
    app_token = "xapp-1-peer"
    bot_id = "B0COSTBOT"

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.bot = self.workspace.person("costbot")
        self.web_api = WebApi(self)
        self.response_urls = ResponseUrls(self)
        self.views = Views(self)
        self.http = HttpDelivery(self)
        self.socket = SocketDelivery(self)
        self.complaints: list[str] = []
        self.charts = True
        self.ack_seconds = ACK_SECONDS
        self.use_socket = False
        self.request_url = ""
        self.url = ""
        self._ahead = 0.0
        self._changed = asyncio.Event()

    async def start(self) -> "SlackPeer":
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self.web_api.handle)
        app.router.add_post("/actions/{team}/{key}", self.response_urls.handle)
        app.router.add_get("/link", self.socket.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.session = aiohttp.ClientSession()
        return self

    async def stop(self) -> None:
        await self.socket.cut()
        await self.session.close()
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"{self.url}/api"

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def complain(self, breach: str) -> None:
        self.complaints.append(breach)

    def take_complaints(self) -> list[str]:
        taken, self.complaints = self.complaints, []
        return taken

    def fail_next(self, method: str, status: int = 200, error: str = "", **more: Any) -> None:
        """The next call of `method` fails; `after_effect` lets it do its work first."""
        self.web_api.faults.append(Fault(method, status, {"ok": False, "error": error}, **more))

    def stall(self, method: str) -> None:
        """The next call of `method` gets no answer at all."""
        self.web_api.stalled.append(method)

    # -- people -------------------------------------------------------------------------------

    def person(self, name: str, team: str | None = None) -> Person:
        return self.workspace.person(name, team)

    def channel(
        self, name: str, *people: Person, with_bot: bool = True, private: bool = False
    ) -> Channel:
        members = [person.id for person in (*people, self.bot)]
        return self.workspace.channel(name, *members[: None if with_bot else -1], private=private)

    def direct_channel(self, person: Person) -> Channel:
        return self.workspace.direct(person.id, self.bot.id)

    def seen(self, person: Person, channel: Channel) -> list[Message]:
        return self.workspace.seen(person, channel)

    async def command(self, person: Person, channel: Channel, text: str) -> Ack:
        """`/cost text`; a refused or late acknowledgement shows as Slack shows it."""
        payload = payloads.command(self, person, channel, payloads.escape(text))
        ack = await self.deliver(payload, "slash_commands")
        words = ack.json.get("text", "") if ack.json else ack.body
        if not ack.good:
            error = "dispatch_failed" if ack.status else "operation_timeout"
            words = f"/cost failed with the error {error}"
        if words:
            self.workspace.post(channel, self.bot.id, words, only_for=person.id)
            self.changed()
        return ack

    async def click(self, person: Person, message: Message, label: str) -> Ack:
        """Press the button that says `label` on a message that `person` can see."""
        if message not in self.seen(person, message.channel):
            raise AssertionError(f"{person.name} cannot see that message")
        if label not in message.buttons:
            raise AssertionError(f"no button {label!r}, only {sorted(message.buttons)}")
        button = message.buttons[label]
        return await self.deliver(payloads.click(self, person, message, button), "interactive")

    async def mention(
        self, person: Person, channel: Channel, text: str, thread: str | None = None
    ) -> Ack:
        said = f"<@{self.bot.id}> {payloads.escape(text)}"
        message = self.workspace.post(channel, person.id, said, thread=thread)
        return await self.deliver(payloads.said(self, message, "app_mention"), "events_api")

    async def direct(self, person: Person, text: str, thread: str | None = None) -> Ack:
        channel = self.direct_channel(person)
        message = self.workspace.post(channel, person.id, payloads.escape(text), thread=thread)
        return await self.deliver(payloads.said(self, message, "message"), "events_api")

    async def message_shortcut(
        self, person: Person, message: Message, callback: str = "ask"
    ) -> Ack:
        payload = payloads.message_shortcut(self, person, message, callback)
        return await self.deliver(payload, "interactive")

    async def shortcut(self, person: Person) -> Ack:
        return await self.deliver(payloads.shortcut(self, person), "interactive")

    async def submit(self, person: Person, view: dict[str, Any]) -> Ack:
        return await self.deliver(payloads.submission(self, person, view), "interactive")

    async def modal(self, person: Person) -> Modal:
        """What `person` has on the screen, once there is something."""
        return await self.until(lambda: self.views.open(person))

    async def send_form(
        self, person: Person, modal: Modal, typed: dict[str, str] | None = None
    ) -> Ack:
        """Fill in fields by what stands above them, and press the button below."""
        if modal is not self.views.open(person):
            raise AssertionError(f"{person.name} does not see that form")
        view = {**modal.view, "id": modal.id, "hash": f"{modal.edits}.hash"}
        payload = payloads.submission(self, person, view, modal.state(typed or {}))
        ack = await self.deliver(payload, "interactive")
        modal.answered(ack, self)
        self.changed()
        return ack

    def delete(self, message: Message) -> None:
        """A person deletes a message."""
        message.deleted = True
        self.changed()

    async def suggest(self, person: Person, action_id: str, typed: str) -> list[Any]:
        """What an external select offers: at most 100 options, within 3 seconds."""
        payload = payloads.suggestion(self, person, action_id, typed)
        ack = await self.deliver(payload, "interactive")
        options = json.loads(ack.body).get("options") if ack.good and ack.body else None
        if not isinstance(options, list) or len(options) > 100:
            self.complain(f"block_suggestion: no list of at most 100 options: {ack.body[:80]}")
            return []
        return options

    async def deliver(self, payload: dict[str, Any], kind: str) -> Ack:
        return await (self.socket if self.use_socket else self.http).send(payload, kind)

    # -- waiting ------------------------------------------------------------------------------

    def changed(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait until `condition` holds, looking again at each visible change."""
        async with asyncio.timeout(seconds):
            while not (result := condition()):
                self._changed.clear()
                await self._changed.wait()
        return result

    async def answers(self, person: Person, channel: Channel, number: int = 1) -> list[Message]:
        """The bot's messages that `person` sees there, once there are `number` of them."""

        def said() -> list[Message]:
            return [m for m in self.seen(person, channel) if m.author == self.bot.id]

        return await self.until(lambda: said() if len(said()) >= number else None)
