"""Plays Slack for bench/slack_ack.py: takes answers and looks at pictures."""

import asyncio

import aiohttp
from aiohttp import web

#: Pictures that Slack fetches at a time: enough to keep the drawing process busy throughout.
LOOKS = 4


class Sink:
    """Plays Slack: takes answers, and looks at each picture as Slack would."""

    def __init__(self, charts: bool) -> None:
        self.charts = charts
        self.answers = self.pictures = 0

    async def start(self) -> "Sink":
        app = web.Application()
        app.router.add_post("/{any:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.session = aiohttp.ClientSession()
        self.looking: set[asyncio.Task[None]] = set()
        return self

    async def stop(self) -> None:
        await asyncio.gather(*self.looking, return_exceptions=True)
        await self.session.close()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.json()
        kinds = {block["type"] for block in body.get("blocks", [])}
        if "data_visualization" in kinds and not self.charts:
            return web.json_response({"ok": False, "error": "invalid_blocks"})
        self.answers += 1
        for block in body.get("blocks", []):
            if block["type"] == "image" and len(self.looking) < LOOKS:
                task = asyncio.create_task(self._look(block["image_url"]))
                self.looking.add(task)
                task.add_done_callback(self.looking.discard)
        return web.json_response({"ok": True})

    async def _look(self, url: str) -> None:
        async with self.session.get(url) as response:
            self.pictures += response.status == 200
