"""Writes of one SQLite file: those that wait for each other's turn share one transaction.

A commit has to reach the disk, which takes longer than the work itself; one commit for all that
waits makes deliveries several times faster while each is as safe as with a commit of its own.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]
#: More would let a read wait for too long.
MOST = 64


class Together:
    """`transact` does one function in one transaction, in the one thread of `threads`."""

    def __init__(
        self, transact: Callable[[Work[Any]], Any], threads: ThreadPoolExecutor, most: int = MOST
    ) -> None:
        self._transact = transact
        self._threads = threads
        self._most = most
        self._waiting: deque[tuple[Work[Any], Future[Any]]] = deque()

    async def write(self, work: Work[T]) -> T:
        """The result of `work`, once it is committed."""
        outcome: Future[T] = Future()
        self._waiting.append((work, outcome))
        self._threads.submit(self._serve)
        return await asyncio.wrap_future(outcome)

    def _serve(self) -> None:
        """Do what waits; nothing when an earlier turn has done it."""
        taken: list[tuple[Work[Any], Future[Any]]] = []
        while self._waiting and len(taken) < self._most:
            work, outcome = self._waiting.popleft()
            if outcome.set_running_or_notify_cancel():
                taken.append((work, outcome))
        if len(taken) > 1 and self._served(taken):
            return
        for work, outcome in taken:
            self._alone(work, outcome)

    def _served(self, taken: list[tuple[Work[Any], Future[Any]]]) -> bool:
        """All in one transaction; False, and nothing done, when one of them fails."""
        try:
            results = self._transact(lambda connection: [work(connection) for work, _ in taken])
        except Exception:  # each is done again alone, and fails for itself
            return False
        for (_, outcome), result in zip(taken, results, strict=True):
            outcome.set_result(result)
        return True

    def _alone(self, work: Work[Any], outcome: Future[Any]) -> None:
        try:
            outcome.set_result(self._transact(work))
        except BaseException as error:
            outcome.set_exception(error)
