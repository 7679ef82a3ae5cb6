"""What was handled lately, so that a repeated delivery has its effect once."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol


class Recent(Protocol):
    """Remembers keys; replicas share one by keeping it in their database."""

    async def first(self, key: str) -> bool:
        """Mark `key`; whether it was not marked before."""
        ...

    async def forget(self, key: str) -> None:
        """Take the mark back: the work behind it was not accepted after all."""
        ...


class RecentInMemory:
    """Keeps the newest `limit` keys for `keep_seconds`, in this process only.

    Slack repeats a delivery for up to 5 minutes and a signature is good for 10.
    """

    def __init__(
        self,
        keep_seconds: float = 1200,
        limit: int = 50_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep_seconds = keep_seconds
        self._limit = limit
        self._clock = clock
        self._marked: OrderedDict[str, float] = OrderedDict()

    async def first(self, key: str) -> bool:
        now = self._clock()
        while self._marked and next(iter(self._marked.values())) <= now - self._keep_seconds:
            self._marked.popitem(last=False)
        if key in self._marked:
            return False
        self._marked[key] = now
        if len(self._marked) > self._limit:
            self._marked.popitem(last=False)
        return True

    async def forget(self, key: str) -> None:
        self._marked.pop(key, None)
