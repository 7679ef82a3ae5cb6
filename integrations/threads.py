"""Threads for vendors' blocking libraries, which the end of the process does not wait for.

Python's own pool joins its threads at exit, however long a socket keeps one of them waiting. Here
an outcome that nobody waits for may be lost: every attempt was written down before it began.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
Work = tuple["Future[Any]", Callable[[], Any]]


class Threads:
    """At most `count` threads, begun when there is work for them."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._name = name
        self._work: deque[Work] = deque()
        self._news = threading.Condition()
        self._begun = 0
        self._idle = 0
        self._closed = False

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work` in a thread; work that has not begun is dropped when cancelled."""
        future: Future[T] = Future()
        with self._news:
            if self._closed:
                raise RuntimeError(f"the threads of {self._name} are closed")
            self._work.append((future, work))
            if self._idle < len(self._work) and self._begun < self._count:
                self._begun += 1
                name = f"{self._name}_{self._begun}"
                threading.Thread(target=self._forever, name=name, daemon=True).start()
            self._news.notify()
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Take no more work and drop what has not begun; what is under way ends by itself."""
        with self._news:
            self._closed = True
            for future, _ in self._work:
                future.cancel()
            self._work.clear()
            self._news.notify_all()

    def _forever(self) -> None:
        while (taken := self._next()) is not None:
            future, work = taken
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
            del future, work, taken

    def _next(self) -> Work | None:
        with self._news:
            self._idle += 1
            while not self._work and not self._closed:
                self._news.wait()
            self._idle -= 1
            return self._work.popleft() if self._work else None
