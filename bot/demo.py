"""`python -m bot demo`: a made-up organisation, the console and a local page, no account needed."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.adapters import console
from bot.adapters.page import Page
from bot.adapters.room import Line, Room, RoomDestination
from bot.app import BACKGROUND, Bot, build, listen, stopped, web_application
from bot.assembly import Parts
from bot.pictures import Pictures
from bot.settings import Bind, Secret, Settings
from bot.tasks import Tasks
from domain.catalogue import Catalogue, Choice
from domain.delivery import Destination
from domain.errors import SettingsError
from integrations import demo
from integrations.demo.counts import DemoCounts
from integrations.sim import Simulator
from store.lake import DuckLake
from store.lake.catalog import CatalogError
from store.lake.load import load

if TYPE_CHECKING:
    from bot.delivery import Delivery

#: The state of a demo ends with it: the next one tells its stories anew.
NOWHERE = Secret("sqlite://")
ROUTES = Path(__file__).parent / "demo_routes.toml"
#: Time to read what a story has shown.
PACE_SECONDS = 1.5
#: How many ports above the wanted one are tried before giving up.
PORTS = 20


class DemoDesk:
    """Implements `domain.ports.Tickets` for a Jira that is played."""

    account = "costbot"

    def catalogue(self) -> Catalogue:
        names = ("Highest", "High", "Medium", "Low")
        return Catalogue(
            "DEMO",
            (Choice("DEMO", "Demo"),),
            (Choice("Task", "Task"), Choice("Bug", "Bug")),
            tuple(Choice(name, name) for name in names),
            takes_priority=True,
            takes_assignee=True,
        )

    def people(self) -> tuple[Choice, ...]:
        return (Choice("ann", "Ann"), Choice("bob", "Bob"))


async def play(
    settings: Settings, now: Callable[[], datetime], story: str = "", send: bool = False
) -> None:
    """Load the demo bill if there is none for today, then talk until the person leaves.

    A story is told first; `send` tells it in the workspaces and systems of the settings instead of
    playing them. Without a terminal a story is told, and that is all.
    """
    if not settings.bind.loopback:
        raise SettingsError(
            f"COSTBOT_BIND is {settings.bind}: the demo page has no log-in, so it is only served "
            "on a loopback address such as 127.0.0.1:8080."
        )
    data_dir = settings.data_dir / "demo"
    await asyncio.to_thread(prepare, data_dir, now())
    bot = sending(settings, data_dir, now) if send else alone(settings, data_dir, now)
    room = Room(bot.router)
    app = await web_application(bot, {"console": RoomDestination(room, bot.draw)})
    Page(room, bot.pictures.url).attach(app)
    runner, bind = await _listen_nearby(app, settings)
    print(f"\nOpen http://{bind} in a browser, or ask here.", flush=True)
    stop = asyncio.ensure_future(stopped())
    interactive = sys.stdin.isatty()
    talk = asyncio.ensure_future(_talk(room, app, bot, story, interactive))
    try:
        waiting = {stop, talk} if story or interactive else {stop}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if talk.done():
            talk.result()
    finally:
        stop.cancel()
        talk.cancel()
        await runner.cleanup()


async def _talk(room: Room, app: web.Application, bot: Bot, story: str, interactive: bool) -> None:
    if story:
        working = await app[BACKGROUND].working()
        await tell(room, working.delivery, bot, story, PACE_SECONDS)
    if interactive:
        await console.converse(room)


async def tell(room: Room, delivery: "Delivery", bot: Bot, story: str, pace: float) -> None:
    """Tell a story in the room, line by line; what it shows appears there as it does elsewhere."""

    async def settled() -> None:
        while await bot.parts.memory.outbox.depth():
            delivery.wake()
            await asyncio.sleep(0.05)
        await asyncio.sleep(pace)

    from bot.stories import STORIES, Stage

    print(f"The story of '{story}':\n", flush=True)
    stage = Stage(bot.parts, bot.parts.now(), settled)
    with room.listening() as news:
        async for said in STORIES[story](stage):
            shown: dict[int, Line] = {}
            while not news.empty():
                line = news.get_nowait()
                shown[line.number] = line
            for line in shown.values():
                print(console.render(line), flush=True)
            print(f"▸ {said}\n", flush=True)


def alone(settings: Settings, data_dir: Path, now: Callable[[], datetime]) -> Bot:
    """A bot that reaches nobody: made-up numbers must not get into a real workspace.

    Pictures need no public address when the only one who looks is here.
    """
    here = Settings(data_dir=data_dir, bind=settings.bind, public_url="", database_url=NOWHERE)
    played = ("jira", "pagerduty", "datadog", "slack", "teams", "aws", "sim")
    outside: dict[str, Destination] = {scheme: Simulator(scheme) for scheme in played}
    made = Parts(here, now, DemoDesk(), "pagerduty", ROUTES, DemoCounts())
    return Bot(here, made, Tasks(), Pictures(here.data_dir, ""), outside)


def sending(settings: Settings, data_dir: Path, now: Callable[[], datetime]) -> Bot:
    """A bot with the settings as they are, over the demo bill."""
    return build(replace(settings, data_dir=data_dir, database_url=NOWHERE), now)


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
