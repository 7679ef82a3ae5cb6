"""Sending to Teams: one place that posts, waits, tries again and says what went wrong."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    ServerDisconnectedError,
)
from botbuilder.schema import Activity, ResourceResponse
from yarl import URL

from bot.adapters.teams.cloud import Cloud
from bot.adapters.teams.credentials import AppToken
from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError

#: All attempts of one send together; Teams itself gives a turn 15 s.
PATIENCE_SECONDS = 10.0
CONNECT_SECONDS = 3.0
#: How often an answer to a person is tried. Delivery tries again by itself: one each time.
ATTEMPTS = 3
#: learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability, "Status
#: codes": 412 and 429 refuse what was sent. 502 and 504 come from a gateway that asks for another
#: try and does not know what became of this one.
NOT_TAKEN = frozenset({412, 425, 429})
PERHAPS_TAKEN = frozenset({502, 504})
#: The 404 of a message that somebody deleted; every other one is about the conversation.
NO_MESSAGE = "ActivityNotFoundInConversation"

Outgoing = Mapping[str, Any]


class GatewayError(TemporaryError):
    """Teams asks for another try; an answer that comes twice is better than none."""


class NoPlaceError(PermanentError):
    """The bot may not write there (any more)."""


class NoMessageError(PermanentError):
    """The message that was to be changed or answered is gone."""


class _LostError(ClientError):
    """The line broke after the request had left, or while it did."""


class Sender:
    """Carries one activity to the connector, and tries again where the caller does not."""

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
        self._accepted = ""

    async def send(
        self,
        method: str,
        service_url: str,
        path: str,
        activity: Outgoing | None = None,
        attempts: int = ATTEMPTS,
    ) -> str:
        """The id that Teams gave the message, or "" where it names none."""
        if not self._cloud.trusts(service_url):
            raise PermanentError("the serviceUrl is not on the list")
        url = URL(service_url.rstrip("/") + path, encoded=True)
        clock = asyncio.get_running_loop().time
        end = clock() + self._patience
        for attempt in range(attempts):
            try:
                return await self._once(method, url, activity, end, attempt)
            except (NotTakenError, GatewayError) as error:
                wait = _wait(error, attempt)
                if attempt + 1 == attempts or clock() + wait >= end:
                    raise
            await self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _once(
        self, method: str, url: URL, activity: Outgoing | None, end: float, attempt: int
    ) -> str:
        token = await self._bearer(end)
        seconds = max(0.001, end - asyncio.get_running_loop().time())
        try:
            async with self._session.request(
                method,
                url,
                json=activity,
                headers={"Authorization": f"Bearer {token}"} if token else None,
                timeout=ClientTimeout(total=seconds, connect=CONNECT_SECONDS),
                allow_redirects=False,
                middlewares=(_once,),
            ) as response:
                if response.status < 300:
                    self._accepted = token
                    return await _id(response)
                # A token that served before has run out; a new one that is refused never serves.
                stale = attempt == 0 and token == self._accepted
                error = await _failure(response, stale=stale)
        except (ClientConnectorError, ConnectionTimeoutError) as problem:
            raise NotTakenError("Teams cannot be reached") from problem
        except (ClientError, TimeoutError) as problem:
            name = str(problem) if isinstance(problem, _LostError) else type(problem).__name__
            raise TemporaryError(f"Teams did not answer ({name})") from problem
        if response.status == 401 and self._token:
            self._token.forget(token)
        raise error

    async def _bearer(self, end: float) -> str:
        """Our token; nothing was sent yet when it cannot be had in time."""
        if self._token is None:
            return ""
        try:
            async with asyncio.timeout_at(end):
                return await self._token.get()
        except TimeoutError:
            raise NotTakenError("no token from the login service in time") from None


class Connector:
    """The calls of botframework's ConnectorClient that a turn uses, through our sender.

    `TurnContext.send_activity` and friends find their methods here too.
    """

    def __init__(self, sender: Sender, service_url: str, attempts: int = ATTEMPTS) -> None:
        self._sender = sender
        self._service_url = service_url
        self._attempts = attempts

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
        sent = await self._sender.send(method, self._service_url, path, body, self._attempts)
        return ResourceResponse(id=sent)


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """aiohttp sends a PUT or DELETE again by itself when the line breaks: not with this error."""
    try:
        return await handler(request)
    except ClientConnectorError:
        raise
    except (ClientOSError, ServerDisconnectedError) as problem:
        raise _LostError(type(problem).__name__) from problem


def _path(conversation_id: str, activity_id: str | None = None) -> str:
    path = f"/v3/conversations/{quote(conversation_id, safe='')}/activities"
    return path if activity_id is None else f"{path}/{quote(activity_id, safe='')}"


async def _id(response: ClientResponse) -> str:
    """Sent is sent: an answer that cannot be read only means that the id is unknown."""
    return str((await _read(response)).get("id") or "")


async def _failure(response: ClientResponse, *, stale: bool) -> DeliveryError:
    status = response.status
    message = f"Teams answered {status}"
    if status in NOT_TAKEN or (status == 401 and stale):
        return NotTakenError(message, _retry_after(response.headers.get("Retry-After", "")))
    if status in PERHAPS_TAKEN:
        return GatewayError(message, _retry_after(response.headers.get("Retry-After", "")))
    if status >= 500 or status == 408:
        return TemporaryError(message)
    if status not in (403, 404):
        return PermanentError(message)
    problem = (await _read(response)).get("error")
    gone = isinstance(problem, dict) and problem.get("code") == NO_MESSAGE
    return NoMessageError(message) if gone else NoPlaceError(message)


async def _read(response: ClientResponse) -> Mapping[str, Any]:
    """The JSON object of an answer, or an empty one."""
    try:
        answer: Any = await response.json(content_type=None)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


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


def _wait(error: TemporaryError, attempt: int) -> float:
    jitter = random.uniform(0.1, 0.5) * 2**attempt  # noqa: S311 - spreads retries, hides nothing
    return error.retry_after + jitter
