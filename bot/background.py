"""What works by itself begins while the server listens: its libraries take long to load."""

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from aiohttp import web

from bot.assembly import Parts
from domain.delivery import Conversation, Destination

if TYPE_CHECKING:
    from bot.working import Working
    from store.state import Memory

log = logging.getLogger(__name__)


class Background:
    """Delivery, the scheduler and the memory under them, from a start to its end.

    `failed` is done with the error when they cannot begin; the process has to stop then. Without
    `scheduled` nothing is looked for by itself.
    """

    def __init__(
        self, parts: Parts, places: Mapping[str, Destination], scheduled: bool = True
    ) -> None:
        self._parts = parts
        self._places = places
        self._scheduled = scheduled
        self._working: Working | None = None
        self._starting: asyncio.Task[Working] | None = None
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Between the start of the server and its end; the start goes on beside it."""
        self._starting = asyncio.create_task(self._start())
        self._starting.add_done_callback(self._started)
        yield
        if self._working is not None:
            self._working.close()

    async def stop(self) -> None:
        """Start nothing new, let what is under way end; before connections are closed."""
        if self._starting is not None:
            await asyncio.wait({self._starting})
        if self._working is not None:
            await self._working.stop()

    async def working(self) -> "Working":
        """What works, once it does."""
        if self._starting is None:
            raise RuntimeError("the server has not started")
        return await asyncio.shield(self._starting)

    async def memory(self) -> "Memory":
        """The memory, in its newest shape."""
        await self.working()
        return self._parts.memory

    async def _start(self) -> "Working":
        await asyncio.to_thread(self._parts.lake.warm)
        module = await asyncio.to_thread(importlib.import_module, "bot.working")
        working: Working = module.Working(self._parts, self._places)
        self._working = working
        await working.start(self._scheduled)
        return working

    def _started(self, task: "asyncio.Task[Working]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and not self.failed.done():
            self.failed.set_exception(error)


class LateConversations:
    """`domain.delivery.Conversations` of a memory that may still be opening."""

    def __init__(self, background: Background) -> None:
        self._background = background

    async def remember(self, conversation: Conversation) -> None:
        await (await self._background.memory()).conversations.remember(conversation)

    async def find(self, place: str) -> Conversation | None:
        return await (await self._background.memory()).conversations.find(place)

    async def forget(self, place: str) -> None:
        await (await self._background.memory()).conversations.forget(place)


class LateMarks:
    """What was handled already, for every replica, in a memory that may still be opening."""

    def __init__(self, background: Background) -> None:
        self._background = background

    async def first(self, key: str) -> bool:
        return await (await self._background.memory()).marks.first(key)

    async def forget(self, key: str) -> None:
        await (await self._background.memory()).marks.forget(key)
