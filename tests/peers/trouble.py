"""What can go wrong with one request: refusals, broken lines, lost answers, silence."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web


@dataclass(frozen=True)
class Fault:
    """How one coming request is treated.

    `status` answers at once, without effect. `line` "reset" breaks the line before the effect,
    "lost" after it. `trickle` sends the good answer one byte per that many seconds. `seconds`
    pass first.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    line: Literal["", "reset", "lost"] = ""
    seconds: float = 0.0
    trickle: float = 0.0


class Troubles:
    """The faults of the coming requests, in order; put it around a peer's handlers."""

    def __init__(self) -> None:
        self.coming: deque[Fault] = deque()
        self.released = asyncio.Event()

    def next(self, *faults: Fault) -> None:
        self.coming.extend(faults)

    async def around(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        fault = self.coming.popleft() if self.coming else Fault()
        if fault.seconds:
            await self.wait(fault.seconds)
        if fault.line == "reset":
            return broken(request)
        if fault.status:
            return web.json_response(fault.body, status=fault.status, headers=fault.headers)
        answer = await handler(request)
        if fault.line == "lost":
            return broken(request)
        return await self.slowly(request, answer, fault.trickle) if fault.trickle else answer

    async def wait(self, seconds: float) -> None:
        """Pass the time; the end of the peer ends it."""
        try:
            async with asyncio.timeout(seconds):
                await self.released.wait()
        except TimeoutError:
            pass

    async def slowly(
        self, request: web.Request, answer: web.StreamResponse, pause: float
    ) -> web.StreamResponse:
        assert isinstance(answer, web.Response) and isinstance(answer.body, bytes)
        slow = web.StreamResponse(status=answer.status, headers={"Content-Type": "text/plain"})
        await slow.prepare(request)
        for byte in answer.body:
            await slow.write(bytes([byte]))
            await self.wait(pause)
        return slow


def broken(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def start(app: web.Application, **options: Any) -> tuple[web.AppRunner, str]:
    """The application on a free port of this machine: what runs it, and its address."""
    runner = web.AppRunner(app, shutdown_timeout=0.1, **options)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"
