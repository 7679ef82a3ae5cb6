"""One activity, one effect: every further delivery gets the result of the first."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Remembers the newest `limit` pieces of work for `keep_seconds`, failed ones not at all."""

    def __init__(
        self,
        keep_seconds: float = 600.0,
        limit: int = 2000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep_seconds = keep_seconds
        self._limit = limit
        self._clock = clock
        self._known: OrderedDict[object, tuple[float, asyncio.Task[T]]] = OrderedDict()

    async def do(self, key: object, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `work`, run once per key; a caller that gives up does not stop it."""
        self._expire()
        if key not in self._known:
            self._known[key] = self._clock(), asyncio.create_task(self._run(key, work))
        return await asyncio.shield(self._known[key][1])

    async def _run(self, key: object, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            return await work()
        except BaseException:
            self._known.pop(key, None)
            raise

    def _expire(self) -> None:
        horizon = self._clock() - self._keep_seconds
        while self._known:
            since, _ = next(iter(self._known.values()))
            if since > horizon and len(self._known) < self._limit:
                break
            self._known.popitem(last=False)
