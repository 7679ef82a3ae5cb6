"""Forecasts are kept as they were made."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from domain.outlook import Expected, Kept
from domain.period import Period
from store.state import ForecastStore
from tests.state.stage import State

WHOLE = Expected(Decimal("1000.25"), Decimal("900.1"), Decimal("1100"))
MADE = Kept(
    "unblended",
    Period(date(2026, 11, 1), date(2026, 12, 1)),
    date(2026, 11, 13),
    WHOLE,
    "USD",
    datetime(2026, 11, 15, 6, tzinfo=UTC),
)


async def test_the_first_forecast_from_the_same_days_stays(state: State) -> None:
    store = ForecastStore(state.database)
    assert await store.keep(MADE)
    assert not await store.keep(replace(MADE, whole=replace(WHOLE, mean=Decimal(5))))
    assert await store.kept("unblended", date(2026, 11, 1)) == (MADE,)


async def test_others_and_older_ones_are_left_out(state: State) -> None:
    store = ForecastStore(state.database)
    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    later = replace(MADE, through=date(2026, 11, 14))
    for one in (later, MADE, replace(MADE, scope="amortised"), replace(MADE, period=october)):
        await store.keep(one)
    assert await store.kept("unblended", date(2026, 11, 1)) == (MADE, later)
