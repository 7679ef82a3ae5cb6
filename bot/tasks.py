"""Work that outlives its request: a bounded set of tasks that is drained at shutdown."""

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine

log = logging.getLogger(__name__)


class TooBusyError(RuntimeError):
    """The set is full, or one person already has as many tasks as allowed."""


class Tasks:
    """Holds strong references, limits how much runs at once, and waits for the rest to finish."""

    def __init__(self, limit: int = 64, per_owner: int = 8) -> None:
        self._limit = limit
        self._per_owner = per_owner
        self._running: dict[asyncio.Task[None], str] = {}

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[None, None, None], owner: str) -> asyncio.Task[None]:
        """Run `work` in the background for `owner`; raises TooBusyError instead of queueing."""
        owned = Counter(self._running.values())[owner]
        if len(self._running) >= self._limit or owned >= self._per_owner:
            work.close()
            raise TooBusyError(f"{len(self._running)} tasks run, {owned} of them for this person")
        task = asyncio.get_running_loop().create_task(work)
        self._running[task] = owner
        task.add_done_callback(self._finished)
        return task

    async def drain(self, seconds: float) -> int:
        """Wait up to `seconds` for the running tasks, cancel what is left and count it."""
        if not self._running:
            return 0
        _, late = await asyncio.wait(set(self._running), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("a background task failed", exc_info=task.exception())
