"""`python -m bot demo`: a made-up organisation, the console and a local page, no account needed."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.adapters import console
from bot.adapters.page import Page
from bot.adapters.room import Room, RoomDestination
from bot.app import build, listen, stopped, web_application
from bot.settings import Bind, Settings
from domain.errors import SettingsError
from integrations import demo
from store.lake import DuckLake
from store.lake.catalog import CatalogError
from store.lake.load import load

#: How many ports above the wanted one are tried before giving up.
PORTS = 20


async def play(settings: Settings, now: Callable[[], datetime]) -> None:
    """Load the demo bill if there is none for today, then talk until the person leaves."""
    if not settings.bind.loopback:
        raise SettingsError(
            f"COSTBOT_BIND is {settings.bind}: the demo page has no log-in, so it is only served "
            "on a loopback address such as 127.0.0.1:8080."
        )
    # Only what concerns this machine: made-up numbers must not reach a real workspace. Pictures
    # need no public address when the only one who looks is here.
    settings = Settings(data_dir=settings.data_dir / "demo", bind=settings.bind, public_url="")
    await asyncio.to_thread(prepare, settings.data_dir, now())
    bot = build(settings, now)
    room = Room(bot.router)
    app = await web_application(bot, {"console": RoomDestination(room, bot.draw)})
    Page(room, bot.pictures.url).attach(app)
    runner, bind = await _listen_nearby(app, settings)
    print(f"\nOpen http://{bind} in a browser, or ask here.", flush=True)
    stop = asyncio.ensure_future(stopped())
    try:
        if sys.stdin.isatty():
            talk = asyncio.ensure_future(console.converse(room))
            await asyncio.wait({talk, stop}, return_when=asyncio.FIRST_COMPLETED)
        else:
            await stop
    finally:
        stop.cancel()
        await runner.cleanup()


def prepare(data_dir: Path, now: datetime) -> None:
    """Write the organisation's export up to yesterday and load it; nothing to do when it is there.

    The demo has a lake of its own, so that it never mixes with a real bill.
    """
    try:
        last = DuckLake(data_dir).status().last_day
    except CatalogError:
        last = None  # another version's demo is made anew, unlike a bill that somebody loaded
    if last is not None and (now.date() - last).days <= 1:
        return
    print("Making 13 months of demo data…", flush=True)
    # A new day is a new history: over the old lake it would look like thirteen restatements.
    shutil.rmtree(data_dir, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        demo.write(Path(folder), now.date())
        load([Path(folder) / "data"], data_dir, now)


async def _listen_nearby(app: web.Application, settings: Settings) -> tuple[web.AppRunner, Bind]:
    """The wanted port, or the next free one: a demo should not fail because 8080 is taken."""
    wanted = settings.bind
    for port in range(wanted.port, wanted.port + PORTS):
        bind = Bind(wanted.host, port)
        try:
            return await listen(app, replace(settings, bind=bind)), bind
        except SettingsError:
            if port == wanted.port + PORTS - 1:
                raise
    raise AssertionError("unreachable")
