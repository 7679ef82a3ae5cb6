"""Jira's library blocks: its work runs in a few threads of its own, and ends in time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from integrations.jira.line import Attempt

T = TypeVar("T")


class Threads:
    """A slow Jira may hold up these threads, and no others."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="jira")

    async def run(self, attempt: Attempt, work: Callable[[], T]) -> T:
        """The result of `work` in a thread, or TimeoutError at the end of the attempt's time.

        A thread cannot be stopped, but an attempt can: whenever this ends, it sends no more.
        """
        try:
            async with asyncio.timeout(max(0.0, attempt.left)):
                return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            attempt.give_up()

    def close(self) -> None:
        """Take no more work; what is under way ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
