"""The destination: tells Cost Anomaly Detection what people made of an anomaly it found.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_ProvideAnomalyFeedback.html
"""

import threading
from typing import Any

from domain.access import Access
from domain.delivery import Receipt, Receipts
from domain.errors import PermanentError
from domain.finding import Finding
from integrations.aws import failures
from integrations.aws.clients import client
from integrations.calls import still_wanted, within
from integrations.plain import line

#: Cost Explorer has this one address for all commercial regions.
REGION = "us-east-1"
VERDICTS = ("YES", "NO", "PLANNED_ACTIVITY")
#: Longer than finding the credentials, one connection and one answer may take.
DEADLINE_SECONDS = 18.0
#: GenericString of the API.
_LONGEST_ID = 1024


class AnomalyFeedback:
    """The only address is `aws`; `wish` holds anomaly and feedback, see `handlers/feedback.py`.

    Credentials, profile and AWS_ENDPOINT_URL are boto3's own settings, looked for at first use.
    Saying the same again changes nothing at AWS, so that a repeat is harmless; it still costs a
    request, so that what was said for certain is not said again.
    """

    scheme = "aws"

    def __init__(
        self, access: Access | None = None, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._access = access
        self._deadline_seconds = deadline_seconds
        self._client: Any = None
        self._lock = threading.Lock()

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        """At most one request; `ref` is the anomaly's id, `memo` the feedback that AWS has."""
        mine = receipts.mine
        anomaly, verdict = mine.wish.get("anomaly", ""), mine.wish.get("feedback", "")
        if not anomaly or len(anomaly) > _LONGEST_ID or verdict not in VERDICTS:
            said = f"anomaly '{line(anomaly, 60)}', feedback '{line(verdict, 30)}'"
            raise PermanentError(f"AWS is told YES, NO or PLANNED_ACTIVITY of an anomaly; {said}")
        told = (mine.receipt.ref, mine.receipt.memo) == (anomaly, verdict)
        if not told or mine.unsure_since is not None:
            await within(self._deadline_seconds, "AWS", self._provide, anomaly, verdict)
        return Receipt(mine.destination, anomaly, mine.receipt.url, verdict)

    async def close(self) -> None:
        """Let go of connections; the next request makes new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _provide(self, anomaly: str, verdict: str) -> None:
        try:
            with failures.told():
                explorer = self._connected()
                still_wanted()
                explorer.provide_anomaly_feedback(AnomalyId=anomaly, Feedback=verdict)
        except PermanentError:
            # Credentials that somebody puts right are read anew only by a new client.
            self._client = None
            raise

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = client("ce", REGION, self._access)
            return self._client
