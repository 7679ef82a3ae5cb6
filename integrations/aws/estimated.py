"""CloudWatch's EstimatedCharges: what AWS thinks the month has cost so far, some times a day.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
It is there in us-east-1, in the account that pays, once billing alerts are switched on, in USD.
A look asks for the metric as a whole and by service: some dozens of metrics at $0.01 for 1,000.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.access import Access
from domain.errors import PermanentError, TemporaryError
from domain.estimate import Estimate
from integrations.aws import failures
from integrations.aws.clients import client
from integrations.calls import still_wanted, within
from integrations.plain import line

DEADLINE_SECONDS = 25.0
REGION = "us-east-1"
#: New numbers come every few hours.
STEP_SECONDS = 6 * 3600
_MOST_PAGES = 50
_ALL = {
    "Id": "whole",
    "MetricStat": {
        "Metric": {
            "Namespace": "AWS/Billing",
            "MetricName": "EstimatedCharges",
            "Dimensions": [{"Name": "Currency", "Value": "USD"}],
        },
        "Period": STEP_SECONDS,
        "Stat": "Maximum",
    },
}
_BY_SERVICE = {
    "Id": "services",
    "Expression": (
        'SEARCH(\'{AWS/Billing,Currency,ServiceName} MetricName="EstimatedCharges" '
        f"Currency=\"USD\"', 'Maximum', {STEP_SECONDS})"
    ),
    "Period": STEP_SECONDS,
}


class EstimatedCharges:
    """Implements `domain.ports.Estimates`."""

    def __init__(
        self, access: Access | None = None, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._access = access
        self._deadline_seconds = deadline_seconds

    async def read(self, since: datetime, until: datetime) -> tuple[Estimate, ...]:
        return await within(self._deadline_seconds, "CloudWatch", self._read, since, until)

    def _read(self, since: datetime, until: datetime) -> tuple[Estimate, ...]:
        points: dict[str, dict[datetime, Decimal]] = {}
        with failures.told():
            cloudwatch = client("cloudwatch", REGION, self._access)
            try:
                for result in _results(cloudwatch, since, until):
                    name = "" if result["Id"] == "whole" else line(str(result.get("Label", "")), 80)
                    values = zip(result["Timestamps"], result["Values"], strict=True)
                    points.setdefault(name, {}).update(
                        (moment.astimezone(UTC), Decimal(str(value))) for moment, value in values
                    )
            finally:
                cloudwatch.close()
        return tuple(Estimate(name, tuple(sorted(at.items()))) for name, at in points.items())


def _results(cloudwatch: Any, since: datetime, until: datetime) -> Iterator[Mapping[str, Any]]:
    asked: dict[str, Any] = {
        "MetricDataQueries": [_ALL, _BY_SERVICE],
        "StartTime": since,
        "EndTime": until,
        "ScanBy": "TimestampAscending",
    }
    for _ in range(_MOST_PAGES):
        still_wanted()
        page = cloudwatch.get_metric_data(**asked)
        for result in page.get("MetricDataResults", ()):
            if result.get("StatusCode") == "Forbidden":
                needed = "cloudwatch:GetMetricData"
                raise PermanentError(failures.PERMISSION.format(needed=needed))
            if result.get("StatusCode") == "InternalError":
                raise TemporaryError("CloudWatch has not all of the numbers now")
            yield result
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]
    raise TemporaryError("CloudWatch's answer does not end")
