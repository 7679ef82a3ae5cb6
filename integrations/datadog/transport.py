"""One request to Datadog through its own client, loaded when first needed; one verdict.

Left to itself the client has no timeout, and urllib3 below it connects four times, follows
redirects and sends a PUT again when the line breaks.
"""

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from integrations.calls import TIMEOUT_SECONDS, still_wanted, wait_seconds
from integrations.plain import line

if TYPE_CHECKING:
    from datadog_api_client import ApiClient, Configuration

#: Where a 429 does not say how long.
WAIT_SECONDS = 30.0


class Transport:
    """`host` is a site (`datadoghq.eu`), its API's address, or any other for tests and proxies."""

    def __init__(self, api_key: str, app_key: str, host: str) -> None:
        self._api_key = api_key
        self._app_key = app_key
        self._host = host or "datadoghq.com"
        self._api: ApiClient | None = None
        self._lock = threading.Lock()

    def call(self, call: Callable[["ApiClient"], Any]) -> Any:
        """The JSON that Datadog answers; None for an answer that was good and cannot be read.

        Raises NotTakenError, TemporaryError or PermanentError, with no key in it.
        """
        from datadog_api_client.exceptions import ApiException, OpenApiException
        from urllib3.exceptions import HTTPError

        client = self._client()
        still_wanted()
        try:
            return _read(call(client))
        except ApiException as error:
            raise self._refusal(error) from None
        except OpenApiException as error:
            # The client checks what it is given, and repeats it: only the kind is told.
            kind = type(error).__name__
            raise PermanentError(f"the Datadog client refuses what it was given ({kind})") from None
        except UnicodeDecodeError:
            raise TemporaryError("Datadog gave an error that cannot be read") from None
        except (HTTPError, OSError) as error:
            raise _unreachable(error) from None

    def close(self) -> None:
        """Let go of connections; the next call makes new ones."""
        with self._lock:
            if self._api is not None:
                self._api.close()
                self._api = None

    def _client(self) -> "ApiClient":
        from datadog_api_client import ApiClient

        with self._lock:
            if self._api is None:
                self._api = ApiClient(_configuration(self._api_key, self._app_key, self._host))
            return self._api

    def _refusal(self, error: Any) -> DeliveryError:
        status = int(error.status or 0)
        message = f"Datadog answered {status}" if status else "Datadog's certificate is not trusted"
        if status == 429:
            headers = {name.lower(): value for name, value in (error.headers or {}).items()}
            # docs.datadoghq.com/api/latest/rate-limits: seconds until the count starts anew.
            wait = headers.get("x-ratelimit-reset") or headers.get("retry-after") or ""
            return NotTakenError("Datadog asks to wait", wait_seconds(wait, WAIT_SECONDS))
        # The contract names 408 among its answers: the request did not arrive in time.
        if status >= 500 or status in (0, 408):
            return TemporaryError(message)
        if status in (401, 403):
            keys = "DD_API_KEY and DD_APP_KEY" if self._app_key else "DD_API_KEY"
            return PermanentError(f"{message}: check {keys}, and DD_HOST for the right site")
        return PermanentError(f"{message}{self._cause(error.body)}")

    def _cause(self, body: Any) -> str:
        errors: Any = body.get("errors") if isinstance(body, dict) else None
        text = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
        for key in filter(None, (self._api_key, self._app_key)):
            text = text.replace(key, "***")
        return f": {line(text, 300)}" if text else ""


def _configuration(api_key: str, app_key: str, host: str) -> "Configuration":
    from datadog_api_client import Configuration
    from urllib3.util import Retry

    configuration = Configuration(
        api_key={"apiKeyAuth": api_key} | ({"appKeyAuth": app_key} if app_key else {}),
        enable_retry=False,
        retry_policy=Retry(False),
        request_timeout=TIMEOUT_SECONDS,
        preload_content=False,
    )
    address = host if "//" in host else f"https://{host}"
    site = (urlsplit(address).hostname or "").removeprefix("api.").removeprefix("app.")
    known: Any = configuration.get_host_settings()[0]["variables"]
    if site in known["site"]["enum_values"]:
        configuration.server_variables = {"site": site}
    else:
        configuration.host = address.rstrip("/")
    return configuration


def _read(response: Any) -> Any:
    """Sent is sent: an answer that breaks off or cannot be read changes nothing about that."""
    from urllib3.exceptions import HTTPError

    try:
        return json.loads(response.data)
    except (ValueError, HTTPError, OSError):
        return None
    finally:
        response.release_conn()


def _unreachable(error: Exception) -> TemporaryError:
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return NotTakenError("Datadog cannot be reached")
    return TemporaryError(f"Datadog did not answer ({type(error).__name__})")
