"""Every charge is in one series and no other: together they are the whole bill."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import billed, questions
from domain.period import Period
from domain.query import ChargeType, CostQuery, Dimension, Measure
from handlers.detection import USAGE

PERIOD = Period(date(2026, 9, 1), date(2026, 12, 1))
_COLUMNS = {
    **dict.fromkeys(
        (
            *("sub_account_id", "service_name", "charge_type", "charge_category"),
            *("charge_frequency", "charge_description", "commitment_discount_id", "sku_meter"),
            "billing_account_id",
        ),
        pa.string(),
    ),
    "charge_date": pa.date32(),
    "charge_period_end": pa.timestamp("us"),
    "unblended_cost": pa.decimal128(28, 12),
}
SCHEMA = pa.schema(list(_COLUMNS.items()))
ENGINE = duckdb.connect(config={"threads": 1})


def row(kind: ChargeType, category: str | None, at: int, cost: int, name: str | None) -> Any:
    day = PERIOD.start + timedelta(days=at)
    end = datetime(day.year, day.month, day.day) + timedelta(days=1)
    texts = {
        "sub_account_id": name,
        "service_name": name,
        "charge_type": kind.value,
        "charge_category": category,
        "charge_frequency": None if at % 3 else "Recurring",
        "charge_description": name,
        "commitment_discount_id": None,
        "sku_meter": name,
        "billing_account_id": "payer",
    }
    money = Decimal(cost).scaleb(-4)
    return {**texts, "charge_date": day, "charge_period_end": end, "unblended_cost": money}


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(list(ChargeType)),
        st.sampled_from(["Usage", "Purchase", "Credit", "Tax", "Adjustment", None]),
        st.integers(0, PERIOD.days - 1),
        st.integers(-(10**7), 10**7),
        st.sampled_from(["a", "b", None]),
    ),
    min_size=1,
    max_size=40,
)


def summed(rows: list[Any], question: Any) -> Decimal:
    """What a question's rows add up to, as the engine has it."""
    cursor = ENGINE.cursor()
    cursor.register("charges", pa.Table.from_pylist(rows, schema=SCHEMA))
    table = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="charges")
    found = cursor.execute(str(ibis.to_sql(question(table), dialect="duckdb")))
    at = [column[0] for column in found.description].index("cost")
    return sum((one[at] for one in found.fetchall()), Decimal(0))


def series(rows: list[Any]) -> Mapping[str, Decimal]:
    """The sum of each series that something looks at."""
    split = (Dimension("account"), Dimension("service"), Dimension("day"))
    usage = CostQuery(PERIOD, Measure.UNBLENDED, split, USAGE)
    return {
        "usage": summed(rows, questions.totals(usage)),
        "marketplace": summed(rows, billed.marketplace(PERIOD, "unblended_cost")),
        "fees": summed(rows, billed.fees(PERIOD)),
        "credits": summed(rows, billed.credits_applied(PERIOD)),
        "refunds": summed(rows, billed.refunds(PERIOD)),
        "tax and support": _of(rows, "tax", "support"),
    }


def _of(rows: list[Any], *kinds: str) -> Decimal:
    return sum((one["unblended_cost"] for one in rows if one["charge_type"] in kinds), Decimal(0))


def unseen(one: Any) -> bool:
    """What nobody looks at by day: neither bought nor used, such as what was left unused of a
    commitment, or a discount on the whole bill."""
    kind, category = one["charge_type"], one["charge_category"]
    if kind in ("usage", "credit", "refund", "tax", "support"):
        return False
    return category != "Purchase" and (kind, category) != ("marketplace", "Usage")


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_the_series_of_all_charge_types_add_up_to_the_bill(rows: list[Any]):
    whole = sum((one["unblended_cost"] for one in rows), Decimal(0))
    rest = sum((one["unblended_cost"] for one in rows if unseen(one)), Decimal(0))
    assert sum(series(rows).values(), rest) == whole
    assert summed(rows, billed.months(PERIOD)) == whole


@settings(max_examples=30, deadline=None)
@given(rows=ROWS)
def test_no_fee_credit_tax_or_support_is_among_what_is_looked_at_by_day(rows: list[Any]):
    """What a spike is looked for in is made of usage rows and nothing else."""
    found = series(rows)
    used = [
        one
        for one in rows
        if one["charge_type"] == "usage"
        or (one["charge_type"], one["charge_category"]) == ("marketplace", "Usage")
    ]
    assert found["usage"] + found["marketplace"] == _of(used, "usage", "marketplace")
