"""Which fees are new, come again, change and end; and that a verdict stays what it was."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.calendar import months_back
from analytics.fees import altered, bought, ended, term
from domain.charge import Fee

START = date(2025, 1, 1)
THROUGH = date(2026, 11, 20)


def fee(day: date, cost: int | str = 1000, **more: object) -> Fee:
    made = Fee("111", "RDS", "commitment", "ri", False, day, Decimal(cost), "a thing", day)
    return replace(made, ends=day + timedelta(days=1), **more)


def again(months: int, cost: int = 1000, first: date = date(2026, 1, 1), **more: object):
    return [fee(months_back(first, -n), cost, recurring=True, **more) for n in range(months)]


def hourly(first: date, count: int, cost: int = 50, begun: int = 20) -> list[Fee]:
    days = [fee(first + timedelta(days=n), cost, recurring=True) for n in range(count)]
    return [replace(days[0], cost=Decimal(begun)), *days[1:]]


def told(fees: list[Fee], through: date = THROUGH) -> list[date]:
    return [one.fee.day for one in bought(fees, START, through)]


def test_a_fee_that_nothing_like_it_came_before_is_a_purchase():
    assert told([fee(date(2026, 11, 5))]) == [date(2026, 11, 5)]


def test_a_fee_of_each_month_is_one_once():
    assert told(again(11)) == [date(2026, 1, 1)]


@pytest.mark.parametrize("first", [date(2026, 1, 31), date(2025, 11, 30), date(2026, 1, 15)])
def test_months_of_any_length_are_months(first: date):
    assert told(again(9, first=first)) == [first]


def test_a_fee_of_each_quarter_is_one_once():
    quarters = [fee(months_back(date(2026, 10, 1), 3 * n)) for n in range(4)]
    assert told(quarters) == [date(2026, 1, 1)]


def test_a_fee_of_each_year_is_one_each_time_and_knows_the_one_before():
    old, new = fee(date(2025, 10, 30)), fee(date(2026, 11, 1), 1200)
    assert told([old, new]) == [old.day, new.day]
    assert bought([old, new], START, THROUGH)[1].before == old


def test_a_contract_beside_a_subscription_of_the_same_product_is_a_purchase():
    monthly = [replace(one, recurring=False) for one in again(10, 200)]
    assert told([*monthly, fee(date(2026, 10, 2), 48_000)]) == [
        date(2026, 1, 1),
        date(2026, 10, 2),
    ]


def test_an_hourly_fee_is_one_purchase_of_whole_days():
    [one] = bought(hourly(date(2026, 11, 5), 16), START, THROUGH)
    assert (one.fee.day, round(one.monthly or 0, 2)) == (date(2026, 11, 5), Decimal("1520.83"))


def test_small_fees_are_not_told():
    assert told([fee(date(2026, 11, 5), 99), *again(3, 99, date(2026, 9, 1))]) == []


def test_in_the_first_weeks_only_what_surely_comes_once_is_a_purchase():
    first = START + timedelta(days=10)
    assert told([fee(first), *again(3, first=first)]) == []
    assert told([fee(first, said="1 year, All Upfront")]) == [first]


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("All Upfront, 1 year, 4 x db.r6g.4xlarge", 12),
        ("3 year No Upfront Compute Savings Plan", 36),
        ("Vault Enterprise, annual contract", 12),
        ("36 months", 36),
        ("12-month contract", 12),
        ("three years of support", 36),
        ("Yearly fee", 12),
        ("a thing of 2026", None),
        ("fee for 0 years", None),
    ],
)
def test_the_term_is_what_the_description_says(said: str, months: int | None):
    assert term(fee(START, said=said)) == months


def test_the_term_may_be_in_the_usage_type_or_the_days_it_is_for():
    assert term(fee(START, bought="ComputeSP:1yrNoUpfront")) == 12
    assert term(fee(START, bought="ComputeSP:3yrAllUpfront")) == 36
    assert term(replace(fee(START), ends=START + timedelta(days=365))) == 12
    assert term(replace(fee(START), ends=START + timedelta(days=31))) is None


def test_a_purchase_ends_when_its_term_does():
    [one] = bought([fee(date(2026, 10, 31), said="1 month")], START, THROUGH)
    assert (one.months, one.ends) == (1, date(2026, 12, 1))
    [one] = bought([fee(date(2024, 2, 29), said="1 year")], date(2023, 1, 1), THROUGH)
    assert one.ends == date(2025, 3, 1)


def test_a_monthly_fee_that_changed_is_told_with_both_amounts():
    fees = [*again(5), *again(2, 1300, date(2026, 6, 1))]
    [one] = altered(fees, THROUGH)
    assert (one.day, one.before, one.now) == (date(2026, 6, 1), Decimal(1000), Decimal(1300))


def test_fees_that_follow_the_length_of_the_month_have_not_changed():
    def length(day: date) -> int:
        return (months_back(day, -1) - day).days

    fees = [replace(one, cost=Decimal(100 * length(one.day))) for one in again(9)]
    assert altered(fees, THROUGH) == []


def test_the_rest_of_a_first_month_is_no_change():
    fees = [fee(date(2026, 1, 20), 400, recurring=True), *again(5, 1000, date(2026, 2, 1))]
    assert altered(fees, THROUGH) == []
    assert told(fees) == [date(2026, 1, 20)]


def test_a_fee_that_does_not_come_any_more_has_ended():
    [one] = ended(again(9), THROUGH)
    assert (one.day, one.before, one.now) == (date(2026, 10, 1), Decimal(1000), Decimal(0))
    assert ended(again(9), date(2026, 10, 7)) == [], "it may be late"
    assert ended([fee(date(2026, 3, 1))], THROUGH) == [], "what came once has not ended"


def test_an_hourly_fee_that_stopped_has_ended():
    fees = hourly(date(2026, 9, 1), 60)
    last = fees[-1].day
    [one] = ended(fees, last + timedelta(days=4))
    assert one.day == last + timedelta(days=1)
    assert round(one.before, 2) == Decimal("1520.83")
    assert ended(fees, last + timedelta(days=3)) == []


#: Fees of a few series on any days.
FEES = st.lists(
    st.builds(
        lambda at, cost, name, recurring: fee(
            START + timedelta(days=at), cost, bought=name, recurring=recurring
        ),
        st.integers(0, 680),
        st.integers(1, 5000),
        st.sampled_from(["a", "b"]),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(fees=FEES, cut=st.integers(0, 690))
def test_a_later_day_changes_no_verdict_about_an_earlier_one(fees: list[Fee], cut: int):
    """The newest day is judged on the next one, where it has to show whether a fee is hourly."""
    through = START + timedelta(days=cut)
    then = [one for one in bought(fees, START, through) if one.fee.day < through]
    now = [one for one in bought(fees, START, THROUGH) if one.fee.day < through]
    assert then == now
    known = [one for one in fees if one.day <= through]
    assert bought(known, START, through) == bought(fees, START, through)
    assert ended(known, through) == ended(fees, through)
    assert altered(known, through) == altered(fees, through)
