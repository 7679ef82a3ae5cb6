"""Cost Optimization Hub: AWS's advice to save, of all its advisers, once for each resource.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CostOptimizationHub_ListRecommendations.html
Free; it has to be enrolled in once. It lives in us-east-1, for all regions.
"""

from collections.abc import Mapping
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

REGION = "us-east-1"
DEADLINE_SECONDS = 300.0
SOURCE = "Cost Optimization Hub"
NOT_ENROLLED = (
    "Cost Optimization Hub is not switched on: enable it in the Billing and Cost Management console"
)


async def advice(access: Access) -> tuple[Advice, ...]:
    """All recommendations, the largest saving first. Raises DeliveryError."""
    found = await within(DEADLINE_SECONDS, SOURCE, _advice, access)
    return tuple(sorted(found, key=lambda one: (-one.saves, one.resource)))


def _advice(access: Access) -> list[Advice]:
    with failures.told():
        hub = client("cost-optimization-hub", REGION, access, PATIENT)
        try:
            states = [one.get("status") for one in items(hub.list_enrollment_statuses, "items")]
            if "Active" not in states:
                raise PermanentError(NOT_ENROLLED)
            return [_one(item) for item in items(hub.list_recommendations, "items")]
        finally:
            hub.close()


def _one(item: Mapping[str, Any]) -> Advice:
    return Advice(
        SOURCE,
        str(item.get("accountId", "")),
        str(item.get("region", "")),
        line(str(item.get("resourceArn") or item.get("resourceId") or ""), 300),
        str(item.get("currentResourceType", "")),
        str(item.get("actionType", "")),
        line(str(item.get("currentResourceSummary", "")), 120),
        line(str(item.get("recommendedResourceSummary", "")), 120),
        Decimal(str(item.get("estimatedMonthlySavings", 0))),
        str(item.get("currencyCode") or "USD"),
        str(item.get("implementationEffort", "")),
        bool(item.get("restartNeeded", False)),
        bool(item.get("rollbackPossible", False)),
    )
