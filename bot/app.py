"""The web application: Slack, Teams, pictures and health are routes on one server."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.adapters import body
from bot.api import health
from bot.assembly import assemble
from bot.pictures import Pictures
from bot.router import Router
from bot.settings import Settings
from bot.tasks import Tasks
from domain.errors import SettingsError
from domain.ports import Lake

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that runs behind the server."""

    settings: Settings
    router: Router
    tasks: Tasks
    pictures: Pictures


def build(settings: Settings, now: Callable[[], datetime]) -> Bot:
    """The parts of a running bot, before anything listens."""
    pictures = Pictures(settings.data_dir, settings.public_url)
    return Bot(settings, assemble(settings, now), Tasks(), pictures)


async def web_application(bot: Bot) -> web.Application:
    """Every surface that is switched on, as routes of one aiohttp application."""
    app = web.Application(client_max_size=body.LIMIT)
    health.attach(app, bot.router.use.lake)
    bot.pictures.routes(app)
    if bot.settings.slack_on:
        from bot.adapters import slack

        await slack.attach(app, bot.router, bot.tasks, bot.settings, bot.pictures)
    if bot.settings.teams_on:
        from bot.adapters import teams

        await teams.attach(app, bot.router, bot.tasks, bot.settings, bot.pictures)
    app.cleanup_ctx.append(lambda _app: _warm_up(bot.router.use.lake))
    app.on_shutdown.append(lambda _app: _drain(bot))
    return app


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
