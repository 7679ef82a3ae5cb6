"""Periods of budgets cover time without a gap and without an overlap."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.budget import Budget, Cadence, children, unallocated
from domain.money import Money
from domain.period import Period


def budget(name: str = "it", limit: str = "100", **more: object) -> Budget:
    return Budget(name=name, limit=Money(Decimal(limit), "USD"), **more)  # type: ignore[arg-type]


@given(
    st.sampled_from(list(Cadence)),
    st.integers(1, 31),
    st.integers(1, 12),
    st.dates(date(2023, 1, 1), date(2029, 12, 31)),
)
def test_every_day_is_in_exactly_one_period(
    cadence: Cadence, start_day: int, start_month: int, day: date
) -> None:
    one = budget(cadence=cadence, start_day=start_day, start_month=start_month)
    period = one.period(day)
    assert day in period
    for other in (period.start, period.last):
        assert one.period(other) == period
    assert one.period(period.end).start == period.end
    assert one.period(period.start - timedelta(days=1)).end == period.start
    months = {Cadence.MONTHLY: (28, 31), Cadence.QUARTERLY: (89, 93), Cadence.YEARLY: (364, 367)}
    assert months[cadence][0] <= period.days <= months[cadence][1]


@pytest.mark.parametrize(
    ("more", "day", "start", "end"),
    [
        ({}, "2026-11-22", "2026-11-01", "2026-12-01"),
        ({"start_day": 15}, "2026-11-14", "2026-10-15", "2026-11-15"),
        ({"start_day": 31}, "2026-02-28", "2026-02-28", "2026-03-31"),
        ({"start_day": 31}, "2028-02-28", "2028-01-31", "2028-02-29"),
        ({"cadence": Cadence.QUARTERLY}, "2026-11-22", "2026-10-01", "2027-01-01"),
        (
            {"cadence": Cadence.QUARTERLY, "start_month": 2},
            "2026-01-31",
            "2025-11-01",
            "2026-02-01",
        ),
        ({"cadence": Cadence.YEARLY}, "2026-11-22", "2026-01-01", "2027-01-01"),
        ({"cadence": Cadence.YEARLY, "start_month": 4}, "2026-03-31", "2025-04-01", "2026-04-01"),
        (
            {"cadence": Cadence.YEARLY, "start_month": 2, "start_day": 29},
            "2028-02-29",
            "2028-02-29",
            "2029-02-28",
        ),
    ],
)
def test_a_period_begins_where_people_say(
    more: dict[str, object], day: str, start: str, end: str
) -> None:
    found = budget(**more).period(date.fromisoformat(day))
    assert found == Period(date.fromisoformat(start), date.fromisoformat(end))


def test_what_is_not_given_to_a_part_is_known_and_parts_may_be_too_many() -> None:
    whole = budget("platform", "100")
    parts = [budget("a", "60", parent="Platform"), budget("b", "30.5", parent="platform")]
    every = [whole, *parts, budget("c", "7")]
    assert children(whole, every) == tuple(parts)
    left = unallocated(whole, parts)
    assert left is not None and left.amount == Decimal("9.5")
    more = unallocated(whole, [*parts, budget("d", "20", parent="platform")])
    assert more is not None and more.amount == Decimal("-10.5")
    yearly = budget("y", "1", parent="platform", cadence=Cadence.YEARLY)
    assert unallocated(whole, [yearly]) is None
