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
from bot.api import health, webhooks
from bot.assembly import Parts, parts
from bot.background import Background, LateConversations, LateMarks
from bot.drawing import Drawing
from bot.pictures import Pictures
from bot.router import Router
from bot.senders import senders
from bot.settings import Settings
from bot.tasks import Tasks
from domain.delivery import Destination
from domain.errors import SettingsError
from domain.ports import Lake

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0
#: What a request that came before that may still take.
CLOSING_SECONDS = 2.0
BACKGROUND: web.AppKey[Background] = web.AppKey("background")


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
    bot: Bot, local: Mapping[str, Destination] | None = None, scheduled: bool = True
) -> web.Application:
    """Every surface that is switched on, as routes of one aiohttp application.

    `local` are destinations of this process alone, such as the room of a demo. Without `scheduled`
    nothing is looked for by itself.
    """
    app = web.Application(client_max_size=body.LIMIT)
    health.attach(app, bot.parts.lake, bot.parts.memory.database.has_room)
    bot.pictures.routes(app)
    places: dict[str, Destination] = {**bot.outside, **(local or {})}
    background = Background(bot.parts, places, scheduled)
    app[BACKGROUND] = background
    if bot.settings.slack_on:
        from bot.adapters import slack

        # One process remembers in memory, which is faster; replicas share what they have seen.
        recent = LateMarks(background) if bot.settings.shared else None
        surface = await slack.attach(app, bot.router, bot.tasks, bot.settings, bot.pictures, recent)
        places["slack"] = surface.room(bot.draw)
    if bot.settings.teams_on:
        from bot.adapters import teams

        known = LateConversations(background)
        answers = await teams.attach(
            app, bot.router, bot.tasks, bot.settings, bot.pictures, conversations=known
        )
        places["teams"] = teams.room(answers, bot.draw, bot.pictures, known)
    for sender in senders(bot.settings, bot.parts.tickets):
        webhooks.attach(app, background.memory, sender)
    _mark_out(app, bot, background)
    return app


def _mark_out(app: web.Application, bot: Bot, background: Background) -> None:
    """What begins and ends with the server: the memory is opened first and closed last."""
    app.cleanup_ctx.insert(0, background.run)
    app.cleanup_ctx.append(lambda _app: _settle_down(bot.parts.lake, background))
    app.on_shutdown.append(lambda _app: _drain(bot, background))


async def _settle_down(lake: Lake, background: Background) -> AsyncIterator[None]:
    """Once everything is loaded it stays: no later collection needs to look at it again."""

    async def settle() -> None:
        with suppress(Exception):
            await background.working()
        gc.freeze()

    settling = asyncio.create_task(settle())
    yield
    await settling
    gc.unfreeze()
    lake.close()


async def _drain(bot: Bot, background: Background) -> None:
    """Answers and deliveries end at the same time: one after the other they might take too long."""
    late, _ = await asyncio.gather(bot.tasks.drain(DRAIN_SECONDS), background.stop())
    if late:
        log.warning("%d answers were not finished in time", late)
    await bot.pictures.close()


async def listen(app: web.Application, settings: Settings) -> web.AppRunner:
    """Start serving; raises SettingsError when the address cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING_SECONDS)
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
    """Run until SIGTERM or SIGINT, then finish what is under way.

    Raises what keeps the bot from working by itself, such as a database that cannot be had.
    """
    bot = build(settings, now)
    app = await web_application(bot)
    runner = await listen(app, settings)
    print(f"costbot is ready on {settings.bind}: {_surfaces(settings)}", flush=True)
    stop, failed = asyncio.ensure_future(stopped()), app[BACKGROUND].failed
    try:
        await asyncio.wait({stop, failed}, return_when=asyncio.FIRST_COMPLETED)
        if failed.done():
            failed.result()
    finally:
        stop.cancel()
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
