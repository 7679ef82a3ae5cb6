"""The app's own token: client credentials, fetched without blocking and kept until it runs out."""

import asyncio
import time
from collections.abc import Callable

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from bot.settings import Secret
from domain.errors import NotTakenError, PermanentError

FETCH_SECONDS = 5.0
#: Renewed this long before it runs out, so that a token never dies on its way.
MARGIN_SECONDS = 300.0


class AppToken:
    """The bearer token for outgoing calls."""

    def __init__(
        self,
        session: ClientSession,
        address: URL,
        app_id: str,
        password: Secret,
        scope: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._address = address
        self._app_id = app_id
        self._password = password
        self._scope = scope
        self._clock = clock
        self._token = ""
        self._until = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        if self._clock() >= self._until:
            async with self._lock:
                if self._clock() >= self._until:
                    await self._fetch()
        return self._token

    def forget(self, token: str) -> None:
        """Drop a token that was refused; one that came since then stays."""
        if token == self._token:
            self._until = float("-inf")

    async def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app_id,
            "client_secret": self._password.reveal(),
            "scope": self._scope,
        }
        timeout = ClientTimeout(total=FETCH_SECONDS)
        try:
            async with self._session.post(
                self._address, data=form, timeout=timeout, allow_redirects=False
            ) as response:
                if response.status in (400, 401, 403):
                    raise PermanentError("Microsoft refused TEAMS_APP_ID and TEAMS_APP_PASSWORD")
                response.raise_for_status()
                answer = await response.json(content_type=None)
            self._token = str(answer["access_token"])
            lifetime = float(answer["expires_in"])
        except (ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise NotTakenError(
                f"no token from the login service ({type(error).__name__})"
            ) from None
        self._until = self._clock() + max(lifetime - MARGIN_SECONDS, lifetime / 2)
