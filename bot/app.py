"""The web application: Slack, Teams, pictures and health are routes on one server."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot import destinations
from bot.adapters import body
from bot.api import health
from bot.assembly import Parts, parts
from bot.drawing import Drawing
from bot.pictures import Pictures
from bot.router import Router
from bot.settings import Settings
from bot.tasks import Tasks
from bot.working import Working
from bot.working import listen as listen_to
from domain.delivery import Destination
from domain.errors import SettingsError
from domain.ports import Lake

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0
WORKING: web.AppKey[Working] = web.AppKey("working")


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that runs behind the server."""

    settings: Settings
    parts: Parts
    tasks: Tasks
    pictures: Pictures
    outside: Mapping[str, Destination]

    @property
    def router(self) -> Router:
        return self.parts.router

    @property
    def draw(self) -> Drawing:
        """How findings look."""
        return Drawing(self.parts.use, self.parts.alerts, self.parts.now)


def build(settings: Settings, now: Callable[[], datetime]) -> Bot:
    """The parts of a running bot, before anything listens."""
    pictures = Pictures(settings.data_dir, settings.public_url)
    outside = destinations.outside(settings)
    made = parts(settings, now, destinations.desk(settings, outside, now), pager(outside))
    return Bot(settings, made, Tasks(), pictures, outside)


def pager(outside: Mapping[str, Destination]) -> str:
    """Who is paged with a click; "" for nobody."""
    return "pagerduty" if "pagerduty" in outside else ""


async def web_application(
    bot: Bot, local: Mapping[str, Destination] | None = None
) -> web.Application:
    """Every surface that is switched on, as routes of one aiohttp application.

    `local` are destinations of this process alone, such as the room of a demo.
    """
    app = web.Application(client_max_size=body.LIMIT)
    health.attach(app, bot.parts.lake)
    bot.pictures.routes(app)
    places: dict[str, Destination] = {**bot.outside, **(local or {})}
    memory = bot.parts.memory
    if bot.settings.slack_on:
        from bot.adapters import slack

        # One process remembers in memory, which is faster; replicas share what they have seen.
        recent = None if memory.database.is_sqlite else memory.marks
        surface = await slack.attach(app, bot.router, bot.tasks, bot.settings, bot.pictures, recent)
        places["slack"] = surface.room(bot.draw)
    if bot.settings.teams_on:
        from bot.adapters import teams

        known = memory.conversations
        answers = await teams.attach(
            app, bot.router, bot.tasks, bot.settings, bot.pictures, conversations=known
        )
        places["teams"] = teams.room(answers, bot.draw, bot.pictures, known)
    working = Working(bot.parts, places)
    working_hooks(app, bot, working)
    return app


def working_hooks(app: web.Application, bot: Bot, working: Working) -> None:
    """What begins and ends with the server: the memory first, the connections last."""
    listen_to(app, bot.settings, bot.parts)
    app[WORKING] = working
    app.cleanup_ctx.insert(0, working.run)
    app.cleanup_ctx.append(lambda _app: _warm_up(bot.parts.lake))
    app.on_shutdown.append(working.stop)
    app.on_shutdown.append(lambda _app: _drain(bot))


async def _warm_up(lake: Lake) -> AsyncIterator[None]:
    """The first person to ask should not wait for imports; being ready does not wait for them."""

    def warm() -> None:
        lake.warm()
        # What is imported by now stays: no later collection needs to look at it again.
        gc.freeze()

    warming = asyncio.create_task(asyncio.to_thread(warm))
    yield
    await warming
    gc.unfreeze()
    lake.close()


async def _drain(bot: Bot) -> None:
    late = await bot.tasks.drain(DRAIN_SECONDS)
    if late:
        log.warning("%d answers were not finished in time", late)
    await bot.pictures.close()


async def listen(app: web.Application, settings: Settings) -> web.AppRunner:
    """Start serving; raises SettingsError when the address cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, settings.bind.host, settings.bind.port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(
            f"COSTBOT_BIND: cannot listen on {settings.bind} ({error.strerror or error}). "
            "Stop what uses it or choose another port."
        ) from error
    return runner


async def serve(settings: Settings, now: Callable[[], datetime]) -> None:
    """Run until SIGTERM or SIGINT, then finish what is under way."""
    bot = build(settings, now)
    runner = await listen(await web_application(bot), settings)
    print(f"costbot is ready on {settings.bind}: {_surfaces(settings)}", flush=True)
    try:
        await stopped()
    finally:
        await runner.cleanup()


def _surfaces(settings: Settings) -> str:
    """What is switched on, and what would switch the rest on."""
    slack = "Slack on" if settings.slack_on else "Slack off (SLACK_BOT_TOKEN is not set)"
    teams = "Teams on" if settings.teams_on else "Teams off (TEAMS_APP_ID is not set)"
    return f"{slack}; {teams}"


async def stopped() -> None:
    """Returns when the process is asked to stop."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, asked.set)
    await asked.wait()
