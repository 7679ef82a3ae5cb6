"""What went wrong with a request to Jira, in the three words that delivery understands."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError

#: Refused before it was looked at: worth another try, and certainly without effect.
_NOT_TAKEN = frozenset({408, 425, 429})
_ADVICE = {
    401: "Jira refused the credentials: an administrator has to renew the token of costbot's user",
    403: "Jira forbids it: costbot's user needs the permission to browse, create, edit, comment, "
    "assign and transition issues in the project",
    404: "Jira knows no such thing, or hides it from costbot's user",
    410: "Jira no longer offers this: with an e-mail address it is taken for Cloud, without one "
    "for Data Center",
    413: "the issue is full: Jira takes no more comments on it",
}
_CERTIFICATE = (
    "Jira's certificate is not trusted here: REQUESTS_CA_BUNDLE names the certificates that are"
)
_ADDRESS = re.compile(r"\S+://\S+|\S+@\S+")
_UNREACHED = frozenset(
    {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ConnectTimeout"}
)


class RefusedError(PermanentError):
    """Jira did not accept the request as it is (400); `fields` are those it named as wrong."""

    def __init__(self, message: str, fields: frozenset[str]) -> None:
        super().__init__(message)
        self.fields = fields


class GoneError(PermanentError):
    """What was asked for is not there, or not to be seen (404)."""


def answered(
    status: int, headers: Mapping[str, str], faults: Mapping[str, str], *, write: bool
) -> DeliveryError:
    """What an answer of `status` (not 2xx) means; `faults` are Jira's words by field."""
    if headers.get("X-Authentication-Denied-Reason", "").startswith("CAPTCHA"):
        return PermanentError(
            "Jira wants a captcha from costbot's user: log in once as that user with a browser"
        )
    wait = retry_after(headers.get("Retry-After", ""))
    if status in _NOT_TAKEN:
        return NotTakenError(f"Jira answered {status}", wait)
    if status >= 500:
        return _unknown(f"Jira answered {status}", wait, write=write)
    if 300 <= status < 400:
        return PermanentError("Jira redirects elsewhere: its address in the settings is not right")
    message = ": ".join(part for part in (_cause(status), _said(faults)) if part)
    if status == 400:
        return RefusedError(message, frozenset(name for name in faults if name))
    return GoneError(message) if status == 404 else PermanentError(message)


def broke(problem: Exception, *, write: bool) -> DeliveryError:
    """What an exception of the line means; its text, which may hold addresses, is not repeated."""
    names = {type(one).__name__ for one in _causes(problem)}
    if names & _UNREACHED:
        return NotTakenError("Jira cannot be reached")
    if "SSLCertVerificationError" in names:
        return NotTakenError(_CERTIFICATE)
    if isinstance(problem, ValueError):  # requests' InvalidURL and InvalidHeader are both
        return PermanentError("Jira's address or token in the settings cannot be used")
    return _unknown(f"Jira did not answer ({type(problem).__name__})", 0.0, write=write)


def unreadable(*, write: bool) -> DeliveryError:
    return _unknown("Jira's answer cannot be read", 0.0, write=write)


def retry_after(header: str) -> float:
    """Seconds from a Retry-After header, which holds a number or a date; 0 for anything else."""
    try:
        return min(max(0.0, float(header)), 86_400.0)
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _unknown(message: str, wait: float, *, write: bool) -> DeliveryError:
    return TemporaryError(message, wait) if write else NotTakenError(message, wait)


def _cause(status: int) -> str:
    return _ADVICE.get(status, f"Jira refused it ({status})")


def _said(faults: Mapping[str, str]) -> str:
    """Which fields Jira named and why, short, with no address."""
    said = "; ".join(f"{name}: {why}" if name else why for name, why in faults.items())
    return " ".join(_ADDRESS.sub("…", said).split())[:200]


def _causes(problem: BaseException) -> list[BaseException]:
    """The problem and what is wrapped in it: requests wraps urllib3, which wraps the socket."""
    found: list[BaseException] = []
    left: list[object] = [problem]
    while left and len(found) < 20:
        one = left.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            left += [*one.args, getattr(one, "reason", None), one.__cause__]
    return found
