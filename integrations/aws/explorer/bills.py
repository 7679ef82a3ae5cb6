"""A month's bill out of Cost Explorer: cost by day, account, service and type of charge.

It splits by two things at most, so each type of charge is asked for by itself; which there are is
one question more. The bill has no regions, usage types, resources and tags.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.period import Period
from domain.query import Dimension
from integrations.aws.explorer.asking import Explorer
from integrations.aws.explorer.cells import METRICS
from integrations.aws.explorer.names import value

#: The columns of a row, which `store.lake.formats.explorer` reads.
COLUMNS = (
    "TimePeriodStart",
    "PayerAccount",
    "LinkedAccount",
    "LinkedAccountName",
    "Service",
    "RecordType",
    "BillingEntity",
    "Currency",
    *METRICS.values(),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One type of charge of one seller."""

    record_type: str
    seller: str


async def parts(explorer: Explorer, period: Period) -> list[Part]:
    """The types of charges that there are in a period."""
    asked = {
        "TimePeriod": _interval(period),
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [_by("RECORD_TYPE"), _by("BILLING_ENTITY")],
    }
    told = await explorer.ask("GetCostAndUsage", asked, period.end)
    results = told.content.get("ResultsByTime", ())
    keys = {tuple(one["Keys"]) for result in results for one in result.get("Groups", ())}
    return [Part(*key) for key in sorted(keys)]


async def rows(
    explorer: Explorer, payer: str, period: Period, among: Sequence[Part]
) -> AsyncIterator[Mapping[str, str]]:
    """Every row of the bills in a period: whole months."""
    for part in among:
        asked = {
            "TimePeriod": _interval(period),
            "Granularity": "DAILY",
            "Metrics": list(METRICS.values()),
            "GroupBy": [_by("LINKED_ACCOUNT"), _by("SERVICE")],
            "Filter": {
                "And": [
                    _is("RECORD_TYPE", part.record_type),
                    _is("BILLING_ENTITY", part.seller),
                ]
            },
        }
        told = await explorer.ask("GetCostAndUsage", asked, period.end)
        names = _names(told.content)
        for result in told.content.get("ResultsByTime", ()):
            for one in result.get("Groups", ()):
                account, service = one["Keys"]
                yield {
                    "TimePeriodStart": result["TimePeriod"]["Start"],
                    "PayerAccount": payer,
                    "LinkedAccount": account,
                    "LinkedAccountName": names.get(account, ""),
                    "Service": value(Dimension("service"), service) or "",
                    "RecordType": part.record_type,
                    "BillingEntity": part.seller,
                    "Currency": _unit(one["Metrics"]),
                    **_amounts(one["Metrics"]),
                }


def _names(content: Mapping[str, Any]) -> Mapping[str, str]:
    """Accounts by their names, which come beside the answer."""
    told = content.get("DimensionValueAttributes", ())
    return {one["Value"]: one.get("Attributes", {}).get("description", "") for one in told}


def _amounts(metrics: Mapping[str, Any]) -> dict[str, str]:
    """Net amounts are there for accounts with discounts of their own; else they are the gross."""
    found: dict[str, str] = {}
    for metric in METRICS.values():
        known = metrics.get(metric) or metrics[metric.removeprefix("Net")]
        found[metric] = known["Amount"]
    return found


def _unit(metrics: Mapping[str, Any]) -> str:
    return str(metrics["UnblendedCost"].get("Unit", "USD"))


def _interval(period: Period) -> dict[str, str]:
    return {"Start": str(period.start), "End": str(period.end)}


def _by(key: str) -> dict[str, str]:
    return {"Type": "DIMENSION", "Key": key}


def _is(key: str, text: str) -> dict[str, Any]:
    return {"Dimensions": {"Key": key, "Values": [text]}}
