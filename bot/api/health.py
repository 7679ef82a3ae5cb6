"""`/healthz` says that the loop turns; `/readyz` that questions and alerts are taken."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from domain.ports import Lake

LAKE: web.AppKey[Lake] = web.AppKey("lake")


HAS_ROOM: web.AppKey[Callable[[], bool]] = web.AppKey("has_room")


def attach(app: web.Application, lake: Lake, has_room: Callable[[], bool] = lambda: True) -> None:
    """`has_room` tells whether the state can record anything new."""
    app[LAKE] = lake
    app[HAS_ROOM] = has_room
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _readyz(request: web.Request) -> web.Response:
    """503 names what is missing, so that a person who looks knows what to do."""
    if not await asyncio.to_thread(request.app[HAS_ROOM]):
        body = {"status": "the disk is full", "do": "make room; no restart is needed"}
        return web.json_response(body, status=503)
    status = await asyncio.to_thread(request.app[LAKE].status)
    if not status.bills:
        body = {"status": "no bill loaded", "do": "python -m bot load <path>"}
        return web.json_response(body, status=503)
    return web.json_response(
        {"status": "ready", "bills": len(status.bills), "last_day": str(status.last_day)}
    )
