"""The cost of one: divided on days that are known, and never by nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.units import grain_of, unit_cost
from cards import words
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery
from domain.unit import CsvMetric, Unit, UnitCost

UNIT = Unit("request", CsvMetric("f"))
FIRST = date(2026, 10, 1)
amounts = st.decimals(0, 10**6, places=4)


def found(
    costs: list[Decimal], counts: list[Decimal | None], grain: str = "day", before: int = 0
) -> UnitCost:
    days = [FIRST + timedelta(days=n) for n in range(len(costs))]
    start = days[before]
    compare = Period(FIRST, start) if before else None
    query = CostQuery(Period(start, days[-1] + timedelta(days=1)), compare=compare)
    known = {day: count for day, count in zip(days, counts, strict=True) if count is not None}
    return unit_cost(UNIT, query, "USD", grain, dict(zip(days, costs, strict=True)), known)


@given(
    st.lists(st.tuples(amounts, st.none() | amounts), min_size=1, max_size=80),
    st.sampled_from(["day", "week", "month"]),
)
def test_the_parts_add_up_to_the_whole_of_the_known_days(
    days: list[tuple[Decimal, Decimal | None]], grain: str
):
    made = found([cost for cost, _ in days], [count for _, count in days], grain)
    assert made.whole.cost == sum(cost for cost, count in days if count is not None)
    assert made.whole.count == sum(count for _, count in days if count is not None)
    assert sum(part.cost for part in made.parts) == made.whole.cost
    assert sum(part.count for part in made.parts) == made.whole.count
    assert sum(part.days for part in made.parts) == made.whole.days
    assert len(made.unknown) + made.whole.days == len(days)


def test_the_cost_of_a_day_without_a_count_does_not_count():
    made = found([Decimal(10), Decimal(99), Decimal(20)], [Decimal(5), None, Decimal(10)])
    assert made.whole.each == 2 and made.unknown == (FIRST + timedelta(days=1),)


def test_the_cost_of_a_day_without_a_unit_counts_and_nothing_is_divided_by_nought():
    made = found([Decimal(10), Decimal(20)], [Decimal(0), Decimal(10)])
    assert (made.parts[0].each, made.whole.each, made.idle) == (None, 3, (FIRST,))
    assert found([Decimal(10)], [Decimal(0)]).whole.each is None


def test_a_count_that_cannot_be_is_not_known():
    made = found([Decimal(1)] * 3, [Decimal(-4), Decimal("NaN"), Decimal(2)])
    assert len(made.unknown) == 2 and made.whole.each == Decimal("0.5")


def test_the_days_before_are_divided_in_the_same_way():
    made = found([Decimal(4), Decimal(9), Decimal(6)], [Decimal(2), None, Decimal(2)], before=2)
    assert made.before is not None and (made.before.each, made.before.days) == (2, 1)
    assert made.whole.each == 3


@pytest.mark.parametrize(("days", "grain"), [(1, "day"), (35, "day"), (90, "week"), (365, "month")])
def test_longer_times_are_told_in_longer_parts(days: int, grain: str):
    assert grain_of(Period(FIRST, FIRST + timedelta(days=days))) == grain


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0.00042", "$0.00042"),
        ("0.000421449", "$0.000421"),
        ("0.0000000042", "$0.0000000042"),
        ("0.012345", "$0.0123"),
        ("0.5", "$0.50"),
        ("0.9996", "$1.00"),
        ("1.2345", "$1.23"),
        ("1234.5", "$1,234.50"),
        ("-0.00042", "-$0.00042"),
        ("0", "$0.00"),
    ],
)
def test_a_price_has_the_digits_that_say_something(amount: str, said: str):
    assert words.price(Money(Decimal(amount), "USD")) == said
