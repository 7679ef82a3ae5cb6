"""CloudWatch: a metric's number of each day.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from domain.errors import PermanentError, TemporaryError
from domain.period import Period
from domain.unit import CloudWatchMetric, Counts, Unit
from integrations.aws import failures
from integrations.aws.clients import client
from integrations.calls import still_wanted, within
from integrations.plain import line

#: Longer than a few pages take; who asked in a chat waits no longer.
DEADLINE_SECONDS = 25.0
#: A request holds so many metrics at most.
BATCH = 500
_DAY = 86_400
#: A page that leads to ever more pages is no answer.
_MOST_PAGES = 100


class CloudWatch:
    """Fills `domain.ports.Metrics` for units from CloudWatch.

    Credentials, region, profile and AWS_ENDPOINT_URL are boto3's own settings, looked for at first
    use. A question is one request for most units; AWS asks $0.01 for 1,000 metrics.
    """

    def __init__(self, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._deadline_seconds = deadline_seconds
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    async def daily(self, unit: Unit, period: Period) -> Counts:
        if not isinstance(unit.metric, CloudWatchMetric):
            raise PermanentError(f"the unit {line(unit.name, 60)} is none of CloudWatch")
        return await within(self._deadline_seconds, "CloudWatch", self._daily, unit.metric, period)

    def _daily(self, metric: CloudWatchMetric, period: Period) -> Counts:
        queries = [*_queries(metric)]
        found: dict[date, Decimal] = {}
        try:
            with failures.told():
                cloudwatch = self._connected(metric.region)
                for first in range(0, len(queries), BATCH):
                    for result in _results(cloudwatch, queries[first : first + BATCH], period):
                        _add(found, result, period)
        except PermanentError:
            # Credentials that somebody puts right are read anew only by a new client.
            with self._lock:
                self._clients.pop(metric.region, None)
            raise
        return found

    def _connected(self, region: str) -> Any:
        with self._lock:
            if region not in self._clients:
                self._clients[region] = client("cloudwatch", region or None)
            return self._clients[region]


def _queries(metric: CloudWatchMetric) -> Iterator[dict[str, Any]]:
    if metric.expression:
        yield {"Id": "m0", "Expression": metric.expression, "Period": _DAY}
        return
    for number, dimensions in enumerate(metric.dimensions):
        named = [{"Name": name, "Value": value} for name, value in dimensions]
        asked = {
            "Namespace": metric.namespace,
            "MetricName": metric.metric,
            "Dimensions": named,
        }
        stat = {"Metric": asked, "Period": _DAY, "Stat": metric.stat}
        yield {"Id": f"m{number}", "MetricStat": stat}


def _results(
    client: Any, queries: list[dict[str, Any]], period: Period
) -> Iterator[dict[str, Any]]:
    """The results of all pages."""
    asked: dict[str, Any] = {
        "MetricDataQueries": queries,
        "StartTime": datetime.combine(period.start, time(), UTC),
        "EndTime": datetime.combine(period.end, time(), UTC),
        "ScanBy": "TimestampAscending",
    }
    for _ in range(_MOST_PAGES):
        still_wanted()
        page = client.get_metric_data(**asked)
        yield from page.get("MetricDataResults", ())
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]
    raise TemporaryError("CloudWatch's answer does not end")


def _add(found: dict[date, Decimal], result: dict[str, Any], period: Period) -> None:
    """Add a result's days; a day that only some series know is the sum of those."""
    status = result.get("StatusCode", "Complete")
    if status == "Forbidden":
        raise PermanentError(failures.PERMISSION.format(needed="cloudwatch:GetMetricData"))
    if status == "InternalError":
        raise TemporaryError("CloudWatch has not all of the numbers now")
    for moment, value in zip(result["Timestamps"], result["Values"], strict=True):
        day = moment.astimezone(UTC).date()
        if day in period:
            found[day] = found.get(day, Decimal(0)) + Decimal(str(value))
