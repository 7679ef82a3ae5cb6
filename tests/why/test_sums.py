"""Whatever the table holds, the parts of an explanation add up to the change, to the last digit."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.answers import exact_sum
from analytics.causes import explain, leaves
from analytics.effects import effects
from domain.cause import Explanation
from domain.period import Period
from domain.query import CostQuery, Dimension

NOW = Period(date(2026, 11, 8), date(2026, 11, 15))
BEFORE = Period(date(2026, 11, 1), date(2026, 11, 8))
DIMENSIONS = tuple(map(Dimension, ("service", "account", "region", "usage_type")))

money = st.decimals(-(10**20), 10**20, allow_nan=False, places=12)
values = st.sampled_from(["a", "b", "c", None])
quantities = st.floats(0, 1e12) | st.just(0.0) | st.none()


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    keys = draw(st.lists(st.tuples(values, values, values, values), unique=True, max_size=25))
    rows: list[dict[str, Any]] = []
    for key in keys:
        costs = {"cost": draw(money), "previous": draw(money)}
        kept = draw(st.booleans())
        named = {f"g{n}": value for n, value in enumerate(key)}
        rows.append({**named, **costs, "kept": kept})
    return rows


def explained(rows: list[dict[str, Any]]) -> Explanation:
    query = CostQuery(NOW, group_by=DIMENSIONS, compare=BEFORE)
    return explain(query, leaves(query, rows), "USD")


@given(tables())
def test_the_parts_of_any_table_add_up_to_its_change_exactly(rows: list[dict[str, Any]]) -> None:
    found = explained(rows)
    parts = [*(cause.part for cause in found.causes), found.rest]
    change = exact_sum(
        amount for row in rows for amount in (row["cost"], row["previous"].copy_negate())
    )
    assert exact_sum(part.change for part in parts) == found.whole.change == change
    assert exact_sum(part.now for part in parts) == found.whole.now
    assert exact_sum(part.before for part in parts) == found.whole.before


@given(tables())
def test_every_step_of_a_path_is_inside_the_step_before(rows: list[dict[str, Any]]) -> None:
    for cause in explained(rows).causes:
        for outer, inner in zip(cause.path, cause.path[1:], strict=False):
            assert inner.where[: len(outer.where)] == outer.where
        assert all(pair in cause.deepest.where for pair in cause.part.where)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "cost": money,
                "previous": money,
                "quantity": quantities,
                "quantity_before": quantities,
            }
        ),
        max_size=20,
    )
)
def test_rate_usage_new_and_gone_add_up_to_the_change_exactly(rows: list[dict[str, Any]]) -> None:
    found = effects(rows)
    parts = (found.usage, found.rate, found.new, found.gone, found.unmetered)
    change = exact_sum(
        amount for row in rows for amount in (row["cost"], row["previous"].copy_negate())
    )
    assert exact_sum(parts) == change


@given(st.permutations(range(8)))
def test_the_order_of_the_rows_changes_nothing(order: list[int]) -> None:
    rows = [
        {
            "g0": f"s{n % 3}", "g1": f"a{n % 2}", "g2": "r", "g3": f"u{n}",
            "cost": Decimal(100 + n), "previous": Decimal(100 + n + 50 * (n % 3 == 1)),
        }
        for n in range(8)
    ]  # fmt: skip
    expected, found = explained(rows), explained([rows[n] for n in order])
    assert [c.part for c in found.causes] == [c.part for c in expected.causes]
    assert np.isfinite(float(found.rest.change))
