"""The body of a request from a chat platform: read whole, and never more than any of them sends."""

from aiohttp import web

#: Slack and Teams messages are a few KB; anything near this is not theirs.
LIMIT = 256 * 1024


async def read(request: web.Request) -> bytes:
    """The body, or 413 as soon as it passes the limit, whatever length it claims to have."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LIMIT:
            raise web.HTTPRequestEntityTooLarge(LIMIT, len(body))
    return bytes(body)
