"""Charges to come that a person can work out from the bill."""

from datetime import date
from decimal import Decimal

from analytics.known import Book, Days, ending, to_come
from domain.outlook import Known
from domain.period import Period

NOVEMBER, DECEMBER = Period.month(2026, 11), Period.month(2026, 12)
THROUGH = date(2026, 11, 20)
USAGE = {date(2026, 10, 1): Decimal(1000), date(2026, 11, 1): Decimal(1200)}


def book(charge: str, days: Days, period: Period = NOVEMBER) -> Book:
    usage = USAGE | {date(2026, 12, 1): Decimal(1300)}
    return Book({(charge, ()): days}, usage, THROUGH, period)


def fees(*days: str, amount: int = 50) -> dict[date, Decimal]:
    return {date.fromisoformat(day): Decimal(amount) for day in days}


def said(found: tuple[Known, ...]) -> list[tuple[str, int]]:
    return [(str(one.day), round(one.amount)) for one in found]


def test_a_monthly_fee_comes_again_on_its_day():
    seen = fees("2026-09-25", "2026-10-25")
    assert said(to_come(book("marketplace", seen))) == [("2026-11-25", 50)]


def test_a_fee_that_is_billed_already_does_not_come_twice():
    seen = fees("2026-09-03", "2026-10-03", "2026-11-03")
    assert to_come(book("marketplace", seen)) == ()
    assert said(to_come(book("marketplace", seen, DECEMBER))) == [("2026-12-03", 50)]


def test_a_fee_of_a_day_that_is_not_settled_counts_once():
    seen = fees("2026-09-25", "2026-10-25", "2026-11-25")
    assert said(to_come(book("marketplace", seen))) == [("2026-11-25", 50)]


def test_a_fee_on_the_31st_comes_on_the_last_day_of_a_short_month():
    seen = fees("2026-08-31", "2026-10-31") | fees("2026-09-30")
    assert said(to_come(book("marketplace", seen))) == [("2026-11-30", 50)]


def test_a_fee_that_was_paid_once_is_not_assumed_again():
    assert to_come(book("commitment", fees("2026-10-25", amount=48_000))) == ()
    assert to_come(book("refund", fees("2026-09-25", "2026-10-25", amount=-50))) == ()


def test_tax_is_the_rate_of_last_month_on_the_usage_of_this_one():
    assert said(to_come(book("tax", fees("2026-10-01", amount=190)))) == [("2026-11-01", 228)]


def test_tax_that_is_billed_already_is_not_added_again():
    seen = fees("2026-10-01", amount=190) | fees("2026-11-01", amount=230)
    assert to_come(book("tax", seen)) == ()
    assert said(to_come(book("tax", seen, DECEMBER))) == [("2026-12-01", 247)]


def test_what_is_charged_every_day_goes_on():
    seen = {day: Decimal(10) for day in Period(date(2026, 10, 1), date(2026, 11, 21))}
    found = said(to_come(book("commitment", seen)))
    assert found[0] == ("2026-11-21", 10)
    assert len(found) == 10


def test_a_charge_of_a_day_that_is_not_settled_is_taken_as_it_is():
    assert said(to_come(book("commitment", fees("2026-11-22", amount=77)))) == [("2026-11-22", 77)]


def test_a_credit_that_ran_out_is_not_hoped_for():
    falling = fees("2026-09-01", amount=-900) | fees("2026-10-01", amount=-200)
    assert to_come(book("credit", falling)) == ()
    steady = fees("2026-09-01", amount=-900) | fees("2026-10-01", amount=-900)
    assert said(to_come(book("credit", steady))) == [("2026-11-01", -900)]


def test_of_a_credit_that_is_partly_drawn_only_the_rest_comes():
    seen = fees("2026-09-01", "2026-10-01", amount=-900) | fees("2026-11-01", amount=-600)
    assert said(to_come(book("credit", seen))) == [("2026-11-01", -300)]


def test_usage_costs_more_from_the_day_after_a_commitment_ends():
    found = ending(("EC2",), date(2026, 11, 28), Decimal(100), Decimal(62), NOVEMBER, "plan ends")
    assert said(found) == [("2026-11-29", 38), ("2026-11-30", 38)]
