"""One small request for a right: whether AWS allows it, whatever else it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.access import Access
from domain.errors import DeliveryError, PermanentError
from domain.period import Period
from integrations.aws import failures
from integrations.aws.clients import client
from integrations.aws.explorer import Explorer
from integrations.aws.exports import Bucket, Place
from integrations.calls import within

DEADLINE_SECONDS = 15.0
REGION = "us-east-1"
Params = Callable[[datetime], Mapping[str, Any]]


def _none(_now: datetime) -> Mapping[str, Any]:
    return {}


def _day(now: datetime) -> Period:
    """A day that is over."""
    end = now.date() - timedelta(days=2)
    return Period(end - timedelta(days=1), end)


def _days(now: datetime) -> dict[str, Any]:
    day = _day(now)
    return {"TimePeriod": {"Start": str(day.start), "End": str(day.end)}}


def _months(now: datetime) -> Mapping[str, Any]:
    last = Period.month(*_year_month(now, 1))
    before = Period.month(*_year_month(now, 2))
    return {
        "BaselineTimePeriod": {"Start": str(before.start), "End": str(before.end)},
        "ComparisonTimePeriod": {"Start": str(last.start), "End": str(last.end)},
        "MetricForComparison": "UnblendedCost",
    }


def _year_month(now: datetime, back: int) -> tuple[int, int]:
    year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
    return year, month + 1


def _costs(now: datetime) -> Mapping[str, Any]:
    return {**_days(now), "Granularity": "DAILY", "Metrics": ["UnblendedCost"]}


def _forecast(now: datetime) -> Mapping[str, Any]:
    tomorrow = now.date() + timedelta(days=1)
    period = {"Start": str(tomorrow), "End": str(tomorrow + timedelta(days=1))}
    return {"TimePeriod": period, "Metric": "UNBLENDED_COST", "Granularity": "DAILY"}


def _anomalies(now: datetime) -> Mapping[str, Any]:
    day = _day(now)
    return {"DateInterval": {"StartDate": str(day.start), "EndDate": str(day.end)}}


def _metric(now: datetime) -> Mapping[str, Any]:
    day = _day(now)
    metric = {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization"}
    stat = {"Metric": metric, "Period": 86_400, "Stat": "Average"}
    return {
        "MetricDataQueries": [{"Id": "m", "MetricStat": stat}],
        "StartTime": datetime.combine(day.start, time(), UTC),
        "EndTime": datetime.combine(day.end, time(), UTC),
    }


def _root(_now: datetime) -> Mapping[str, Any]:
    return {"ParentId": "r-none"}


@dataclass(frozen=True, slots=True)
class _Probe:
    service: str
    params: Params = _none


#: Those of Cost Explorer go through its ceiling and its memory.
_PROBES = {
    "GetCostAndUsage": _Probe("ce", _costs),
    "GetTags": _Probe("ce", _days),
    "GetCostCategories": _Probe("ce", _days),
    "GetDimensionValues": _Probe("ce", lambda now: {**_days(now), "Dimension": "REGION"}),
    "GetAnomalies": _Probe("ce", _anomalies),
    "GetCostForecast": _Probe("ce", _forecast),
    "GetCostAndUsageComparisons": _Probe("ce", _months),
    "GetCostComparisonDrivers": _Probe("ce", _months),
    "GetSavingsPlansUtilization": _Probe("ce", _days),
    "GetSavingsPlansCoverage": _Probe("ce", _days),
    "GetReservationUtilization": _Probe("ce", _days),
    "GetReservationCoverage": _Probe("ce", _days),
    "ListCostCategoryDefinitions": _Probe("ce"),
    "ListRoots": _Probe("organizations"),
    "ListAccountsForParent": _Probe("organizations", _root),
    "ListOrganizationalUnitsForParent": _Probe("organizations", _root),
    "ListEnrollmentStatuses": _Probe("cost-optimization-hub"),
    "ListRecommendations": _Probe("cost-optimization-hub", lambda _: {"maxResults": 1}),
    "GetEnrollmentStatus": _Probe("compute-optimizer"),
    "GetEC2InstanceRecommendations": _Probe("compute-optimizer", lambda _: {"maxResults": 1}),
    "GetEBSVolumeRecommendations": _Probe("compute-optimizer", lambda _: {"maxResults": 1}),
    "GetLambdaFunctionRecommendations": _Probe("compute-optimizer", lambda _: {"maxResults": 1}),
    "GetRDSDatabaseRecommendations": _Probe("compute-optimizer", lambda _: {"maxResults": 1}),
    "GetIdleRecommendations": _Probe("compute-optimizer", lambda _: {"maxResults": 1}),
    "GetMetricData": _Probe("cloudwatch", _metric),
    "LookupEvents": _Probe("cloudtrail", lambda _: {"MaxResults": 1}),
}


async def denied(access: Access, operation: str, now: datetime, explorer: Explorer) -> str:
    """Why a request is not allowed, or cannot be sent; "" where it may be."""
    probe = _PROBES.get(operation)
    if probe is None:
        return ""
    try:
        if probe.service == "ce":
            await explorer.ask(operation, probe.params(now))
        else:
            asked = probe.params(now)
            await within(DEADLINE_SECONDS, "AWS", _sent, access, operation, probe.service, asked)
    except PermanentError as error:
        # AWS looks at the right first: another refusal is about what was asked.
        return "" if str(error).startswith("AWS refuses") else str(error)
    except DeliveryError as error:
        return str(error)
    return ""


def _sent(access: Access, operation: str, service: str, asked: Mapping[str, Any]) -> None:
    with failures.told():
        made = client(service, REGION, access)
        try:
            names = made.meta.method_to_api_mapping
            method = next(name for name, api in names.items() if api == operation)
            getattr(made, method)(**asked)
        finally:
            made.close()


async def unreadable(access: Access, uri: str) -> str:
    """Why an export in S3 cannot be listed or read; "" where it can."""
    try:
        return await within(DEADLINE_SECONDS, "AWS", _unreadable, access, uri)
    except DeliveryError as error:
        return str(error)


def _unreadable(access: Access, uri: str) -> str:
    place = Place.of(uri)
    bucket = Bucket(place, access)
    first = bucket.first()
    if first is None:
        return f"there is nothing at {uri}"
    bucket.touch(first)
    return ""
