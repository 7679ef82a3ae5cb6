"""The bots that bench/teams_turn.py compares: ours and botbuilder's stock adapter, told by name."""

import sys
import time
from datetime import UTC, datetime
from typing import Any, cast

from aiohttp import web

from bot.adapters.teams.answers import ADAPTIVE
from bot.router import Router
from bot.settings import Settings
from bot.tasks import Tasks
from cards import teams as renderer
from cards.model import Action, Button, Buttons, Card, Column, Note, Table, Text
from handlers.kinds import Answer, Command, Context, Use

SCOPE = "https://api.botframework.com"
FREE_TOKEN = "bench"


class NoPictures:
    def url(self, chart: object) -> None:
        return None


def card(words: str) -> Card:
    """An answer of the usual size."""
    rows = tuple((f"Service {n}", f"${n * 100:,}", f"{n} %") for n in range(12))
    table = Table((Column("Service"), Column("Cost", True), Column("Share", True)), rows)
    buttons = Buttons((Button("By account", Action("ask", {"text": "by account"})),))
    return Card(
        f"Cost {words}", (Text((words,)), table, buttons, Note(("Unblended cost, all charges.",)))
    )


async def spend(context: Context, words: str) -> Answer:
    return Answer(card(words))


def router() -> Router:
    commands = {name: Command(name, "", (), (), spend) for name in ("spend", "overview")}
    return Router(Use(cast(Any, None), commands), {}, lambda: datetime.now(UTC))


async def ours(settings: Settings) -> web.Application:
    from bot.adapters import teams

    app = web.Application()
    await teams.attach(app, router(), Tasks(10_000, 10_000), settings, NoPictures())
    return app


async def stock(settings: Settings) -> web.Application:
    """botbuilder as its samples use it; its access token is given to it for nothing."""
    from botbuilder.core import CloudAdapterBase, TurnContext
    from botbuilder.schema import Activity, Attachment
    from botframework.connector.auth import (
        BotFrameworkAuthenticationFactory,
        MicrosoftAppCredentials,
        PasswordServiceClientCredentialFactory,
    )

    class FreeCredentials(MicrosoftAppCredentials):
        def get_access_token(self, force_refresh: bool = False) -> str:
            return FREE_TOKEN

    class Factory(PasswordServiceClientCredentialFactory):
        async def create_credentials(self, *_: Any, **__: Any) -> Any:
            return FreeCredentials(str(settings.teams_app_id), "", oauth_scope=SCOPE)

    login = "https://login.microsoftonline.com/botframework.com"
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=login,
        to_channel_from_bot_oauth_scope=SCOPE,
        to_bot_from_channel_token_issuer=SCOPE,
        oauth_url="https://api.botframework.com",
        to_bot_from_channel_open_id_metadata_url=settings.teams_openid_url,
        to_bot_from_emulator_open_id_metadata_url=settings.teams_openid_url,
        credential_factory=Factory(settings.teams_app_id, ""),
    )
    adapter, questions = CloudAdapterBase(authentication), router()

    async def turn(context: TurnContext) -> None:
        words = TurnContext.remove_recipient_mention(context.activity).strip()
        answer = await questions.ask(words, cast(Any, None), cast(Any, None))
        content = renderer.render(answer.card)
        attached = Attachment(content_type=ADAPTIVE, content=content)
        summary = renderer.summary(answer.card)
        await context.send_activity(
            Activity(type="message", summary=summary, attachments=[attached])
        )

    async def receive(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        await adapter.process_activity(request.headers["Authorization"], activity, turn)
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/messages", receive)
    return app


async def cpu(request: web.Request) -> web.Response:
    return web.Response(text=str(time.process_time()))


async def application(name: str, app_id: str, tenant: str, openid_url: str) -> web.Application:
    from bot.settings import Secret

    settings = Settings(
        teams_app_id=app_id,
        teams_app_password=Secret("not-a-real-app-secret"),
        teams_tenants=(tenant,),
        teams_openid_url=openid_url,
    )
    app = await {"ours": ours, "stock": stock}[name](settings)
    app.router.add_get("/cpu", cpu)
    return app


if __name__ == "__main__":
    name, port, *rest = sys.argv[1:]
    web.run_app(
        application(name, *rest), host="127.0.0.1", port=int(port), access_log=None, print=None
    )
