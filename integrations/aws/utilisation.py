"""How much resources are used: CloudWatch's metrics of many resources in few requests.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
A request holds 500 metrics; AWS asks $0.01 for 1,000. In a monitoring account it sees the others'.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from domain.access import Access
from domain.errors import PermanentError
from domain.period import Period
from integrations.aws import failures
from integrations.aws.account import account_id
from integrations.aws.clients import PATIENT, client
from integrations.aws.pages import pages
from integrations.calls import within

DEADLINE_SECONDS = 300.0
BATCH = 500
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Resource:
    """As the bill names it."""

    id: str
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Used:
    """A metric of a resource over some days: the mean of the days, their maximum, how many."""

    resource: str
    metric: str
    mean: float
    most: float
    days: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a kind of resource is measured by; `pattern` finds its dimension's value in the id."""

    pattern: re.Pattern[str]
    namespace: str
    dimension: str
    metrics: tuple[tuple[str, str], ...]


_KINDS = (
    _Kind(
        re.compile(r"(?:.*instance/)?(i-[0-9a-f]{8,17})"),
        "AWS/EC2",
        "InstanceId",
        (("CPUUtilization", "Maximum"), ("NetworkOut", "Sum")),
    ),
    _Kind(
        re.compile(r"(?:.*volume/)?(vol-[0-9a-f]{8,17})"),
        "AWS/EBS",
        "VolumeId",
        (("VolumeReadOps", "Sum"), ("VolumeWriteOps", "Sum")),
    ),
    _Kind(
        re.compile(r"arn:aws[\w-]*:rds:[^:]*:\d*:db:(.+)"),
        "AWS/RDS",
        "DBInstanceIdentifier",
        (("DatabaseConnections", "Maximum"), ("CPUUtilization", "Maximum")),
    ),
    _Kind(
        re.compile(r"(?:.*natgateway/)?(nat-[0-9a-f]{8,17})"),
        "AWS/NATGateway",
        "NatGatewayId",
        (("BytesOutToDestination", "Sum"),),
    ),
    _Kind(
        re.compile(r"arn:aws[\w-]*:elasticloadbalancing:[^:]*:\d*:loadbalancer/(app/.+)"),
        "AWS/ApplicationELB",
        "LoadBalancer",
        (("RequestCount", "Sum"),),
    ),
    _Kind(
        re.compile(r"arn:aws[\w-]*:lambda:[^:]*:\d*:function:([^:]+).*"),
        "AWS/Lambda",
        "FunctionName",
        (("Invocations", "Sum"),),
    ),
    _Kind(
        re.compile(r"arn:aws[\w-]*:dynamodb:[^:]*:\d*:table/([^/]+).*"),
        "AWS/DynamoDB",
        "TableName",
        (("ConsumedReadCapacityUnits", "Sum"), ("ConsumedWriteCapacityUnits", "Sum")),
    ),
)


def measured(resource: Resource) -> bool:
    """Whether there is a metric for it."""
    return _kind(resource) is not None


async def read(access: Access, resources: Sequence[Resource], period: Period) -> tuple[Used, ...]:
    """What CloudWatch knows of the resources; those it has no number for are left out."""
    return await within(DEADLINE_SECONDS, "CloudWatch", _read, access, resources, period)


def _read(access: Access, resources: Sequence[Resource], period: Period) -> tuple[Used, ...]:
    own = account_id(access)
    found: list[Used] = []
    for region in sorted({one.region for one in resources}):
        asked = [*_queries([one for one in resources if one.region == region], own)]
        with failures.told():
            cloudwatch = client("cloudwatch", region, access, PATIENT)
            try:
                for first in range(0, len(asked), BATCH):
                    found += _answers(cloudwatch, asked[first : first + BATCH], period)
            finally:
                cloudwatch.close()
    return tuple(found)


def _queries(resources: Sequence[Resource], own: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Resource, metric, and the metric's query but for its id."""
    for one in resources:
        found = _kind(one)
        if found is None:
            continue
        kind, name = found
        for metric, stat in kind.metrics:
            dimensions = [{"Name": kind.dimension, "Value": name}]
            what = {"Namespace": kind.namespace, "MetricName": metric, "Dimensions": dimensions}
            query: dict[str, Any] = {
                "MetricStat": {"Metric": what, "Period": _DAY, "Stat": stat},
            }
            if one.account and one.account != own:
                query["AccountId"] = one.account
            yield one.id, metric, query


def _answers(
    cloudwatch: Any, asked: Sequence[tuple[str, str, dict[str, Any]]], period: Period
) -> Iterator[Used]:
    queries = [{"Id": f"m{n}", **query} for n, (_, _, query) in enumerate(asked)]
    values: dict[str, list[float]] = {}
    told = pages(
        cloudwatch.get_metric_data,
        MetricDataQueries=queries,
        StartTime=datetime.combine(period.start, time(), UTC),
        EndTime=datetime.combine(period.end, time(), UTC),
    )
    for page in told:
        for result in page.get("MetricDataResults", ()):
            _refuse(result)
            values.setdefault(result["Id"], []).extend(result["Values"])
    for number, (resource, metric, _) in enumerate(asked):
        days = values.get(f"m{number}", [])
        if days:
            yield Used(resource, metric, sum(days) / len(days), max(days), len(days))


def _refuse(result: Mapping[str, Any]) -> None:
    if result.get("StatusCode") == "Forbidden":
        raise PermanentError(failures.PERMISSION.format(needed="cloudwatch:GetMetricData"))


def _kind(resource: Resource) -> tuple[_Kind, str] | None:
    for kind in _KINDS:
        match = kind.pattern.fullmatch(resource.id)
        if match:
            return kind, match[1]
    return None
