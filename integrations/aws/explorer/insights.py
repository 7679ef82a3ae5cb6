"""What Cost Explorer concludes by itself: anomalies, what moved, its forecast, commitments.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Cost_Explorer_Service.html
Each is a request or two a day, of $0.01.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.advice import AwsAnomaly, Root
from domain.errors import PermanentError
from domain.period import Period
from integrations.aws.explorer.asking import Explorer
from integrations.plain import line

#: How far back anomalies are asked for.
LATELY = timedelta(days=30)
_UNAVAILABLE = "DataUnavailableException"


async def anomalies(explorer: Explorer, today: date) -> tuple[AwsAnomaly, ...]:
    """Those that began within the last 30 days, the dearest first."""
    asked = {"DateInterval": {"StartDate": str(today - LATELY), "EndDate": str(today)}}
    told = await explorer.ask("GetAnomalies", asked)
    found = [_anomaly(item) for item in told.content.get("Anomalies", ())]
    return tuple(sorted(found, key=lambda one: (-one.impact, one.key)))


def _anomaly(item: Mapping[str, Any]) -> AwsAnomaly:
    impact = item["Impact"]
    last = item.get("AnomalyEndDate")
    return AwsAnomaly(
        str(item["AnomalyId"]),
        _day(item["AnomalyStartDate"]),
        _day(last) if last else None,
        line(str(item.get("DimensionValue", "")), 120),
        _dollars(impact.get("TotalImpact", impact["MaxImpact"])),
        None if "TotalExpectedSpend" not in impact else _dollars(impact["TotalExpectedSpend"]),
        None if "TotalActualSpend" not in impact else _dollars(impact["TotalActualSpend"]),
        str(item.get("Feedback", "")),
        tuple(_root(root) for root in item.get("RootCauses", ())),
    )


def _root(item: Mapping[str, Any]) -> Root:
    texts = (line(str(item.get(key, "")), 120) for key in ("Service", "LinkedAccount"))
    service, account = texts
    part = (item.get("Impact") or {}).get("Contribution", 0)
    region, usage = str(item.get("Region", "")), line(str(item.get("UsageType", "")), 120)
    return Root(service, account, region, usage, _dollars(part))


async def coverage(explorer: Explorer, period: Period) -> Mapping[str, str]:
    """Percentages of a period: how far commitments cover and are used; what there is none of is
    left out."""
    asked = {"TimePeriod": {"Start": str(period.start), "End": str(period.end)}}
    found: dict[str, str] = {}
    for name, operation, path in (
        ("savings plans used", "GetSavingsPlansUtilization", _PLANS_USED),
        ("savings plans cover", "GetSavingsPlansCoverage", ()),
        ("reservations used", "GetReservationUtilization", ("Total", "UtilizationPercentage")),
        (
            "reservations cover",
            "GetReservationCoverage",
            ("Total", "CoverageHours", "CoverageHoursPercentage"),
        ),
    ):
        try:
            told = await explorer.ask(operation, asked, period.end)
        except PermanentError as error:
            if _UNAVAILABLE in str(error):
                continue
            raise
        value = _plans_cover(told.content) if not path else _at(told.content, path)
        if value is not None:
            found[name] = value
    return found


_PLANS_USED = ("Total", "Utilization", "UtilizationPercentage")


def _plans_cover(content: Mapping[str, Any]) -> str | None:
    """Covered spend of all spend that plans could cover."""
    covered = whole = Decimal(0)
    for one in content.get("SavingsPlansCoverages", ()):
        spend = one.get("Coverage", {})
        covered += Decimal(spend.get("SpendCoveredBySavingsPlans", "0"))
        whole += Decimal(spend.get("TotalCost", "0"))
    return str(round(100 * covered / whole, 2)) if whole else None


def _at(content: Mapping[str, Any], path: tuple[str, ...]) -> str | None:
    value: Any = content
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return None if value is None else str(value)


async def forecast(explorer: Explorer, period: Period) -> Mapping[str, str]:
    """AWS's forecast of the unblended cost of the days to come: mean, lower and upper (95 %)."""
    asked = {
        "TimePeriod": {"Start": str(period.start), "End": str(period.end)},
        "Metric": "UNBLENDED_COST",
        "Granularity": "MONTHLY",
        "PredictionIntervalLevel": 95,
    }
    told = await explorer.ask("GetCostForecast", asked)
    first = told.content["ForecastResultsByTime"][0]
    return {
        "start": str(period.start),
        "end": str(period.end),
        "mean": str(told.content["Total"]["Amount"]),
        "lower": str(first.get("PredictionIntervalLowerBound", "")),
        "upper": str(first.get("PredictionIntervalUpperBound", "")),
        "currency": str(told.content["Total"].get("Unit", "USD")),
    }


async def moved(explorer: Explorer, month: Period, before: Period) -> list[Mapping[str, str]]:
    """What changed most between two whole months, by service, with AWS's reasons for it."""
    asked = {
        "BaselineTimePeriod": {"Start": str(before.start), "End": str(before.end)},
        "ComparisonTimePeriod": {"Start": str(month.start), "End": str(month.end)},
        "MetricForComparison": "UnblendedCost",
    }
    by_service = {"GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}]}
    whole = await explorer.ask("GetCostAndUsageComparisons", {**asked, **by_service}, month.end)
    drivers = await explorer.ask("GetCostComparisonDrivers", {**asked, **by_service}, month.end)
    reasons = {
        _named(one["CostSelector"]): [
            f"{line(driver.get('Name', ''), 80)} ({line(driver.get('Type', ''), 40)})"
            for driver in one.get("CostDrivers", ())
        ]
        for one in drivers.content.get("CostComparisonDrivers", ())
    }
    found = [
        {
            "service": _named(one["CostAndUsageSelector"]),
            "before": metric["BaselineTimePeriodAmount"],
            "after": metric["ComparisonTimePeriodAmount"],
            "why": "; ".join(reasons.get(_named(one["CostAndUsageSelector"]), [])[:3]),
        }
        for one in whole.content.get("CostAndUsageComparisons", ())
        for metric in one["Metrics"].values()
    ]
    return sorted(found, key=lambda one: -abs(Decimal(one["after"]) - Decimal(one["before"])))


def _named(selector: Mapping[str, Any]) -> str:
    """The value that a selector is about."""
    inside = selector.get("Dimensions") or next(iter(selector.get("And", ())), {}).get(
        "Dimensions", {}
    )
    return line(str(next(iter(inside.get("Values", ())), "")), 120)


async def categories(explorer: Explorer) -> list[Mapping[str, Any]]:
    """The organisation's cost categories, with the values each one knows."""
    told = await explorer.ask("ListCostCategoryDefinitions", {})
    return [
        {
            "name": line(str(one.get("Name", "")), 80),
            "values": [line(str(value), 80) for value in one.get("Values", ())],
            "rest": line(str(one.get("DefaultValue", "")), 80),
            "rules": int(one.get("NumberOfRules", 0)),
        }
        for one in told.content.get("CostCategoryReferences", ())
    ]


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _dollars(value: object) -> Decimal:
    """AWS gives these as floating-point numbers."""
    return Decimal(str(value))
