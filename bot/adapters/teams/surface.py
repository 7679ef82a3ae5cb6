"""Teams put together: the route, and the parts behind it."""

from collections.abc import Awaitable, Callable

from aiohttp import ClientSession, web
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity, ActivityTypes
from yarl import URL

from bot.adapters.pictures import Pictures
from bot.adapters.teams.activity import place_of
from bot.adapters.teams.answers import Answers, Patience
from bot.adapters.teams.auth import TeamsAuthentication, check
from bot.adapters.teams.bot import CostBot
from bot.adapters.teams.cloud import Cloud, cloud_of
from bot.adapters.teams.connector import Sender
from bot.adapters.teams.conversations import AddressBook
from bot.adapters.teams.credentials import AppToken
from bot.adapters.teams.front import Front
from bot.adapters.teams.keys import SigningKeys
from bot.adapters.teams.replies import broken
from bot.router import Router
from bot.settings import Settings
from bot.tasks import Tasks
from domain.delivery import Conversations

OnTurnError = Callable[[TurnContext, Exception], Awaitable[None]]


def mount(
    app: web.Application,
    router: Router,
    tasks: Tasks,
    settings: Settings,
    pictures: Pictures,
    patience: Patience,
    conversations: Conversations,
) -> Answers:
    """Put the route on `app`; its connections close when the application is cleaned up."""
    check(settings)
    cloud = cloud_of(settings.teams_openid_url, settings.teams_anonymous)
    session = ClientSession()
    sender = Sender(session, cloud, _app_token(session, settings, cloud))
    keys = SigningKeys(session, settings.teams_openid_url)
    answers = Answers(sender, tasks, pictures, patience)
    authentication = TeamsAuthentication(settings, cloud, keys, sender)
    adapter = CloudAdapterBase(authentication)
    adapter.on_turn_error = _tell(answers)
    front = Front(authentication, adapter, CostBot(router, answers, AddressBook(conversations)))
    app.router.add_post("/api/messages", front.receive)

    async def close(_app: web.Application) -> None:
        await session.close()

    app.on_cleanup.append(close)
    return answers


def _app_token(session: ClientSession, settings: Settings, cloud: Cloud) -> AppToken | None:
    if settings.teams_anonymous or not (settings.teams_app_id and settings.teams_app_password):
        return None
    address = URL(cloud.login) / settings.teams_app_tenant / "oauth2/v2.0/token"
    return AppToken(
        session, address, settings.teams_app_id, settings.teams_app_password, cloud.scope
    )


def _tell(answers: Answers) -> OnTurnError:
    async def on_turn_error(turn: TurnContext, error: Exception) -> None:
        if turn.activity.type == ActivityTypes.invoke:
            response = broken(turn.activity)
            await turn.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))
        await answers.apologise(place_of(turn.activity), error)

    return on_turn_error
