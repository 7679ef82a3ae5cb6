"""The HTTP front: only signed, fresh, small requests of Slack get in, each of them once."""

import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.adapters.body import read
from bot.adapters.slack.gate import Gate
from bot.adapters.slack.recent import Recent
from bot.adapters.slack.signature import Signature

log = logging.getLogger(__name__)

INSTALL_PAGE = """costbot is installed in Slack from its manifest.

1. Open https://api.slack.com/apps, choose "Create New App", then "From a manifest".
2. Choose your workspace and paste the manifest that came with costbot.
3. Put this bot's public address in front of /slack/events, or switch Socket Mode on.
4. Install the app, then give its bot token and its signing secret to costbot as
   SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET (for Socket Mode: SLACK_APP_TOKEN).

This address does not install anything by itself: one costbot serves one workspace.
"""


async def install(request: web.Request) -> web.Response:
    return web.Response(text=INSTALL_PAGE)


class Front:
    """The one route for commands, clicks, events, options and shortcuts."""

    def __init__(self, gate: Gate, signature: Signature, recent: Recent) -> None:
        self._gate = gate
        self._signature = signature
        self._recent = recent

    async def receive(self, request: web.Request) -> web.Response:
        body = await read(request)
        signature = self._signature.of(request.headers, body)
        if signature is None:
            return web.Response(status=401, text="The signature is missing, wrong or too old.")
        if not await self._recent.first(signature):
            log.warning("a signed Slack request came twice and was not repeated")
            return web.Response()
        response = await self._handle(request, body)
        if response.status >= 500:
            await self._recent.forget(signature)
        return response

    async def _handle(self, request: web.Request, body: bytes) -> web.Response:
        try:
            # The verified bytes themselves are read as UTF-8, whatever charset a header names.
            bolt_request = AsyncBoltRequest(
                body=body.decode("utf-8"),
                query=request.query_string,
                headers=dict(request.headers.items()),
            )
        except (ValueError, AttributeError):
            return web.Response(status=400, text="The body is not what Slack sends.")
        return await to_aiohttp_response(await self._gate.dispatch(bolt_request))
