"""Tax and support are judged by their share: what else is bought does not make them odd."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.calendar import months_back
from analytics.rates import newest, odd
from domain.charge import Rated
from domain.query import ChargeType

FIRST, OCT = date(2026, 1, 1), date(2026, 10, 1)
THROUGH = date(2026, 11, 15)
TAX, SUPPORT = ChargeType.TAX, ChargeType.SUPPORT

Sums = dict[date, dict[str, Decimal]]


def sums(charge: ChargeType = TAX, share: str = "0.19", months: int = 6) -> Sums:
    """A bill that grows by a tenth each month."""
    found: Sums = {}
    for n in range(months):
        usage = Decimal(10_000) / (1 + Decimal(n) / 10)
        cost = {ChargeType.USAGE: usage, charge: usage * Decimal(share)}
        found[months_back(OCT, n)] = {name.value: amount for name, amount in cost.items()}
    return found


def judged(bill: Sums, charge: ChargeType = TAX, through: date = THROUGH) -> list[Rated]:
    return odd(charge, {"111": bill}, FIRST, through)


def test_a_share_that_stays_is_no_news_however_the_bill_grows():
    assert judged(sums()) == []


def test_a_share_that_changed_is_told_with_what_it_would_have_been():
    bill = sums()
    bill[OCT]["tax"] = Decimal(3000)
    assert judged(bill) == [Rated(OCT, "111", Decimal(3000), Decimal(1900))]


def test_a_yearly_fee_changes_nothing_whether_it_is_taxed_or_not():
    for taxed in ("0", "0.19"):
        bill = sums()
        bill[OCT]["commitment"] = Decimal(48_000)
        bill[OCT]["tax"] += Decimal(48_000) * Decimal(taxed)
        assert judged(bill) == []


def test_support_that_is_at_its_minimum_is_the_same_whatever_is_spent():
    bill = sums(SUPPORT)
    for month in bill:
        bill[month]["support"] = Decimal(15_000)
    bill[OCT]["usage"] /= 3
    assert judged(bill, SUPPORT) == []


def test_support_in_tiers_is_no_news():
    bill = sums(SUPPORT, "0.10")
    bill[OCT]["support"] *= Decimal("0.82")
    assert judged(bill, SUPPORT) == []


def test_a_month_is_judged_when_it_is_billed_and_what_is_missing_later():
    bill = sums()
    bill[OCT]["tax"] = Decimal(0)
    assert newest(date(2026, 11, 9)) is None
    assert newest(date(2026, 11, 10)) == OCT
    assert judged(bill, through=date(2026, 11, 19)) == []
    assert judged(bill, through=date(2026, 11, 20)) == [
        Rated(OCT, "111", Decimal(0), Decimal(1900))
    ]


def test_what_begins_is_told_and_one_month_is_no_ground():
    bill = sums(share="0")
    bill[OCT]["tax"] = Decimal(1900)
    assert [one.expected for one in judged(bill)] == [0]
    assert odd(TAX, {"111": bill}, date(2026, 9, 1), THROUGH) == []


def test_small_differences_are_not_told():
    bill = {
        month: {name: cost / 100 for name, cost in one.items()} for month, one in sums().items()
    }
    bill[OCT]["tax"] *= 3
    assert judged(bill) == []


@settings(max_examples=100, deadline=None)
@given(costs=st.lists(st.integers(0, 9000), min_size=6, max_size=6), later=st.integers(0, 10**6))
def test_what_comes_later_changes_no_verdict(costs: list[int], later: int):
    bill = sums()
    for (_, one), cost in zip(bill.items(), costs, strict=True):
        one["tax"] = Decimal(cost)
    before = judged(bill)
    bill[date(2026, 11, 1)] = {"usage": Decimal(later), "tax": Decimal(later)}
    assert judged(bill) == before
