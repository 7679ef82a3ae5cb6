"""The local web page: the room's conversation in a browser, for trying things out."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.adapters.room import Line, Room
from cards import html, html_form
from cards.model import Chart

HERE = Path(__file__).parent
ASSETS = {"page.css": "text/css", "page.js": "text/javascript"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
#: A comment line this often keeps the stream of changes alive and notices a browser that left.
HEARTBEAT_SECONDS = 15.0


class Page:
    """Serves the page on loopback only: it has no log-in."""

    def __init__(self, room: Room, picture: Callable[[Chart], str | None] | None = None) -> None:
        self._room = room
        self._picture = picture
        self._streams: set[asyncio.Task[Any]] = set()

    def attach(self, app: web.Application) -> None:
        app.on_shutdown.append(self._close)
        app.router.add_get("/", self._index)
        app.router.add_get("/page/lines", self._stream)
        app.router.add_post("/page/say", self._say)
        app.router.add_post("/page/click", self._click)
        app.router.add_post("/page/send", self._send)
        app.router.add_get(r"/page/{name:page\.(?:css|js)}", self._asset)

    async def _close(self, _app: web.Application) -> None:
        """An open tab would hold the shutdown until its time is up."""
        for stream in tuple(self._streams):
            stream.cancel()

    async def _index(self, request: web.Request) -> web.Response:
        _only_local(request)
        return _file(HERE / "page.html", "text/html")

    async def _asset(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return _file(HERE / name, ASSETS[name])

    async def _say(self, request: web.Request) -> web.Response:
        body = await _json(request)
        said = body.get("text")
        if not isinstance(said, str) or not said.strip():
            raise web.HTTPBadRequest(text="Say something.")
        line = await self._room.say(said[:2000])
        return web.json_response({"number": line.number})

    async def _click(self, request: web.Request) -> web.Response:
        body = await _json(request)
        number, button = body.get("number"), body.get("button")
        if not isinstance(number, int) or not isinstance(button, int):
            raise web.HTTPBadRequest(text="Name the line and the button by number.")
        line = await self._room.click(number, button)
        if line is None:
            raise web.HTTPGone(text="This button is no longer there. Ask again.")
        return web.json_response({"number": line.number})

    async def _send(self, request: web.Request) -> web.Response:
        """A form of a line, filled in."""
        body = await _json(request)
        number, values = body.get("number"), body.get("values")
        if not isinstance(number, int) or not isinstance(values, dict):
            raise web.HTTPBadRequest(text="Name the line by number, and the values by field.")
        plain = {str(name): str(value)[:2000] for name, value in values.items()}
        line = await self._room.send(number, plain)
        if line is None:
            raise web.HTTPGone(text="This form is no longer there. Ask again.")
        return web.json_response({"number": line.number})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: what is there already, then every change."""
        _only_local(request)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        if (stream := asyncio.current_task()) is not None:
            self._streams.add(stream)
            stream.add_done_callback(self._streams.discard)
        with self._room.listening() as changes, suppress(ConnectionResetError):
            for line in self._room.lines:
                await response.write(self._event(line))
            while True:
                await response.write(await self._next(changes))
        return response

    async def _next(self, changes: asyncio.Queue[Line]) -> bytes:
        try:
            return self._event(await asyncio.wait_for(changes.get(), HEARTBEAT_SECONDS))
        except TimeoutError:
            return b": alive\n\n"

    def _event(self, line: Line) -> bytes:
        card = html.render(line.card, self._picture) if line.card else None
        form = html_form.render(line.form, line.faults) if line.form else ""
        body = {"number": line.number, "said": line.said, "card": card, "form": form}
        return f"data: {json.dumps(body)}\n\n".encode()


def _file(path: Path, content_type: str) -> web.Response:
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    return web.Response(
        text=path.read_text(), content_type=content_type, charset="utf-8", headers=headers
    )


async def _json(request: web.Request) -> dict[str, Any]:
    """The body of a request that only our own page can have sent."""
    _only_local(request)
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="Only the page itself may talk to the bot.")
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send JSON.")
    try:
        body = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="That is not JSON.") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="Send an object.")
    return body


def _only_local(request: web.Request) -> None:
    """A name that merely resolves to this machine (DNS rebinding) is not this machine."""
    host = request.url.host or ""
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise web.HTTPForbidden(text="This page is only served to this machine.")
