"""A bot with a few plain commands behind the real Slack surface, next to a strict Slack."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from aiohttp import web

from bot import registry
from bot.adapters import slack
from bot.adapters.slack.recent import Recent
from bot.adapters.slack.surface import SlackSurface
from bot.router import Router
from bot.settings import Secret, Settings
from bot.tasks import Tasks
from cards.model import Card, Chart, Column, Note, Series, Table, Text
from cards.parts import ask_buttons
from domain.ports import Lake
from handlers.kinds import ActionHandler, Answer, Command, Context, Surface, Use
from tests.peers.slack import Channel, Person, SlackPeer
from tests.shared import ROOT

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHART = Chart(
    "bar", "Cost by service", ("EC2", "S3"), (Series("Cost", (7.0, 5.0)),), "USD", "EC2 leads."
)


@dataclass
class Scene:
    """What the commands did, and the switches that steer them."""

    contexts: list[Context] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    text: str = "EC2 is the dearest."
    pictures_fail: bool = False

    def url(self, chart: Chart) -> str | None:
        if self.pictures_fail:
            raise RuntimeError("the drawing process died")
        return "https://costbot.example.com/pictures/1.png"

    def commands(self) -> dict[str, Command]:
        runs = {
            "spend": self.spend,
            "overview": self.spend,
            "slow": self.slow,
            "crash": self.crash,
            "announce": self.announce,
        }
        return {name: Command(name, "", (), (), run) for name, run in runs.items()}

    async def spend(self, context: Context, words: str) -> Answer:
        self.contexts.append(context)
        self.questions.append(words)
        room = context.origin.surface is Surface.ROOM
        buttons = ask_buttons((("By region", "by region"),), words if room else None)
        table = Table((Column("Service"), Column("Cost", True)), (("EC2", "$7"), ("S3", "$5")))
        blocks = (Text((self.text,)), table, CHART, Note(("Unblended cost.",)))
        card = Card(f"Cost {words}".strip(), blocks + ((buttons,) if buttons else ()))
        return Answer(card)

    async def slow(self, context: Context, words: str) -> Answer:
        await self.go_on.wait()
        return await self.spend(context, words)

    async def crash(self, context: Context, words: str) -> Answer:
        raise RuntimeError("secret inside")

    async def announce(self, context: Context, words: str) -> Answer:
        return Answer(Card("For everybody"), public=True)


@dataclass
class Stage:
    """The bot on one side, Slack on the other, and two people in a room."""

    peer: SlackPeer
    scene: Scene
    tasks: Tasks
    surface: SlackSurface
    ann: Person
    bob: Person
    room: Channel

    async def settle(self) -> None:
        """Let everything that was started come to its end."""
        await self.tasks.drain(5)
        await self.surface._desk.drain(5)  # pyright: ignore[reportPrivateUsage]


def scopes() -> set[str]:
    """What the committed manifest asks for."""
    asked = json.loads((ROOT / "deploy" / "slack" / "manifest.json").read_text())
    return set(asked["oauth_config"]["scopes"]["bot"])


def settings(peer: SlackPeer, socket: bool = False) -> Settings:
    return Settings(
        slack_bot_token=Secret(peer.bot_token),
        slack_signing_secret=Secret(peer.signing_secret),
        slack_app_token=Secret(peer.app_token) if socket else None,
        slack_api_url=peer.api_url,
    )


@asynccontextmanager
async def staged(
    socket: bool = False,
    tasks: Tasks | None = None,
    lake: Lake | None = None,
    actions: Mapping[str, ActionHandler] | None = None,
    recent: Recent | None = None,
) -> AsyncIterator[Stage]:
    """With a lake the real commands answer, without one those of the scene.

    The bot has the scopes of its manifest and no others.
    """
    peer, scene = await SlackPeer().start(), Scene()
    peer.web_api.scopes = scopes()
    tasks = Tasks() if tasks is None else tasks
    commands = scene.commands() if lake is None else registry.commands()
    router = Router(
        Use(cast(Lake, lake), commands), {**registry.actions(), **(actions or {})}, lambda: NOW
    )
    app = web.Application()
    surface = await slack.attach(app, router, tasks, settings(peer, socket), scene, recent)
    if surface.socket_mode is not None:
        surface.socket_mode._ping_seconds = 1.0  # pyright: ignore[reportPrivateUsage]
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    peer.use_socket = socket
    ann, bob = peer.person("ann"), peer.person("bob")
    stage = Stage(peer, scene, tasks, surface, ann, bob, peer.channel("cost-alerts", ann, bob))
    try:
        if socket:
            await peer.until(lambda: peer.socket.connected)
        yield stage
        await stage.settle()
        assert peer.complaints == []
    finally:
        scene.go_on.set()
        await tasks.drain(1)
        await runner.cleanup()
        await peer.stop()
