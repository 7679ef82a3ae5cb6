"""Whether a request was signed by Slack, within 5 minutes, over exactly these bytes."""

import re
from collections.abc import Callable

from multidict import CIMultiDictProxy
from slack_sdk.signature import Clock, SignatureVerifier

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class _Clock(Clock):
    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now  # type: ignore[method-assign]


class Signature:
    """Checks requests against one signing secret."""

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        self._verifier = SignatureVerifier(secret, _Clock(now))

    def of(self, headers: CIMultiDictProxy[str], body: bytes) -> str | None:
        """The signature when it is right, else None.

        The SDK's verifier raises on odd timestamps, odd letters and broken UTF-8, and a repeated
        header has no one value: those are refused before it is asked.
        """
        timestamps = headers.getall("X-Slack-Request-Timestamp", [])
        signatures = headers.getall("X-Slack-Signature", [])
        if len(timestamps) != 1 or len(signatures) != 1:
            return None
        timestamp, signature = timestamps[0], signatures[0]
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return None
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return signature if self._verifier.is_valid(text, timestamp, signature) else None
