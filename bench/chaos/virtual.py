"""Hours in seconds: an event loop whose clock jumps to whatever is due next."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from store.state import Database
from store.state.migrate import prepare_now

T = TypeVar("T")
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


class _Jumping(selectors.DefaultSelector):
    """Never waits: it lets the time pass instead."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is not None and timeout > 0:
            self.passed += timeout
            timeout = 0
        return super().select(timeout)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.passed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time())


class Instant(Database):
    """In memory, without threads: a loop that jumps would not wait for them."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__("sqlite://", loop.now, loop.time)
        prepare_now(self)

    async def _run(self, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
        return self.transact(work, options)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return self.transact(work)


def run(main: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main(loop))
    finally:
        loop.close()
