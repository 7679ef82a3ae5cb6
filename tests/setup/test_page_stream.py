"""The local page's stream of changes: a tab that opens misses nothing that happens meanwhile."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.adapters.page import Page
from bot.adapters.room import Room
from bot.router import Router
from cards.model import Card, Chart, Series
from domain.ports import Lake
from handlers.kinds import Answer, Command, Context, Use

CHART = Chart("stacked", "Cost", ("a", "b"), (Series("x", (1.0, 2.0)),), "USD", "It grows.")
Client = Callable[[web.Application], Awaitable[TestClient[Any, Any]]]


async def answer(context: Context, words: str) -> Answer:
    return Answer(Card(words, (CHART,)))


def room() -> Room:
    commands = {name: Command(name, "", (), (), answer) for name in ("spend", "overview")}
    use = Use(cast(Lake, None), commands)
    return Room(Router(use, {}, lambda: datetime(2026, 11, 23, tzinfo=UTC)))


async def test_what_is_asked_while_a_tab_opens_appears_in_it(aiohttp_client: Client) -> None:
    talk, asking = room(), list[asyncio.Task[Any]]()

    def picture(chart: Chart) -> None:
        """Somebody asks in another tab while the first line is being written to this one."""
        if not asking:
            asking.append(asyncio.create_task(talk.say("second")))

    await talk.say("first")
    app = web.Application()
    Page(talk, picture).attach(app)
    client = await aiohttp_client(app)
    said: list[str] = []
    async with asyncio.timeout(5), client.get("/page/lines") as stream:
        while "second" not in said:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                said.append(json.loads(line.removeprefix(b"data: "))["said"])
    assert said[0] == "first"


async def test_a_tab_that_is_closed_is_forgotten() -> None:
    talk = room()
    with talk.listening() as changes:
        await talk.say("one")
        assert changes.qsize() == 2
    await talk.say("two")
    assert changes.qsize() == 2
