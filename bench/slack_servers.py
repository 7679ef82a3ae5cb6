"""The servers that bench/slack_ack.py compares: ours and a bare slack-bolt app, told by name."""

import os
import sys
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from bot import registry
from bot.adapters import slack
from bot.pictures import Pictures
from bot.router import Router
from bot.settings import Settings, load_settings
from bot.tasks import Tasks
from cards.model import Card, Chart, Column, Note, Series, Table, Text
from handlers.kinds import Answer, Command, Context, Use

NUMBERS = count()


class Accepted(Tasks):
    """Takes every question and throws it away: what is left is the acknowledgement."""

    def start(self, work: Any, owner: str) -> Any:
        work.close()


async def spend(context: Context, words: str) -> Answer:
    """An answer of the usual size; each chart asked for is a new one."""
    rows = tuple((f"Service {n}", f"${n * 100:,}", f"{n} %") for n in range(12))
    table = Table((Column("Service"), Column("Cost", True), Column("Share", True)), rows)
    blocks = (Text((words,)), table, Note(("Unblended cost, all charges.",)))
    if not words.startswith("chart"):
        return Answer(Card(f"Cost {words}", blocks))
    number = float(next(NUMBERS))
    series = tuple(
        Series(f"Service {s}", tuple(number + s * d for d in range(18))) for s in range(5)
    )
    days = tuple(f"{d + 1} Nov" for d in range(18))
    return Answer(
        Card("Cost", (*blocks, Chart("stacked", "Cost", days, series, "USD", "Costs grow.")))
    )


async def ours(settings: Settings, tasks: Tasks) -> web.Application:
    app = web.Application()
    commands = {name: Command(name, "", (), (), spend) for name in ("spend", "overview")}
    router = Router(Use(cast(Any, None), commands), registry.actions(), lambda: datetime.now(UTC))
    pictures = Pictures(settings.data_dir, settings.public_url)
    pictures.routes(app)
    await slack.attach(app, router, tasks, settings, pictures)

    async def close(_app: web.Application) -> None:
        await tasks.drain(5)
        await pictures.close()

    app.on_shutdown.append(close)
    return app


def bolt(settings: Settings, answer: bool) -> web.Application:
    """slack-bolt as its documentation shows it; only `auth.test` is spared."""
    from slack_bolt.app.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    assert settings.slack_signing_secret is not None
    del os.environ["SLACK_BOT_TOKEN"]

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-bench")

    app = AsyncApp(signing_secret=settings.slack_signing_secret.reveal(), authorize=authorize)

    @app.command("/cost")
    async def cost(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        if answer:
            await respond(f"Cost {command['text']}")

    return app.web_app("/slack/events")


async def cpu(_request: web.Request) -> web.Response:
    return web.Response(text=str(time.process_time()))


async def application(name: str, settings: Settings) -> web.Application:
    server, kind = name.split("-")
    if server == "ours":
        app = await ours(settings, Accepted() if kind == "ack" else Tasks(2000, 2000))
    else:
        app = bolt(settings, answer=kind == "answer")
    app.router.add_get("/cpu", cpu)
    return app


def main(name: str) -> None:
    settings = load_settings(os.environ, Path("nowhere.toml"))
    web.run_app(
        application(name, settings),
        host=settings.bind.host,
        port=settings.bind.port,
        access_log=None,
        print=None,
    )


if __name__ == "__main__":
    main(sys.argv[1])
