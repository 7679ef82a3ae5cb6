"""Which days of a bill are done."""

from datetime import date

from analytics.settled import settled_through

TODAY = date(2026, 11, 23)


def test_nothing_is_settled_while_nothing_is_loaded():
    assert settled_through(None, TODAY) is None


def test_the_newest_days_are_still_arriving():
    assert settled_through(date(2026, 11, 23), TODAY) == date(2026, 11, 21)
    assert settled_through(date(2026, 11, 22), TODAY, lag_days=3) == date(2026, 11, 20)


def test_an_old_bill_is_settled_through_its_last_day():
    assert settled_through(date(2026, 10, 31), TODAY) == date(2026, 10, 31)
