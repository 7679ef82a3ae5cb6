"""Faults of one outside system, drawn from a seed: what happens to a request, and to its effect."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Effect = Callable[[], Any]

#: In equal shares. `lost` has its effect and drops the line; `stall` outlasts the caller; `late`,
#: not among the usual ones, drops the line and leaves the effect to `later`.
KINDS = ("500", "429", "reset", "lost", "stall")


@dataclass
class Faults:
    """`share` of all requests go wrong; `stall_seconds` has to be longer than any time-out.

    `late` says that what stalls may have its effect only at its end.
    """

    seed: int
    share: float = 0.2
    stall_seconds: float = 3.0
    wait_seconds: int = 1
    kinds: tuple[str, ...] = KINDS
    late: bool = False
    down: bool = False
    later: Callable[[Effect], None] | None = None
    seen: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def answer(self, request: web.Request, effect: Effect, status: int = 200) -> web.Response:
        """The answer to a request whose effect, and what it says, is `effect`."""
        kind = self._drawn()
        self.seen[kind or "well"] += 1
        if not kind:
            return _json(effect(), status)
        by_half = self._random.random() < 0.5
        if kind == "429":
            headers = {"Retry-After": str(self.wait_seconds)}
            headers["X-RateLimit-Reset"] = headers["Retry-After"]
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers=headers
            )
        if kind == "500":
            if by_half:
                effect()
            return web.json_response({"error": {"code": "ServiceError"}}, status=500)
        if kind == "lost":
            effect()
        if kind == "late" and self.later is not None:
            self.later(effect)
        if kind == "stall":
            if not (self.late and by_half):
                effect() if by_half or self.late else None
            await asyncio.sleep(self.stall_seconds)
            if self.late and by_half:
                effect()
        _drop(request)
        return web.Response(status=500)

    def _drawn(self) -> str:
        if self.down:
            return "500"
        return self._random.choice(self.kinds) if self._random.random() < self.share else ""


def _json(said: Any, status: int) -> web.Response:
    if said is None:
        return web.Response(status=204)
    return web.json_response(said, status=status)


def _drop(request: web.Request) -> None:
    """As if the line was cut: no answer, no orderly end."""
    if request.transport is not None:
        request.transport.abort()
