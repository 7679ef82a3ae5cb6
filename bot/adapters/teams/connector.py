"""Sending to Teams: one place that posts, waits, tries again and says what went wrong."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientSession, ClientTimeout
from botbuilder.schema import Activity, ResourceResponse
from yarl import URL

from bot.adapters.teams.cloud import Cloud
from bot.adapters.teams.credentials import AppToken
from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError

#: All attempts of one send together; Teams itself gives a turn 15 s.
PATIENCE_SECONDS = 10.0
CONNECT_SECONDS = 3.0
RETRIES = 2
#: learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: these may be sent again.
NOT_TAKEN = frozenset({412, 429, 502, 504})

Outgoing = Mapping[str, Any]


class Sender:
    """Carries one activity to the connector, and is the only one who tries again."""

    def __init__(
        self,
        session: ClientSession,
        cloud: Cloud,
        token: AppToken | None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._session = session
        self._cloud = cloud
        self._token = token
        self._sleep = sleep
        self._patience = patience

    async def send(
        self, method: str, service_url: str, path: str, activity: Outgoing | None = None
    ) -> str:
        """The id that Teams gave the message, or "" where it names none."""
        if not self._cloud.trusts(service_url):
            raise PermanentError("the serviceUrl is not on the list")
        url = URL(service_url.rstrip("/") + path, encoded=True)
        clock = asyncio.get_running_loop().time
        end = clock() + self._patience
        for attempt in range(RETRIES + 1):
            try:
                return await self._once(method, url, activity, end - clock(), attempt)
            except NotTakenError as error:
                wait = _wait(error, attempt)
                if attempt == RETRIES or clock() + wait >= end:
                    raise
            await self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _once(
        self, method: str, url: URL, activity: Outgoing | None, seconds: float, attempt: int
    ) -> str:
        token = await self._token.get() if self._token else ""
        try:
            async with self._session.request(
                method,
                url,
                json=activity,
                headers={"Authorization": f"Bearer {token}"} if token else None,
                timeout=ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS),
                allow_redirects=False,
            ) as response:
                if response.status < 300:
                    return await _id(response)
                error = _failure(response, first=attempt == 0)
        except ClientConnectorError as problem:
            raise NotTakenError("Teams cannot be reached") from problem
        except (ClientError, TimeoutError) as problem:
            raise TemporaryError(f"Teams did not answer ({type(problem).__name__})") from problem
        if response.status == 401 and self._token:
            self._token.forget(token)
        raise error


class Connector:
    """The calls of botframework's ConnectorClient that a turn uses, through our sender.

    `TurnContext.send_activity` and friends find their methods here too.
    """

    def __init__(self, sender: Sender, service_url: str) -> None:
        self._sender = sender
        self._service_url = service_url

    @property
    def conversations(self) -> "Connector":
        return self

    async def send_to_conversation(
        self, conversation_id: str, activity: Activity | Outgoing
    ) -> ResourceResponse:
        return await self._send("POST", _path(conversation_id), activity)

    async def reply_to_activity(
        self, conversation_id: str, activity_id: str, activity: Activity | Outgoing
    ) -> ResourceResponse:
        return await self._send("POST", _path(conversation_id, activity_id), activity)

    async def update_activity(
        self, conversation_id: str, activity_id: str, activity: Activity | Outgoing
    ) -> ResourceResponse:
        return await self._send("PUT", _path(conversation_id, activity_id), activity)

    async def delete_activity(self, conversation_id: str, activity_id: str) -> None:
        await self._sender.send("DELETE", self._service_url, _path(conversation_id, activity_id))

    async def _send(
        self, method: str, path: str, activity: Activity | Outgoing
    ) -> ResourceResponse:
        body = activity.serialize() if isinstance(activity, Activity) else activity
        return ResourceResponse(id=await self._sender.send(method, self._service_url, path, body))


def _path(conversation_id: str, activity_id: str | None = None) -> str:
    path = f"/v3/conversations/{quote(conversation_id, safe='')}/activities"
    return path if activity_id is None else f"{path}/{quote(activity_id, safe='')}"


async def _id(response: ClientResponse) -> str:
    """Sent is sent: an answer that cannot be read only means that the id is unknown."""
    try:
        answer: Any = await response.json(content_type=None)
    except ValueError:
        return ""
    return str(answer.get("id") or "") if isinstance(answer, dict) else ""


def _failure(response: ClientResponse, *, first: bool) -> DeliveryError:
    status = response.status
    message = f"Teams answered {status}"
    if status in NOT_TAKEN or (status == 401 and first):
        return NotTakenError(message, _retry_after(response.headers.get("Retry-After", "")))
    return TemporaryError(message) if status >= 500 else PermanentError(message)


def _retry_after(header: str) -> float:
    """Seconds from a Retry-After header, which holds a number or a date."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _wait(error: NotTakenError, attempt: int) -> float:
    jitter = random.uniform(0.1, 0.5) * 2**attempt  # noqa: S311 - spreads retries, hides nothing
    return error.retry_after + jitter
