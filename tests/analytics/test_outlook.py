"""Parts that add up to the whole, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.outlook import cents, reconciled
from domain.outlook import Expected

AMOUNTS = st.decimals(-10_000, 10_000, places=6)


def part(mean: str, give: str) -> Expected:
    return Expected(Decimal(mean), Decimal(mean) - Decimal(give), Decimal(mean) + Decimal(give))


@given(st.lists(AMOUNTS, min_size=1, max_size=40))
def test_cents_add_up_and_no_amount_moves_by_more_than_a_cent(amounts: list[Decimal]) -> None:
    whole = sum(amounts, Decimal(0))
    found = cents(amounts, whole)
    assert sum(found) == whole.quantize(Decimal("0.01"))
    assert all(abs(a - b) <= Decimal("0.01") for a, b in zip(amounts, found, strict=True))


def test_parts_of_something_else_are_no_rounding() -> None:
    with pytest.raises(ValueError, match="short"):
        cents([Decimal(1), Decimal(2)], Decimal("3.10"))


def test_the_uncertain_part_gives_way() -> None:
    sure, unsure = reconciled(Decimal(110), [part("50", "1"), part("50", "9")])
    assert sure.mean + unsure.mean == 110
    assert unsure.mean - 50 > 50 * (sure.mean - 50)


def test_no_part_becomes_negative_for_the_others_sake() -> None:
    found = reconciled(Decimal(40), [part("100", "5"), part("20", "20")])
    assert sum(one.mean for one in found) == 40
    assert all(one.mean >= 0 for one in found)


def test_parts_that_are_certain_share_by_their_size() -> None:
    found = reconciled(Decimal(60), [part("10", "0"), part("20", "0")])
    assert [one.mean for one in found] == [20, 40]
