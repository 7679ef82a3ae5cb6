"""A budget in a sentence: what people type, and that its canonical words mean the same again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.budget import USUAL, Budget, Cadence, Threshold
from domain.errors import UserError
from domain.money import Money
from handlers import budgeting
from handlers.grammar.limits import Limit, hear_limit


def heard(text: str) -> Limit:
    return hear_limit("budget set", text)


@pytest.mark.parametrize(
    ("text", "amount", "words"),
    [
        ("12000 monthly for team=payments", "12000", "team=payments"),
        ("$12k per month team=payments", "12000", "team=payments"),
        ("monthly 12,000 for payments", "12000", "payments"),
        ("of 1.5m a year where service=ec2", "1500000", "service=ec2"),
        ("5000.50 usd for account=111122223333", "5000.50", "account=111122223333"),
        ("300 for account=500", "300", "account=500"),
        ("for team=payments", None, "team=payments"),
    ],
)
def test_the_amount_is_found_and_the_filters_are_left(text: str, amount: str | None, words: str):
    found = heard(text)
    assert found.amount == (Decimal(amount) if amount else None)
    assert found.words == words


def shares(*percents: int, ahead: bool = False) -> tuple[Threshold, ...]:
    return tuple(Threshold(Decimal(percent) / 100, ahead) for percent in percents)


def test_everything_that_can_be_said_of_a_budget():
    found = heard(
        "9000 quarterly for team=payments and region!=us-east-1 at 50, 80 and 100% "
        'forecast 90, 110 from 15 february under platform as "Pay ments"'
    )
    assert found == Limit(
        "team=payments and region!=us-east-1",
        Decimal(9000),
        None,
        Cadence.QUARTERLY,
        2,
        15,
        shares(50, 80, 100),
        shares(90, 110, ahead=True),
        "Pay ments",
        "platform",
    )
    assert heard("9 no forecast").forecast == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("100 daily", "monthly, quarterly or yearly"),
        ("100 every week", "monthly, quarterly or yearly"),
        ("100 at 0", "from 1 to 1000 %"),
        ("100 forecast 2000", "from 1 to 1000 %"),
        ("100 from day 32", "the days 1 to 31"),
        ("0 monthly", "more than nothing"),
        ("9999999m", "less than a trillion"),
    ],
)
def test_what_no_budget_can_be_is_said_with_one_that_can(text: str, said: str):
    with pytest.raises(UserError, match=said) as caught:
        heard(text)
    for offer in caught.value.suggestions:
        heard(offer.removeprefix("budget set "))


@given(
    st.decimals("0.01", 10**9, places=2),
    st.sampled_from(list(Cadence)),
    st.integers(1, 31),
    st.integers(1, 12),
    st.one_of(
        st.just(USUAL), st.sets(st.integers(1, 300), max_size=4).map(lambda s: shares(*sorted(s)))
    ),
    st.text("ab c-.1", min_size=1).map(str.strip).filter(bool),
)
def test_the_written_words_of_a_budget_make_it_again(
    amount: Decimal,
    cadence: Cadence,
    day: int,
    month: int,
    thresholds: tuple[Threshold, ...],
    name: str,
):
    one = Budget(
        name=name,
        limit=Money(amount, "USD"),
        cadence=cadence,
        start_day=day,
        start_month=1 if cadence is Cadence.MONTHLY else month,
        thresholds=thresholds,
        parent="whole",
    )
    again = heard(budgeting.written(one))
    assert (again.amount, again.cadence, again.name, again.parent) == (
        amount,
        cadence,
        name,
        "whole",
    )
    assert (again.start_day or 1, again.start_month or 1) == (day, one.start_month)
    assert again.words == ""
    actual = USUAL[:3] if again.actual is None else again.actual
    ahead = USUAL[3:] if again.forecast is None else again.forecast
    assert {*actual, *ahead} == {*thresholds} or (not thresholds and again.actual is None)


@pytest.mark.parametrize(
    ("amount", "offer"), [("11834.2", "12000"), ("950", "950"), ("3.2", "4"), ("0", "1")]
)
def test_round_amounts_are_offered(amount: str, offer: str):
    assert budgeting.rounded(Decimal(amount)) == Decimal(offer)
