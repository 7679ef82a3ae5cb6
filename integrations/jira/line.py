"""The line to Jira: a `jira` client in each thread, requests with a deadline, failures named."""

import json
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.errors import DeliveryError, NotTakenError, PermanentError
from integrations.jira import failures

if TYPE_CHECKING:
    from jira import JIRA
    from requests import Response

Params = Mapping[str, str | int | list[str]]
#: A write that is begun with less than this share of an attempt's time left would only be cut off.
LEAST_SHARE = 0.1


class Attempt:
    """One bounded go at Jira: how much of its time is left, and whether it may have an effect.

    The thread that works and the loop that waits share it: once given up, nothing more is sent.
    """

    def __init__(self, seconds: float) -> None:
        self._began = time.monotonic()
        self._end = self._began + seconds
        self._least = seconds * LEAST_SHARE
        self._lock = threading.Lock()
        self._effects = 0
        self._over = False

    @property
    def left(self) -> float:
        """Seconds."""
        return self._end - time.monotonic()

    @property
    def passed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._began)

    @property
    def wrote(self) -> bool:
        """Whether something was, or may have been, changed over there."""
        with self._lock:
            return self._effects > 0

    def begin(self, *, write: bool) -> None:
        """Raises NotTakenError when there is no time left for another request."""
        with self._lock:
            if self._over or self.left <= (self._least if write else 0.0):
                raise NotTakenError("Jira was too slow")
            self._effects += write

    def without_effect(self) -> None:
        """The write that was begun last was certainly not taken."""
        with self._lock:
            self._effects -= 1

    def give_up(self) -> bool:
        """Send nothing more; whether something may have been changed."""
        with self._lock:
            self._over = True
            return self._effects > 0


class Line:
    """Requests to one Jira. An e-mail address means Cloud, none means Data Center with a PAT.

    Every client has its own requests session, for a session is not promised to be thread-safe.
    The library signs in and knows the addresses; its own way of sending, which by default sends a
    POST four times when a reply is lost (`ResilientSession.request`), is passed by. Nothing is
    asked of Jira when a client is made.
    """

    def __init__(self, url: str, email: str, token: str, timeout: tuple[float, float]) -> None:
        self.url = url.rstrip("/")
        self.cloud = bool(email)
        self._email = email
        self._token = token
        self._timeout = timeout
        self._own = threading.local()
        self._clients: list[JIRA] = []

    def get(self, attempt: Attempt, path: str, params: Params | None = None) -> Any:
        """The JSON of an answer; raises NotTakenError or PermanentError."""
        return self._request(attempt, "GET", path, params or {}, None)

    def write(self, attempt: Attempt, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON of an answer, None where it is empty; raises TemporaryError as well, when
        nobody knows whether it was taken."""
        return self._request(attempt, method, path, {}, body)

    def close(self) -> None:
        for client in self._clients:
            _session(client).close()

    def _request(
        self,
        attempt: Attempt,
        method: str,
        path: str,
        params: Params,
        body: Mapping[str, Any] | None,
    ) -> Any:
        write = body is not None
        attempt.begin(write=write)
        answer = self._answer(attempt, method, path, params, body)
        if isinstance(answer, DeliveryError):
            if write and isinstance(answer, NotTakenError | PermanentError):
                attempt.without_effect()
            raise answer
        return answer

    def _answer(
        self,
        attempt: Attempt,
        method: str,
        path: str,
        params: Params,
        body: Mapping[str, Any] | None,
    ) -> Any:
        """The JSON, or the failure: returned, so that no exception of a library, which may hold
        addresses and headers, is in its context."""
        from requests import Session

        write = body is not None
        try:
            client = self._client()
            left = max(0.01, attempt.left)
            # Not the `request` of the library's own session: what that makes of an answer with an
            # error in it (`parse_errors`) breaks on some of them.
            response = Session.request(
                _session(client),
                method,
                client._get_url(path),  # pyright: ignore[reportPrivateUsage]
                params=dict(params),
                data=None if body is None else json.dumps(body).encode(),
                timeout=(min(self._timeout[0], left), min(self._timeout[1], left)),
                allow_redirects=False,
            )
        except Exception as problem:  # whatever the line does is a failure to deliver
            return failures.broke(problem, write=write)
        return self._read(response, write=write)

    def _read(self, response: "Response", *, write: bool) -> Any:
        if response.status_code >= 300:
            faults = self._faults(response)
            return failures.answered(response.status_code, response.headers, faults, write=write)
        if not write and "AUTHENTICATED_FAILED" in response.headers.get("X-Seraph-LoginReason", ""):
            # With a wrong password Jira answers as to a stranger, who sees nothing.
            return failures.answered(401, {}, {}, write=False)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            return failures.unreadable(write=write)

    def _faults(self, response: "Response") -> dict[str, str]:
        """Jira's words by the field they are about, "" for those about no field."""
        try:
            said: Any = response.json()
        except ValueError:
            return {}
        if not isinstance(said, dict):
            return {}
        general, by_field = said.get("errorMessages"), said.get("errors")
        faults = {"": " ".join(map(str, general))} if isinstance(general, list) and general else {}
        faults |= by_field if isinstance(by_field, dict) else {}
        return {str(name): str(why).replace(self._token, "…") for name, why in faults.items()}

    def _client(self) -> "JIRA":
        found: JIRA | None = getattr(self._own, "client", None)
        if found is None:
            import jira

            found = self._own.client = jira.JIRA(
                options={"server": self.url, "check_update": False, "rest_api_version": "2"},
                basic_auth=(self._email, self._token) if self.cloud else None,
                token_auth=None if self.cloud else self._token,
                timeout=self._timeout,
                max_retries=0,
                get_server_info=False,
                logging=False,
            )
            self._clients.append(found)
        return found


def _session(client: "JIRA") -> Any:
    return client._session  # pyright: ignore[reportPrivateUsage]
