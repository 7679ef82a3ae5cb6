"""`/healthz` says that the loop turns; `/readyz` says that questions can be answered."""

import asyncio

from aiohttp import web

from domain.ports import Lake

LAKE: web.AppKey[Lake] = web.AppKey("lake")


def attach(app: web.Application, lake: Lake) -> None:
    app[LAKE] = lake
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _readyz(request: web.Request) -> web.Response:
    """503 names what is missing, so that a person who looks knows what to do."""
    status = await asyncio.to_thread(request.app[LAKE].status)
    if not status.bills:
        body = {"status": "no bill loaded", "do": "python -m bot load <path>"}
        return web.json_response(body, status=503)
    return web.json_response(
        {"status": "ready", "bills": len(status.bills), "last_day": str(status.last_day)}
    )
