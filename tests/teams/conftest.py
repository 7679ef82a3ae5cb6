"""A running bot and the Teams around it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import registry
from bot.adapters import teams
from bot.adapters.teams.answers import Answers, Patience
from bot.adapters.teams.conversations import InMemory
from bot.router import Router
from bot.settings import Bind, Secret, Settings
from bot.tasks import Tasks
from cards.model import Action, Button, Buttons, Card, Chart, Column, Series, Table, Text
from domain.errors import UserError
from domain.ports import LakeStatus, Question, Vocabulary
from handlers.kinds import ActionHandler, Actor, Answer, Command, Context, Use
from tests.peers.teams import TeamsPeer

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class NoLake:
    """Nothing is loaded; the commands here need no bill."""

    def lacks(self, query: Any) -> frozenset[Any]:
        return frozenset()

    def paid(self, query: Any) -> None:
        return None

    def status(self) -> LakeStatus:
        return LakeStatus()

    def vocabulary(self) -> Vocabulary:
        return Vocabulary()

    def warm(self) -> None:
        """There is nothing to open."""

    def close(self) -> None:
        """There is nothing to close."""

    async def run(
        self, question: Question, columns: frozenset[str], days: Any, query: Any = None
    ) -> list[Any]:
        raise UserError("Nothing is loaded.")


class Drawn:
    """Charts have an address, which takes a moment to find."""

    def __init__(self) -> None:
        self.in_the_loop = 0

    def url(self, chart: Chart) -> str | None:
        self.in_the_loop += threading.current_thread() is threading.main_thread()
        return "https://costbot.example.com/pictures/1.png"


@dataclass
class Bot:
    """The bot under test: what it was asked, and switches for how it behaves."""

    asked: list[tuple[str, Actor, str]] = field(default_factory=list)
    clicks: list[Mapping[str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Callable[[Context, str], Awaitable[Answer]] | None = None
    tasks: Tasks = field(default_factory=Tasks)
    server: TestServer | None = None
    real: bool = False
    pictures: Drawn = field(default_factory=Drawn)
    conversations: InMemory = field(default_factory=InMemory)
    actions: Mapping[str, ActionHandler] = field(default_factory=dict)
    answers: Answers | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    async def spend(self, context: Context, words: str) -> Answer:
        self.asked.append((words, context.actor, context.origin.place))
        await self.gate.wait()
        return await self.answer(context, words) if self.answer else Answer(cost_card(words))

    async def again(self, context: Context, args: Mapping[str, str]) -> Answer:
        self.clicks.append(args)
        await self.gate.wait()
        return Answer(cost_card(args["text"]), replaces=args.get("stay") is None)

    def router(self) -> Router:
        if self.real:
            return Router(Use(NoLake(), registry.commands()), registry.actions(), lambda: NOW)
        spend = Command("spend", "Cost", (), (), self.spend)
        overview = Command("overview", "Overview", (), (), self.spend)
        handler = ActionHandler("ask", "Ask again", self.again)
        use = Use(NoLake(), {"spend": spend, "overview": overview})
        return Router(use, {"ask": handler, **self.actions}, lambda: NOW)


def cost_card(words: str) -> Card:
    chart = Chart("bar", "Cost", ("EC2", "S3"), (Series("cost", (10.0, 2.5)),), "USD", "EC2 leads")
    rows = (("EC2", "$10.00"), ("S3", "$2.50"))
    return Card(
        f"Cost {words}",
        (
            Text(("$12.50 in November",)),
            Table((Column("Service"), Column("Cost", numeric=True)), rows),
            chart,
            Buttons(
                (
                    Button("By account", Action("ask", {"text": "by account"})),
                    Button("Below", Action("ask", {"text": "below", "stay": "1"})),
                    Button("Old", Action("gone")),
                )
            ),
        ),
    )


def settings(peer: TeamsPeer, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "bind": Bind("127.0.0.1", 8080),
        "teams_app_id": peer.app_id,
        "teams_app_password": Secret(peer.password),
        "teams_tenants": (peer.tenant,),
        "teams_openid_url": peer.openid_url,
    }
    return Settings(**(given | changes))


Start = Callable[..., Awaitable[Bot]]


@pytest.fixture
async def peer() -> AsyncIterator[TeamsPeer]:
    async with TeamsPeer() as peer:
        yield peer
        assert peer.problems == []


@pytest.fixture
async def start(peer: TeamsPeer) -> AsyncIterator[Start]:
    """Starts a bot on the same loop; the peer then delivers to it."""
    started: list[Bot] = []

    async def start(
        patience: Patience | None = None,
        tasks: Tasks | None = None,
        real: bool = False,
        actions: Mapping[str, ActionHandler] | None = None,
        conversations: InMemory | None = None,
        **changes: Any,
    ) -> Bot:
        bot = Bot(tasks=Tasks() if tasks is None else tasks, real=real, actions=actions or {})
        bot.conversations = conversations or bot.conversations
        app = web.Application()
        given = settings(peer, **changes)
        bot.answers = await teams.attach(
            app, bot.router(), bot.tasks, given, bot.pictures, patience, bot.conversations
        )
        bot.server = TestServer(app)
        await bot.server.start_server()
        peer.bot_url = str(bot.server.make_url("")).rstrip("/")
        started.append(bot)
        return bot

    yield start
    for bot in started:
        bot.gate.set()
        await bot.tasks.drain(5)
        if bot.server is not None:
            await bot.server.close()


@pytest.fixture
async def bot(start: Start) -> Bot:
    return await start()
