"""Compute Optimizer: what is too large, and what nobody uses, by region.

https://docs.aws.amazon.com/compute-optimizer/latest/APIReference/Welcome.html
Free; it has to be opted in to once, and needs days of metrics. Each region answers for itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.access import Access
from domain.advice import Advice
from domain.errors import PermanentError
from integrations.aws import failures
from integrations.aws.clients import PATIENT, client
from integrations.aws.pages import items
from integrations.calls import within
from integrations.plain import line

DEADLINE_SECONDS = 300.0
SOURCE = "Compute Optimizer"
NOT_ENROLLED = "Compute Optimizer is not switched on: opt in to it in its console"

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where the recommendations for a kind of resource are, and how to read one."""

    kind: str
    method: str
    key: str
    resource: str
    options: str
    current: Callable[[Item], str]
    better: Callable[[Item], str]


_KINDS = (
    _Kind(
        "EC2 instance",
        "get_ec2_instance_recommendations",
        "instanceRecommendations",
        "instanceArn",
        "recommendationOptions",
        lambda item: str(item.get("currentInstanceType", "")),
        lambda option: str(option.get("instanceType", "")),
    ),
    _Kind(
        "EBS volume",
        "get_ebs_volume_recommendations",
        "volumeRecommendations",
        "volumeArn",
        "volumeRecommendationOptions",
        lambda item: _volume(item.get("currentConfiguration", {})),
        lambda option: _volume(option.get("configuration", {})),
    ),
    _Kind(
        "Lambda function",
        "get_lambda_function_recommendations",
        "lambdaFunctionRecommendations",
        "functionArn",
        "memorySizeRecommendationOptions",
        lambda item: f"{item.get('currentMemorySize', '?')} MB",
        lambda option: f"{option.get('memorySize', '?')} MB",
    ),
    _Kind(
        "RDS database",
        "get_rds_database_recommendations",
        "rdsDBRecommendations",
        "resourceArn",
        "instanceRecommendationOptions",
        lambda item: str(item.get("currentDBInstanceClass", "")),
        lambda option: str(option.get("dbInstanceClass", "")),
    ),
)


async def advice(access: Access, regions: Sequence[str]) -> tuple[Advice, ...]:
    """What it advises in these regions, the largest saving first. Raises DeliveryError."""
    found = await within(DEADLINE_SECONDS, SOURCE, _advice, access, regions)
    return tuple(sorted(found, key=lambda one: (-one.saves, one.resource)))


def _advice(access: Access, regions: Sequence[str]) -> list[Advice]:
    found: list[Advice] = []
    with failures.told():
        for region in regions:
            optimizer = client("compute-optimizer", region, access, PATIENT)
            try:
                if optimizer.get_enrollment_status().get("status") != "Active":
                    raise PermanentError(NOT_ENROLLED)
                for kind in _KINDS:
                    call = getattr(optimizer, kind.method)
                    found += _read(kind, region, items(call, kind.key))
                found += _idle(
                    region, items(optimizer.get_idle_recommendations, "idleRecommendations")
                )
            finally:
                optimizer.close()
    return found


def _read(kind: _Kind, region: str, found: Iterator[Item]) -> Iterator[Advice]:
    """The best option of each resource that could cost less."""
    for item in found:
        options = sorted(item.get(kind.options) or (), key=lambda option: option.get("rank", 99))
        saves, currency = _saving(options[0]) if options else (Decimal(0), "USD")
        if saves <= 0:
            continue
        yield Advice(
            SOURCE,
            str(item.get("accountId", "")),
            region,
            line(str(item.get(kind.resource, "")), 300),
            kind.kind,
            "Rightsize",
            line(kind.current(item), 120),
            line(kind.better(options[0]), 120),
            saves,
            currency,
        )


def _idle(region: str, found: Iterator[Item]) -> Iterator[Advice]:
    for item in found:
        saves, currency = _saving(item)
        yield Advice(
            SOURCE,
            str(item.get("accountId", "")),
            region,
            line(str(item.get("resourceArn") or item.get("resourceId") or ""), 300),
            str(item.get("resourceType", "")),
            "Delete" if item.get("finding") == "Unattached" else "Stop",
            line(str(item.get("findingDescription", "")), 120),
            "",
            saves,
            currency,
        )


def _saving(item: Item) -> tuple[Decimal, str]:
    """A month's saving, after discounts where that is known."""
    told = item.get("savingsOpportunityAfterDiscounts") or item.get("savingsOpportunity") or {}
    month = told.get("estimatedMonthlySavings") or {}
    return Decimal(str(month.get("value", 0))), str(month.get("currency") or "USD")


def _volume(configuration: Item) -> str:
    size, iops = configuration.get("volumeSize"), configuration.get("volumeBaselineIOPS")
    return f"{configuration.get('volumeType', '?')}, {size} GiB" + (
        f", {iops} IOPS" if iops else ""
    )
