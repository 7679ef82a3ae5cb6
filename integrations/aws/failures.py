"""What went wrong with a request to AWS, in the words that delivery understands.

AWS repeats what it was sent, session tokens included, in some messages (a signature that does not
match), so that only error codes are told.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from integrations.aws.permissions import ACTIONS
from integrations.calls import wait_seconds
from integrations.plain import line

#: Where AWS does not say how long.
WAIT_SECONDS = 30.0
#: docs.aws.amazon.com/aws-cost-management/latest/APIReference/CommonErrors.html, and what botocore
#: takes for throttling (botocore/retries/standard.py).
_THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "BandwidthLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
    }
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_UNKNOWN_CALLER = frozenset(
    {
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
    }
)
_PASSING = frozenset({"InternalFailure", "InternalError", "ServiceUnavailable"})
_TIMED_OUT = frozenset({"RequestTimeout", "RequestTimeoutException"})

PERMISSION = "AWS does not allow it: give costbot's role or user {needed}"
CREDENTIALS = (
    "costbot has no AWS credentials: give its machine a role, or set AWS_PROFILE, or "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)
REFUSED = (
    "AWS does not take the credentials ({code}): renew the role's or user's keys, and check the "
    "clock of the machine"
)


@contextmanager
def told() -> Generator[None]:
    """Turns what boto3 raises into one of our errors, without anything secret in it."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        raise _refusal(error) from None
    except (ResponseParserError, AttributeError):  # botocore stumbles over `null` and lists.
        raise TemporaryError("AWS's answer cannot be read") from None
    except BotoCoreError as error:
        raise _unsent(error) from None
    except ValueError:
        # botocore's word for an address that is none.
        raise PermanentError("AWS_ENDPOINT_URL is no address") from None


def _refusal(error: Any) -> DeliveryError:
    response: Any = error.response
    code = line(str(response.get("Error", {}).get("Code", "")), 60)
    meta: Any = response.get("ResponseMetadata", {})
    status = int(meta.get("HTTPStatusCode") or 0)
    if status == 429 or code in _THROTTLED:
        wait = str(meta.get("HTTPHeaders", {}).get("retry-after", ""))
        return NotTakenError("AWS asks to wait", wait_seconds(wait, WAIT_SECONDS))
    if status >= 500 or status == 408 or code in _PASSING | _TIMED_OUT:
        return TemporaryError(f"AWS answered {status}")
    if code in _DENIED:
        needed = ACTIONS.get(error.operation_name)
        said = PERMISSION.format(needed=needed) if needed else REFUSED.format(code=code)
        return PermanentError(said)
    if code in _UNKNOWN_CALLER:
        return PermanentError(REFUSED.format(code=code))
    known = "" if code.isdecimal() else f": {code}"
    return PermanentError(f"AWS refuses {_asked(error)} ({status}{known})")


def _asked(error: Any) -> str:
    return "the feedback" if error.operation_name == "ProvideAnomalyFeedback" else "the request"


def _unsent(error: Any) -> DeliveryError:
    """Failures on the way, and those before it; botocore's texts name addresses and files."""
    from botocore import exceptions as botocore_errors

    name = type(error).__name__
    match error:
        case (
            botocore_errors.EndpointConnectionError()
            | botocore_errors.ConnectTimeoutError()
            | botocore_errors.ProxyConnectionError()
        ):
            return NotTakenError("AWS cannot be reached")
        case botocore_errors.HTTPClientError() | botocore_errors.ConnectionError():
            return TemporaryError(f"AWS did not answer ({name})")
        case botocore_errors.NoCredentialsError() | botocore_errors.PartialCredentialsError():
            return PermanentError(CREDENTIALS)
        case botocore_errors.NoRegionError():
            return PermanentError("no AWS region is known: set AWS_DEFAULT_REGION")
        case botocore_errors.ProfileNotFound():
            return PermanentError("AWS_PROFILE names a profile that is not there")
        case botocore_errors.ParamValidationError():
            return PermanentError("AWS refuses what it was asked: its words are not valid")
        case botocore_errors.CredentialRetrievalError() | botocore_errors.MetadataRetrievalError():
            return NotTakenError(f"AWS credentials cannot be had now ({name})")
        case _:
            return PermanentError(f"boto3 cannot ask AWS ({name}): check its AWS_… settings")
