"""One event to PagerDuty through pdpyras: one request, one verdict.

pdpyras is deprecated (it says so whenever it is imported), so that nothing else knows it. Left to
itself it repeats network errors three times, 5xx up to six times, and 429 without end, asleep.
"""

import sys
import warnings
from datetime import datetime
from typing import Any

from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from integrations.calls import TIMEOUT_SECONDS, still_wanted, wait_seconds
from integrations.plain import line

EVENTS_URL = "https://events.pagerduty.com"
#: developer.pagerduty.com/docs/events-api-v2-overview asks for tries 30 s apart.
WAIT_SECONDS = 30.0


def send(
    routing_key: str,
    events_url: str,
    action: str,
    dedup_key: str,
    body: dict[str, Any],
    now: datetime,
) -> None:
    """Returns when PagerDuty has taken the event; blocks for as long as TIMEOUT_SECONDS allow.

    Raises NotTakenError, TemporaryError or PermanentError, with neither key nor address in it.
    """
    if "pdpyras" not in sys.modules:
        # Not `catch_warnings`: it swaps the filters of every thread.
        warnings.filterwarnings("ignore", 'The package "pdpyras" is deprecated', UserWarning)
    import pdpyras

    def judge(response: Any) -> None:
        # Called before pdpyras looks at the status, and what is raised here it does not catch.
        if response.status_code != 202:
            raise _refusal(response, routing_key, now)

    # Without a pool that outlives the call, no line can have gone stale in the meantime.
    with pdpyras.EventsAPISession(routing_key) as session:
        session.url = events_url
        session.timeout = TIMEOUT_SECONDS  # type: ignore[assignment]
        session.max_network_attempts = 0
        # An event must not follow a redirect: its body holds the key.
        session.max_redirects = 0
        session.postprocess = judge
        still_wanted()
        try:
            session.send_event(action, dedup_key=dedup_key, **body)
        except pdpyras.PDHTTPError:
            return  # A 202 whose text cannot be read was taken all the same.
        except pdpyras.PDClientError as error:
            raise _unreachable(error.__cause__) from None


def _refusal(response: Any, routing_key: str, now: datetime) -> DeliveryError:
    status: int = response.status_code
    message = f"PagerDuty answered {status}"
    if status == 429:
        wait = wait_seconds(response.headers.get("Retry-After", ""), WAIT_SECONDS, now)
        return NotTakenError("PagerDuty asks to wait", wait)
    # 408 and 425 are a proxy's: the event did not arrive, or too early. A page is worth a repeat.
    if status >= 500 or status < 300 or status in (408, 425):
        return TemporaryError(message)
    if status == 400:
        cause = line(_cause(response).replace(routing_key, "***"), 300)
        return PermanentError(f"{message}: {cause or 'no reason given'}")
    if status in (401, 403):
        return PermanentError(f"{message}: check PAGERDUTY_ROUTING_KEY")
    return PermanentError(message)


def _cause(response: Any) -> str:
    """`Event object is invalid ('summary' is missing)`, from what the answer says."""
    try:
        said: Any = response.json()
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    errors: Any = said.get("errors")
    reasons = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    return f"{said.get('message', '')}{f' ({reasons})' if reasons else ''}"


def _unreachable(cause: BaseException | None) -> DeliveryError:
    from requests import exceptions as requests_errors
    from urllib3 import exceptions as urllib3_errors

    if isinstance(cause, requests_errors.TooManyRedirects):
        return PermanentError("PagerDuty answered with a redirect: check PAGERDUTY_EVENTS_URL")
    if isinstance(cause, requests_errors.InvalidURL | requests_errors.MissingSchema):
        return PermanentError("PAGERDUTY_EVENTS_URL is no address")
    reason: Any = getattr(cause, "args", None) and cause and cause.args[0]
    reason = getattr(reason, "reason", reason)
    if isinstance(cause, requests_errors.ConnectTimeout) or isinstance(
        reason, urllib3_errors.NewConnectionError
    ):
        return NotTakenError("PagerDuty cannot be reached")
    return TemporaryError(f"PagerDuty did not answer ({type(cause).__name__})")
