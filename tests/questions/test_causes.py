"""The questions behind why: cells that keep their sums, and quantities of both periods."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

from analytics import questions
from domain.period import Period
from domain.query import CostQuery, Dimension
from tests.questions.charges import Charge, ChargeLake

NOW = Period(date(2026, 11, 8), date(2026, 11, 15))
BEFORE = Period(date(2026, 11, 1), date(2026, 11, 8))
SERVICE, ACCOUNT, METER = map(Dimension, ("service", "account", "usage_type"))


def charge(day: int, cost: str, meter: str, **more: Any) -> Charge:
    return Charge(date(2026, 11, day), Decimal(cost), meter=meter, **more)


def rows(query: CostQuery, charges: list[Charge], metered: bool = False) -> list[dict[str, Any]]:
    lake = ChargeLake(charges)
    question = questions.metered(query) if metered else questions.leaves(query, 2)
    columns = query.columns | (questions.METERS if metered else frozenset())
    return asyncio.run(lake.run(question, columns, [NOW, BEFORE]))


def test_small_cells_are_summed_where_their_service_and_account_stay_known() -> None:
    charges = [charge(2, "10", "big"), charge(9, "100", "big")]
    charges += [charge(9, "1", f"small-{n}", account=account) for n in range(5) for account in "ab"]
    query = CostQuery(NOW, group_by=(SERVICE, ACCOUNT, METER), compare=BEFORE, limit=1)
    found = rows(query, charges)
    kept = [row for row in found if row["kept"]]
    assert [(row["g2"], row["cost"], row["previous"]) for row in kept] == [("big", 100, 10)]
    others = {row["g1"]: row for row in found if not row["kept"]}
    assert {account: row["cost"] for account, row in others.items()} == {"a": 5, "b": 5}
    assert {row["g0"] for row in others.values()} == {"Amazon EC2"}
    assert {row["g2"] for row in others.values()} == {None}


def test_quantities_of_both_periods_stand_beside_their_costs() -> None:
    charges = [
        charge(2, "10", "m", quantity=100.0),
        charge(9, "30", "m", quantity=150.0),
        charge(10, "6", "m", quantity=None, priced=30.0),
        charge(10, "4", "fee"),
    ]
    query = CostQuery(NOW, group_by=(METER,), compare=BEFORE)
    found = {row["g0"]: row for row in rows(query, charges, metered=True)}
    metered = found["m"]
    assert (metered["cost"], metered["previous"]) == (36, 10)
    assert (metered["quantity"], metered["quantity_before"], metered["unit"]) == (180, 100, "Hours")
    assert (found["fee"]["quantity"], found["fee"]["quantity_before"]) == (0, 0)
