"""Costs from Cost Explorer as rows of the lake's columns, day by day.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
It splits by two things at most; what a question only filters by one value is filtered there. Types
of charges take both splits, and two requests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.errors import UserError
from domain.period import Period
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension, Filter, Measure
from integrations.aws.explorer.asking import Explorer
from integrations.aws.explorer.names import charge_of, filtered, group, seller, value

METRICS = {
    Measure.UNBLENDED: "UnblendedCost",
    Measure.NET_UNBLENDED: "NetUnblendedCost",
    Measure.AMORTISED: "AmortizedCost",
    Measure.NET_AMORTISED: "NetAmortizedCost",
}
MOST_SPLITS = 2
_CHARGE = Dimension("charge")
_EXPORT = "An export of the bill can: see COSTBOT_EXPORTS."
#: What together tells the type of a charge, beside its seller.
_TELLS_CHARGE = (
    {"Type": "DIMENSION", "Key": "RECORD_TYPE"},
    {"Type": "DIMENSION", "Key": "SERVICE"},
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a question is asked: what is split, what is filtered there, and by which metric."""

    splits: tuple[Dimension, ...]
    fixed: tuple[tuple[Dimension, str], ...]
    metric: str

    @classmethod
    def of(cls, query: CostQuery) -> "Plan":
        """Raises UserError, with what to ask instead, for what Cost Explorer does not know."""
        if query.measure not in METRICS:
            raise UserError(f"Cost Explorer does not know the {query.measure} cost. {_EXPORT}")
        wanted = [d for d in query.group_by if d.name not in TIME_DIMENSIONS]
        fixed: dict[Dimension, str] = {}
        for one in query.filters:
            if one.dimension.name in TIME_DIMENSIONS:
                continue
            only = _only(one)
            if only is None or one.dimension in fixed or filtered(one.dimension, only) is None:
                wanted.append(one.dimension)
            else:
                fixed[one.dimension] = only
        splits = tuple(dict.fromkeys(d for d in wanted if d not in fixed))
        _refuse(splits)
        return cls(splits, tuple(fixed.items()), METRICS[query.measure])

    def requests(self, period: Period) -> list[dict[str, Any]]:
        """One, or one for each kind of seller where types of charges are told apart."""
        parts = [filtered(dimension, text) for dimension, text in self.fixed]
        if self.splits != (_CHARGE,):
            return [self._request(period, parts, [group(d) for d in self.splits])]
        return [
            self._request(period, [*parts, seller(market)], list(_TELLS_CHARGE))
            for market in (False, True)
        ]

    def _request(self, period: Period, parts: list[Any], groups: list[Any]) -> dict[str, Any]:
        gross = self.metric.removeprefix("Net")
        asked: dict[str, Any] = {
            "TimePeriod": {"Start": str(period.start), "End": str(period.end)},
            "Granularity": "DAILY",
            # Net amounts are there for accounts with discounts of their own; else the gross count.
            "Metrics": sorted({self.metric, gross}),
        }
        if parts:
            asked["Filter"] = parts[0] if len(parts) == 1 else {"And": parts}
        if groups:
            asked["GroupBy"] = groups
        return asked


def _refuse(splits: Sequence[Dimension]) -> None:
    for dimension in splits:
        if dimension != _CHARGE and group(dimension) is None:
            raise UserError(
                f"Cost Explorer cannot tell {dimension.label}s apart day by day. {_EXPORT}"
            )
    if len(splits) > (1 if _CHARGE in splits else MOST_SPLITS):
        said = " and ".join(d.label for d in splits)
        raise UserError(
            "Cost Explorer splits by two things at most, and types of charges take both: this "
            f"needs {said}. Ask with one less. {_EXPORT}"
        )


def _only(one: Filter) -> str | None:
    """The one value that a filter keeps."""
    if one.op != "=" or len(one.values) != 1:
        return None
    return one.values[0]


async def cells(
    explorer: Explorer, query: CostQuery, period: Period
) -> tuple[list[dict[str, Any]], Decimal]:
    """Rows with the columns that `query` reads, over a period, and what asking cost now in
    dollars."""
    plan = Plan.of(query)
    cost = f"{query.measure.name.lower()}_cost"
    rows: list[dict[str, Any]] = []
    fee = Decimal(0)
    for market, asked in enumerate(plan.requests(period)):
        told = await explorer.ask("GetCostAndUsage", asked, period.end)
        rows += _rows(plan, cost, told.content, market=bool(market))
        fee += told.fee
    return rows, fee


def _rows(
    plan: Plan, cost: str, content: Mapping[str, Any], *, market: bool
) -> Iterator[dict[str, Any]]:
    for result in content.get("ResultsByTime", ()):
        day = date.fromisoformat(result["TimePeriod"]["Start"])
        for keys, metrics in _groups(plan, result, market):
            known = metrics.get(plan.metric) or metrics[plan.metric.removeprefix("Net")]
            row: dict[str, Any] = {"charge_date": day, cost: Decimal(known["Amount"])}
            _put(row, [*zip(plan.splits, keys, strict=True), *plan.fixed])
            yield row


def _groups(
    plan: Plan, result: Mapping[str, Any], market: bool
) -> Iterator[tuple[Sequence[str | None], Mapping[str, Any]]]:
    if not plan.splits:
        yield (), result["Total"]
        return
    for one in result.get("Groups", ()):
        if plan.splits == (_CHARGE,):
            yield [charge_of(*one["Keys"], market=market)], one["Metrics"]
        else:
            named = zip(plan.splits, one["Keys"], strict=True)
            yield [value(dimension, key) for dimension, key in named], one["Metrics"]


def _put(row: dict[str, Any], values: Sequence[tuple[Dimension, str | None]]) -> None:
    for dimension, text in values:
        if dimension.key is None:
            row[dimension.column] = text
        elif text is not None:
            row.setdefault("tags", {})[dimension.key] = text
