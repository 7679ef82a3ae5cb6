"""The days to come as people say them."""

from datetime import date

import pytest

from analytics.horizons import find, month_end
from domain.errors import UserError

TODAY = date(2026, 11, 26)


def days(words: str, today: date = TODAY) -> tuple[str, str, str]:
    found, rest = find(words, today)
    assert found is not None, words
    return str(found.period.start), str(found.period.last), rest


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("until month end", "2026-11-01", "2026-11-30"),
        ("until the end of the quarter", "2026-10-01", "2026-12-31"),
        ("quarter end", "2026-10-01", "2026-12-31"),
        ("eoy", "2026-01-01", "2026-12-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("by year end", "2026-01-01", "2026-12-31"),
        ("next 30d", "2026-11-26", "2026-12-25"),
        ("next 2 weeks", "2026-11-26", "2026-12-09"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("next 3 months", "2026-12-01", "2027-02-28"),
        ("next quarter", "2027-01-01", "2027-03-31"),
        ("for 2027", "2027-01-01", "2027-12-31"),
        ("in q1", "2027-01-01", "2027-03-31"),
        ("for december", "2026-12-01", "2026-12-31"),
        ("for may", "2027-05-01", "2027-05-31"),
        ("until 31 dec", "2026-11-01", "2026-12-31"),
    ],
)
def test_days_to_come_are_understood(words: str, first: str, last: str):
    assert days(words) == (first, last, "")


def test_what_else_is_said_is_left_for_the_grammar():
    assert days("by service for 2027 where team=payments")[2] == "by service where team=payments"
    assert find("by service", TODAY) == (None, "by service")
    assert find("for ec2", TODAY) == (None, "for ec2")


@pytest.mark.parametrize("words", ["last month", "by month", "previous quarter"])
def test_days_that_are_over_and_splits_are_no_horizon(words: str):
    assert find(words, TODAY) == (None, words)


def test_on_the_first_of_the_month_it_is_the_new_month():
    assert month_end(date(2026, 12, 1)).period.start == date(2026, 12, 1)
    assert days("until quarter end", date(2027, 1, 1))[:2] == ("2027-01-01", "2027-03-31")


@pytest.mark.parametrize("words", ["for 2025", "for 2026-10", "until 2026-11-20", "next 5 years"])
def test_what_is_over_or_too_far_is_refused(words: str):
    with pytest.raises(UserError):
        find(words, TODAY)


@pytest.mark.parametrize(
    "words", ["until quarter end", "for 2027", "next 30d", "next 3 months", "until 31 dec", "in q1"]
)
def test_its_words_ask_for_the_same_again(words: str):
    found, _ = find(words, TODAY)
    assert found is not None
    again, rest = find(found.words, TODAY)
    assert again is not None and rest == ""
    assert again.period == found.period
