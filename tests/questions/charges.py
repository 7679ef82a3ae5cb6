"""Charges in a small DuckDB table, and the same sums in plain Python to compare answers with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from domain.period import Period
from domain.ports import LakeStatus, Question, Vocabulary
from domain.query import CostQuery, Dimension, Filter

ARROW = pa.schema(
    {
        "charge_date": pa.date32(),
        "service_name": pa.string(),
        "sub_account_id": pa.string(),
        "region_id": pa.string(),
        "charge_type": pa.string(),
        "resource_id": pa.string(),
        "sku_meter": pa.string(),
        "operation": pa.string(),
        "consumed_unit": pa.string(),
        "consumed_quantity": pa.float64(),
        "pricing_quantity": pa.float64(),
        "pricing_category": pa.string(),
        "commitment_discount_id": pa.string(),
        "commitment_discount_type": pa.string(),
        "commitment_discount_status": pa.string(),
        "tags": pa.map_(pa.string(), pa.string()),
        "unblended_cost": pa.decimal128(28, 12),
        "amortised_cost": pa.decimal128(28, 12),
        "list_cost": pa.decimal128(28, 12),
        "charge_category": pa.string(),
        "charge_frequency": pa.string(),
        "charge_description": pa.string(),
        "charge_period_end": pa.date32(),
    }
)
ENGINE = duckdb.connect(config={"threads": 1})
_EXACT = Context(prec=80)


@dataclass(frozen=True)
class Charge:
    day: date
    cost: Decimal
    service: str | None = "Amazon EC2"
    account: str | None = "111111111111"
    region: str | None = "us-east-1"
    charge: str | None = "usage"
    resource: str | None = None
    tags: tuple[tuple[str, str], ...] | None = ()
    meter: str | None = None
    quantity: float | None = None
    priced: float | None = None

    @property
    def row(self) -> tuple[Any, ...]:
        texts = (self.service, self.account, self.region, self.charge, self.resource)
        metered = (self.meter, None, "Hours", self.quantity, self.priced)
        priced = ("Standard", None, None, None)
        costs, bought = (self.cost, -self.cost, self.cost), ("Usage", "Usage-Based", None, None)
        return (self.day, *texts, *metered, *priced, self.tags, *costs, *bought)


class ChargeLake:
    """Fills the Lake port from a list of charges; counts what each question fetched."""

    def __init__(self, charges: Sequence[Charge], currency: str | None = "USD") -> None:
        rows = [dict(zip(ARROW.names, charge.row, strict=True)) for charge in charges]
        self._con = ENGINE.cursor()
        self._con.register("charges", pa.Table.from_pylist(rows, schema=ARROW))
        self._currency = currency
        self.columns: frozenset[str] = frozenset()
        self.days: tuple[Period, ...] = ()
        self.fetched = 0

    def lacks(self, query: Any) -> frozenset[Any]:
        return frozenset()

    def paid(self, query: Any) -> None:
        return None

    def status(self) -> LakeStatus:
        return LakeStatus(currency=self._currency)

    def vocabulary(self) -> Vocabulary:
        return Vocabulary()

    def warm(self) -> None:
        """It is open already."""

    def close(self) -> None:
        self._con.close()

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: Any = None,
    ) -> list[dict[str, Any]]:
        self.columns, self.days = columns, tuple(days)
        cursor = self._con.execute(sql(question, columns))
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.fetched = len(rows)
        return rows


def sql(question: Question, columns: frozenset[str], dialect: str = "duckdb") -> str:
    """A question compiled over a table that has its columns and nothing else."""
    narrow = pa.schema([ARROW.field(name) for name in ARROW.names if name in columns])
    table = ibis.table(ibis.Schema.from_pyarrow(narrow), name="charges")
    return str(ibis.to_sql(question(table), dialect=dialect))


def value(charge: Charge, dimension: Dimension) -> str | None:
    match dimension.name:
        case "service" | "account" | "region" | "charge" | "resource":
            return getattr(charge, dimension.name)
        case "day":
            return charge.day.isoformat()
        case "week":
            return (charge.day - timedelta(days=charge.day.weekday())).isoformat()
        case "month":
            return charge.day.replace(day=1).isoformat()
        case _:
            return dict(charge.tags or ()).get(dimension.key or "") or None


def passes(charge: Charge, wanted: Filter) -> bool:
    has = value(charge, wanted.dimension)
    if wanted.op == "~":
        texts = (text for text in wanted.values if text is not None)
        missing = has is None and None in wanted.values
        return missing or (has is not None and any(t.lower() in has.lower() for t in texts))
    return (has in wanted.values) == (wanted.op == "=")


def exact(amounts: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total


def summed(
    charges: Sequence[Charge], query: CostQuery, period: Period | None
) -> dict[tuple[str | None, ...], Decimal]:
    """Cost by group over one period, the slow and obvious way."""
    groups: dict[tuple[str | None, ...], list[Decimal]] = {}
    for charge in charges:
        kept = all(passes(charge, wanted) for wanted in query.filters)
        if kept and period is not None and charge.day in period:
            key = tuple(value(charge, dimension) for dimension in query.group_by)
            groups.setdefault(key, []).append(charge.cost)
    return {key: exact(costs) for key, costs in groups.items()}
