"""The HTTP front: one small, signed JSON object gets in; everything else gets an exact status."""

import json
import logging
from typing import Any

from aiohttp import web
from azure.core.exceptions import DeserializationError
from botbuilder.core import ActivityHandler, CloudAdapterBase
from botbuilder.core.invoke_response import InvokeResponse
from botbuilder.schema import Activity

from bot.adapters.body import read
from bot.adapters.teams.activity import identity_of, is_complete
from bot.adapters.teams.auth import RefusedError, TeamsAuthentication
from bot.adapters.teams.once import Once
from domain.errors import TemporaryError

log = logging.getLogger(__name__)


class Front:
    """`POST /api/messages`."""

    def __init__(
        self, authentication: TeamsAuthentication, adapter: CloudAdapterBase, bot: ActivityHandler
    ) -> None:
        self._authentication = authentication
        self._adapter = adapter
        self._bot = bot
        self._once: Once[InvokeResponse | None] = Once()

    async def receive(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        body = _parse(await read(request))
        try:
            return _answer(await self._turn(request, body))
        except RefusedError as error:
            log.info("a Teams request was refused: %s", error)
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"}) from None
        except TemporaryError as error:
            wait = str(max(1, round(error.retry_after)))
            raise web.HTTPServiceUnavailable(headers={"Retry-After": wait}) from None

    async def _turn(self, request: web.Request, body: dict[str, Any]) -> InvokeResponse | None:
        """The token is checked first: only what Microsoft signed is worth unpacking."""
        headers = request.headers.getall("Authorization", [])
        caller = await self._authentication.verify(headers[0] if len(headers) == 1 else "")
        try:
            activity = Activity().deserialize(body)
        except DeserializationError:
            raise web.HTTPBadRequest from None
        admitted = self._authentication.admit(caller, activity)
        if not is_complete(activity):
            raise web.HTTPBadRequest

        async def turn() -> InvokeResponse | None:
            return await self._adapter.process_activity(admitted, activity, self._bot.on_turn)

        return await self._once.do(identity_of(activity), turn)


def _parse(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(found, dict):
        raise web.HTTPBadRequest
    return found


def _answer(result: InvokeResponse | None) -> web.Response:
    if result is None:
        return web.Response()
    if result.body is None:
        return web.Response(status=int(result.status))
    return web.json_response(result.body, status=int(result.status))
