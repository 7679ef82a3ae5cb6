"""Pictures: charts drawn on demand, at addresses that cannot be guessed."""

import asyncio
import logging
from pathlib import Path

from aiohttp import web

from bot.pictures.shelf import ID, Shelf
from bot.pictures.worker import PictureError, Worker
from cards.model import Chart

__all__ = ["PictureError", "Pictures"]

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


class Pictures:
    """Remembers the charts that were shown, and draws one when somebody looks at it.

    Slack and Teams fetch an image from a public address: the id in it is the only key.
    """

    def __init__(
        self,
        data_dir: Path,
        public_url: str | None,
        *,
        shelf: Shelf | None = None,
        worker: Worker | None = None,
    ) -> None:
        self._public_url = public_url
        self._shelf = shelf or Shelf(data_dir / "pictures")
        self._worker = worker or Worker(data_dir / "pictures" / ".matplotlib")
        self._drawing: dict[str, asyncio.Task[bytes]] = {}

    def url(self, chart: Chart) -> str | None:
        """Where the picture will be found; None without a public address.

        A full disk costs the picture and not the answer.
        """
        if self._public_url is None:
            return None
        try:
            return f"{self._public_url}/pictures/{self._shelf.put(chart)}.png"
        except OSError:
            log.exception("a chart could not be kept, so it is shown without a picture")
            return None

    async def png(self, chart: Chart) -> bytes:
        """The picture; PictureError when it cannot be drawn now."""
        return await self._picture(await asyncio.to_thread(self._shelf.put, chart), chart)

    async def by_id(self, name: str) -> bytes | None:
        """The picture with this id, None for an id that was never given out or has expired."""
        if ID.fullmatch(name) is None:
            return None
        chart = await asyncio.to_thread(self._shelf.chart, name)
        return None if chart is None else await self._picture(name, chart)

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/pictures/{name}.png", self._serve)

    async def close(self) -> None:
        """Stop drawing; those who wait for a picture get a CancelledError."""
        for task in self._drawing.values():
            task.cancel()
        await asyncio.gather(*self._drawing.values(), return_exceptions=True)
        await self._worker.close()

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            content = await self.by_id(request.match_info["name"])
        except PictureError as error:
            log.warning("a picture could not be drawn: %s", error)
            return web.Response(status=503, headers={"Retry-After": "5"})
        if content is None:
            return web.Response(status=404, headers={"Cache-Control": "no-store"})
        return web.Response(body=content, content_type="image/png", headers=HEADERS)

    async def _picture(self, name: str, chart: Chart) -> bytes:
        """Drawn once however many ask at the same time; one who leaves stops nobody else's."""
        task = self._drawing.get(name)
        if task is None:
            task = asyncio.create_task(self._draw(name, chart))
            self._drawing[name] = task
            task.add_done_callback(lambda _done: self._drawing.pop(name, None))
        return await asyncio.shield(task)

    async def _draw(self, name: str, chart: Chart) -> bytes:
        content = await asyncio.to_thread(self._shelf.picture, name)
        if content is None:
            content = await self._worker.draw(chart)
            await asyncio.to_thread(self._shelf.put_picture, name, content)
        return content
