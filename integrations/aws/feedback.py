"""The destination: tells Cost Anomaly Detection what people made of an anomaly it found.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_ProvideAnomalyFeedback.html
"""

import logging
import threading
from typing import Any

from domain.delivery import Receipt, Receipts
from domain.errors import PermanentError
from domain.finding import Finding
from integrations.aws import failures
from integrations.calls import TIMEOUT_SECONDS, still_wanted, within
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

    def __init__(self, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
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
                client = self._connected()
                still_wanted()
                client.provide_anomaly_feedback(AnomalyId=anomaly, Feedback=verdict)
        except PermanentError:
            # Credentials that somebody puts right are read anew only by a new client.
            self._client = None
            raise

    def _connected(self) -> Any:
        import boto3
        from botocore.config import Config

        with self._lock:
            if self._client is None:
                # Asked to say all, it writes session tokens into the log.
                logging.getLogger("botocore").setLevel(logging.INFO)
                connect, read = TIMEOUT_SECONDS
                config = Config(
                    # Delivery alone tries again: botocore makes five attempts by itself.
                    retries={"total_max_attempts": 1},
                    connect_timeout=connect,
                    read_timeout=read,
                )
                self._client = boto3.Session().client("ce", region_name=REGION, config=config)
            return self._client
