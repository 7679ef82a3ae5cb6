"""Costs from Cost Explorer as rows of the lake's columns, day by day.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
It splits by two things at most; what a question only filters by one value is filtered there.
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
from integrations.aws.explorer.names import filtered, group, value

METRICS = {
    Measure.UNBLENDED: "UnblendedCost",
    Measure.NET_UNBLENDED: "NetUnblendedCost",
    Measure.AMORTISED: "AmortizedCost",
    Measure.NET_AMORTISED: "NetAmortizedCost",
}
MOST_SPLITS = 2


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
            raise UserError(f"Cost Explorer does not know the {query.measure} cost.")
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
        for dimension in splits:
            if group(dimension) is None:
                raise UserError(
                    f"Cost Explorer cannot tell {dimension.label}s apart day by day. An export of "
                    "the bill can: see COSTBOT_EXPORTS."
                )
        if len(splits) > MOST_SPLITS:
            said = " and ".join(d.label for d in splits)
            raise UserError(
                f"Cost Explorer splits by two things at most, and this needs {said}. Ask with one "
                "less, or load an export of the bill."
            )
        return cls(splits, tuple(fixed.items()), METRICS[query.measure])

    def request(self, period: Period) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "TimePeriod": {"Start": str(period.start), "End": str(period.end)},
            "Granularity": "DAILY",
            "Metrics": [self.metric],
        }
        parts = [filtered(dimension, text) for dimension, text in self.fixed]
        if parts:
            asked["Filter"] = parts[0] if len(parts) == 1 else {"And": parts}
        if self.splits:
            asked["GroupBy"] = [group(dimension) for dimension in self.splits]
        return asked


def _only(one: Filter) -> str | None:
    """The one value that a filter keeps."""
    if one.op != "=" or len(one.values) != 1:
        return None
    return one.values[0]


async def cells(
    explorer: Explorer, query: CostQuery, period: Period
) -> tuple[list[dict[str, Any]], Decimal]:
    """Rows with the columns that `query` reads, over a period, and what asking cost now."""
    plan = Plan.of(query)
    told = await explorer.ask("GetCostAndUsage", plan.request(period), period.end)
    return list(_rows(plan, query, told.content)), told.fee


def _rows(plan: Plan, query: CostQuery, content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    cost = f"{query.measure.name.lower()}_cost"
    for result in content.get("ResultsByTime", ()):
        day = date.fromisoformat(result["TimePeriod"]["Start"])
        for keys, metrics in _groups(plan, result):
            row: dict[str, Any] = {
                "charge_date": day,
                cost: Decimal(metrics[plan.metric]["Amount"]),
            }
            _put(row, [*zip(plan.splits, keys, strict=True), *plan.fixed])
            yield row


def _groups(
    plan: Plan, result: Mapping[str, Any]
) -> Iterator[tuple[Sequence[str | None], Mapping[str, Any]]]:
    if not plan.splits:
        yield (), result["Total"]
        return
    for one in result.get("Groups", ()):
        named = zip(plan.splits, one["Keys"], strict=True)
        yield [value(dimension, key) for dimension, key in named], one["Metrics"]


def _put(row: dict[str, Any], values: Sequence[tuple[Dimension, str | None]]) -> None:
    for dimension, text in values:
        if dimension.key is None:
            row[dimension.column] = text
        elif text is not None:
            row.setdefault("tags", {})[dimension.key] = text
