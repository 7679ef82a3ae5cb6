"""The Slack surface: everything between one aiohttp application and Slack, put together."""

import logging
import time

import aiohttp
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.pictures import Pictures
from bot.adapters.slack.desk import Desk
from bot.adapters.slack.drawings import Drawings
from bot.adapters.slack.front import Front, install
from bot.adapters.slack.gate import Gate
from bot.adapters.slack.listeners import Listeners
from bot.adapters.slack.modals import Modals
from bot.adapters.slack.recent import Recent, RecentInMemory
from bot.adapters.slack.replies import is_local
from bot.adapters.slack.room import Draw, SlackRoom
from bot.adapters.slack.signature import Signature
from bot.adapters.slack.socket_mode import SocketMode
from bot.adapters.slack.ways import Ways
from bot.router import Router
from bot.settings import Settings
from bot.tasks import Tasks
from domain.errors import SettingsError

TIMEOUT_SECONDS = 10
DRAIN_SECONDS = 5.0


class SlackSurface:
    """Slack's routes, its Web API client, and Socket Mode where SLACK_APP_TOKEN switches it on.

    Made inside a running event loop. `recent` is what replicas share, where there are any.
    """

    def __init__(
        self,
        router: Router,
        tasks: Tasks,
        settings: Settings,
        pictures: Pictures,
        recent: Recent | None = None,
    ) -> None:
        token, app_token = settings.slack_bot_token, settings.slack_app_token
        self._secret = settings.slack_signing_secret
        if token is None:
            raise SettingsError("SLACK_BOT_TOKEN is not set.")
        if app_token is None and self._secret is None:
            raise SettingsError(
                "SLACK_SIGNING_SECRET is not set, so that nobody could tell Slack's requests from "
                "forged ones. Set it, or set SLACK_APP_TOKEN to use Socket Mode."
            )
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        self.client = _client(token.reveal(), settings.slack_api_url, self._session)
        self._recent = recent or RecentInMemory()
        self._drawings = Drawings(pictures)
        self._desk = Desk(router, tasks, self._drawings, Modals(self.client))
        bolt = _bolt(self.client)
        ways = Ways(self._session, self.client, settings.slack_api_url)
        Listeners(self._desk, ways, self._recent).register(bolt)
        self._gate = Gate(bolt, self._recent)
        self.socket_mode = (
            SocketMode(self._gate, self.client, app_token.reveal()) if app_token else None
        )

    def room(self, draw: Draw) -> SlackRoom:
        """The rooms of this workspace as a destination, good until this surface stops."""
        return SlackRoom(self.client, draw, self._drawings)

    def mount(self, app: web.Application) -> None:
        """Over HTTP the events route; in Socket Mode Slack has no need to reach us."""
        app.router.add_get("/slack/install", install)
        if self.socket_mode is None and self._secret is not None:
            signature = Signature(self._secret.reveal(), time.time)
            front = Front(self._gate, signature, self._recent)
            app.router.add_post("/slack/events", front.receive)
        app.on_startup.append(self.start)
        app.on_cleanup.append(self.stop)

    async def start(self, _app: web.Application | None = None) -> None:
        if self.socket_mode is not None:
            await self.socket_mode.start()

    async def stop(self, _app: web.Application | None = None) -> None:
        if self.socket_mode is not None:
            await self.socket_mode.stop()
        await self._desk.drain(DRAIN_SECONDS)
        await self._session.close()


class _OneWorkspace(AsyncAuthorize):
    """Who we are, without asking Slack: no request of a person waits for `auth.test`."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=self._token, user_id=user_id
        )


def _client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that sends each request once: whether to send again is decided by the caller."""
    client = AsyncWebClient(
        token,
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        session=session,
        retry_handlers=[],
        user_agent_prefix="costbot",
        logger=logging.getLogger(f"{__name__}.web"),
    )
    if is_local(api_url):
        client.proxy = None
    return client


def _bolt(client: AsyncWebClient) -> AsyncApp:
    """Bolt as a library: our own front checks signatures, our own listeners ignore bots.

    `process_before_response` answers as soon as a listener has acknowledged; the default runner
    looks for the acknowledgement every 10 ms. Bolt's own log can hold whole requests.
    """
    quiet = logging.getLogger(f"{__name__}.bolt")
    quiet.setLevel(logging.ERROR)
    return AsyncApp(
        logger=quiet,
        name="costbot",
        client=client,
        authorize=_OneWorkspace(client.token),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
    )
