"""Why Slack did not do something, as one of our errors: what to do about it, and no secret."""

import re
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError

T = TypeVar("T")

#: Slack's own troubles, after which it may have done what was asked.
_PASSING = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
_TOKEN = (
    "Slack does not take the bot token: "  # noqa: S105
    "install the app again and give costbot its new SLACK_BOT_TOKEN"
)
#: https://docs.slack.dev/reference/methods/chat.postMessage#errors
_ADVICE = {
    "not_in_channel": "costbot is not in that channel: type /invite @costbot there",
    "channel_not_found": (
        "Slack shows costbot no such channel: check its id and, when the channel is private, type "
        "/invite @costbot there"
    ),
    "is_archived": "the channel is archived: choose another one, or take it out of the archive",
    "restricted_action": (
        "the channel's or the workspace's posting permissions keep costbot out: a workspace admin "
        "can let it in"
    ),
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "account_inactive": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
}
_SCOPES = re.compile(r"[a-z:._, ]{1,100}")
#: Failures before a request could leave: nothing was taken.
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class BlocksRefusedError(PermanentError):
    """Slack does not take these blocks here; simpler ones may do."""


class GoneError(PermanentError):
    """The message is not there any more, or is not ours: it cannot be edited."""


async def confirmed(call: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """What Slack answered to a call of its Web API; one of our errors when it was no "ok"."""
    try:
        response = await call
    except SlackApiError as error:
        raise _api_refusal(error.response) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise unreachable(error) from None
    except AttributeError:  # Slack's SDK stumbles over a reply that is plain text.
        raise TemporaryError("something between us and Slack answered in its place") from None
    answer: object = response.data
    return answer if isinstance(answer, dict) else {}


def refusal(status: int, headers: Mapping[str, str], error: str, needed: str = "") -> DeliveryError:
    """Why Slack said no; its words are kept short, its addresses out.

    What Slack refuses has no effect, and neither has what it asks to send later.
    """
    if status == 429 or error in ("ratelimited", "rate_limited"):
        wait = headers.get("Retry-After", "")
        return NotTakenError("Slack asks to wait", float(wait) if wait.isdigit() else 1.0)
    if "invalid_blocks" in error or "msg_blocks_too_long" in error:
        return BlocksRefusedError("Slack does not take these blocks")
    if status >= 500 or status in (408, 425) or error in _PASSING:
        return TemporaryError(f"Slack answered {status}{f': {error}' if error in _PASSING else ''}")
    if error in ("message_not_found", "cant_update_message"):
        return GoneError("the message was deleted, or belongs to another app")
    if error == "missing_scope":
        return PermanentError(_missing(needed))
    return PermanentError(_ADVICE.get(error) or f"Slack answered {status}: {error[:100]}")


def unreachable(error: Exception) -> TemporaryError:
    kind = NotTakenError if isinstance(error, _NOT_SENT) else TemporaryError
    return kind(f"Slack was not reached: {type(error).__name__}")


def _api_refusal(response: Any) -> DeliveryError:
    """For a body that is no JSON, the SDK hands over aiohttp's response instead of its own."""
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    said: dict[str, Any] = data if isinstance(data, dict) else {}
    error = str(said.get("error") or "")
    if not error and status < 400:
        return TemporaryError("something between us and Slack answered in its place")
    return refusal(status, response.headers, error, str(said.get("needed", "")))


def _missing(needed: str) -> str:
    scope = f" ({needed})" if _SCOPES.fullmatch(needed) else ""
    return (
        f"the Slack app lacks a permission{scope}: bring its manifest up to date "
        "(python -m bot manifest slack) and install it again"
    )
