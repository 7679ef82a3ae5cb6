"""Every calendar day of six years, leap day and year ends included, gets sensible days."""

from datetime import date, timedelta

import pytest

from analytics import periods
from analytics.comparisons import compared
from analytics.periods import NamedPeriod
from domain.errors import UserError
from domain.period import Period, next_month

FIRST, LAST = date(2023, 1, 1), date(2028, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
ONE_DAY = timedelta(days=1)

WORDS = (
    (
        "mtd qtd ytd wtd|this month|this week|this year|today|yesterday|last 7d|last 30 days|90d"
        "|last week|last month|last quarter|last year|last 3 weeks|past 6 months|last 2 quarters"
        "|since monday|monday|sunday|jan|oct|dec|feb 2020|2022-02|q1|q4 2022|2022|29 feb|31 dec"
        "|2022-12-31|2022-12-31..2022-12-31|1 jan to today|november to february|since yesterday"
        "|day before yesterday|3 days ago|two weeks ago|the month before last|a year ago"
        "|first week of october|second half of last year|last 3 days of last month"
        "|since last month|so far|week of yesterday"
    )
    .replace(" qtd", "|qtd")
    .replace(" ytd", "|ytd")
    .replace(" wtd", "|wtd")
    .split("|")
)


def read(words: str, today: date) -> NamedPeriod:
    found = periods.read(words, today)
    assert found is not None, words
    return found


def against(words: str, asked: NamedPeriod, today: date) -> Period:
    found = compared(words, asked, today)
    assert found is not None, words
    return found.period


@pytest.mark.parametrize("words", WORDS)
def test_on_every_day_the_words_name_days_that_have_begun_and_say_the_same_again(words: str):
    for today in EVERY_DAY:
        named = read(words, today)
        assert named.period.start <= today
        assert named.period.end <= today + ONE_DAY
        assert named.label
        assert periods.read(named.words, today) == named


@pytest.mark.parametrize("words", WORDS)
def test_on_every_day_the_previous_days_are_adjacent_or_the_same_of_the_unit_before(words: str):
    for today in EVERY_DAY:
        named = read(words, today)
        before = against("previous", named, today)
        assert before.end <= named.period.start
        if named.so_far is None:
            assert before.end == named.period.start
            whole_months = named.period.start.day == 1 and named.period.end.day == 1
            assert before.start.day == 1 if whole_months else before.days == named.period.days
        else:
            assert abs(before.days - named.period.days) <= 3


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("earlier", ["last week", "last month", "last quarter", "last year"])
def test_on_every_day_the_same_days_earlier_start_on_the_same_day(words: str, earlier: str):
    for today in EVERY_DAY[::3]:
        named = read(words, today)
        before = against(earlier, named, today)
        assert before.start < named.period.start
        if earlier == "last week":
            assert before.start.weekday() == named.period.start.weekday()
            assert before.days == named.period.days
        else:
            assert before.start.day == min(named.period.start.day, days_of(before.start))


def days_of(day: date) -> int:
    return (next_month(day) - day.replace(day=1)).days


def test_on_every_day_month_to_date_is_finished_days_and_the_closed_month_on_the_first():
    for today in EVERY_DAY:
        named = read("mtd", today)
        assert named.period.end == today
        if today.day == 1:
            assert named.period == Period.month(named.period.start.year, named.period.start.month)
            assert "first day of the month" in named.note
        else:
            assert named.period.start == today.replace(day=1)
            assert named.note == ""


def test_on_every_day_a_written_range_includes_its_last_day_and_reads_back():
    for today in EVERY_DAY:
        start = today - timedelta(days=today.toordinal() % 50)
        for text in (f"{start}..{today}", f"{start} to {today}", f"from {start} to {today}"):
            assert read(text, today).period == Period(start, today + ONE_DAY)
        period = Period(start, today + ONE_DAY)
        assert read(periods.dates(period).words, today).period == period


def test_on_every_day_a_month_without_a_year_is_the_newest_that_has_begun():
    for today in EVERY_DAY:
        named = read("oct", today)
        assert named.period.start.month == 10
        assert today - timedelta(days=366) < named.period.start <= today


@pytest.mark.parametrize(
    ("today", "words", "expected"),
    [
        ("2026-11-23", "mtd", "2026-11-01/2026-11-23"),
        ("2026-11-01", "mtd", "2026-10-01/2026-11-01"),
        ("2027-01-01", "mtd", "2026-12-01/2027-01-01"),
        ("2027-01-01", "ytd", "2026-01-01/2027-01-01"),
        ("2027-01-01", "yesterday", "2026-12-31/2027-01-01"),
        ("2026-11-23", "this week", "2026-11-16/2026-11-23"),
        ("2026-11-24", "this week", "2026-11-23/2026-11-24"),
        ("2026-11-23", "last 7d", "2026-11-16/2026-11-23"),
        ("2026-11-25", "last week", "2026-11-16/2026-11-23"),
        ("2026-11-23", "last 3 months", "2026-08-01/2026-11-01"),
        ("2026-11-23", "last quarter", "2026-07-01/2026-10-01"),
        ("2026-02-10", "last quarter", "2025-10-01/2026-01-01"),
        ("2026-11-23", "since monday", "2026-11-16/2026-11-23"),
        ("2026-11-26", "since monday", "2026-11-23/2026-11-26"),
        ("2026-11-23", "since 2026-10-01", "2026-10-01/2026-11-23"),
        ("2026-11-23", "2026-11", "2026-11-01/2026-11-23"),
        ("2026-11-01", "2026-11", "2026-11-01/2026-11-02"),
        ("2026-11-23", "oct", "2026-10-01/2026-11-01"),
        ("2026-09-23", "october", "2025-10-01/2025-11-01"),
        ("2026-11-23", "october 2024", "2024-10-01/2024-11-01"),
        ("2026-11-23", "q3 2026", "2026-07-01/2026-10-01"),
        ("2026-11-23", "2026", "2026-01-01/2026-11-23"),
        ("2026-11-23", "2025", "2025-01-01/2026-01-01"),
        ("2026-11-23", "oct 5, 2026", "2026-10-05/2026-10-06"),
        ("2026-11-23", "5th of october", "2026-10-05/2026-10-06"),
        ("2026-11-23", "29 feb", "2024-02-29/2024-03-01"),
        ("2026-11-23", "2026-10-01..2026-10-15", "2026-10-01/2026-10-16"),
        ("2026-11-23", "2026-10-01 – 2026-10-15", "2026-10-01/2026-10-16"),
        ("2026-11-23", "september to october", "2026-09-01/2026-11-01"),
        ("2026-11-23", "november to february", "2025-11-01/2026-03-01"),
        ("2026-11-23", "between 1 oct and 5 oct", "2026-10-01/2026-10-06"),
        ("2026-11-23", "1 nov to now", "2026-11-01/2026-11-24"),
        ("2026-11-23", "september to november", "2026-09-01/2026-11-23"),
        ("2026-11-23", "day before yesterday", "2026-11-21/2026-11-22"),
        ("2026-11-23", "last two weeks", "2026-11-09/2026-11-23"),
        ("2026-11-25", "two weeks ago", "2026-11-09/2026-11-16"),
        ("2026-11-25", "the week before last", "2026-11-09/2026-11-16"),
        ("2026-11-23", "a month ago", "2026-10-01/2026-11-01"),
        ("2026-11-23", "first week of october", "2026-10-01/2026-10-08"),
        ("2026-11-23", "the last week of october", "2026-10-25/2026-11-01"),
        ("2026-11-23", "third week of february", "2026-02-15/2026-02-22"),
        ("2026-11-23", "first ten days of november", "2026-11-01/2026-11-11"),
        ("2026-11-23", "last 3 days of q3", "2026-09-28/2026-10-01"),
        ("2026-11-23", "second half of october", "2026-10-16/2026-11-01"),
        ("2026-11-23", "second half of 2026", "2026-07-01/2026-11-23"),
        ("2026-11-23", "first half of 2026", "2026-01-01/2026-07-01"),
        ("2026-11-23", "third quarter of 2025", "2025-07-01/2025-10-01"),
        ("2026-11-23", "the week of 7 october", "2026-10-05/2026-10-12"),
        ("2026-11-23", "november so far", "2026-11-01/2026-11-23"),
        ("2026-11-23", "so far", "2026-11-01/2026-11-23"),
        ("2026-11-23", "since last month", "2026-10-01/2026-11-23"),
    ],
)
def test_words_and_their_days(today: str, words: str, expected: str):
    assert str(read(words, date.fromisoformat(today)).period) == expected


@pytest.mark.parametrize(
    ("today", "words", "comparison", "expected"),
    [
        ("2026-11-23", "mtd", "previous", "2026-10-01/2026-10-23"),
        ("2027-03-31", "mtd", "previous", "2027-02-01/2027-03-01"),
        ("2026-11-01", "mtd", "previous", "2026-09-01/2026-10-01"),
        ("2026-11-23", "ytd", "previous", "2025-01-01/2025-11-23"),
        ("2028-03-01", "ytd", "previous", "2027-01-01/2027-03-01"),
        ("2026-11-23", "last 7d", "previous", "2026-11-09/2026-11-16"),
        ("2026-11-23", "2026-10", "previous", "2026-09-01/2026-10-01"),
        ("2026-11-23", "2026-03", "previous", "2026-02-01/2026-03-01"),
        ("2026-11-23", "q1 2026", "previous", "2025-10-01/2026-01-01"),
        ("2026-11-23", "2025", "previous", "2024-01-01/2025-01-01"),
        ("2026-11-23", "2026-10-01..2026-10-15", "previous", "2026-09-16/2026-10-01"),
        ("2026-11-23", "2026-10-01..2026-10-31", "previous", "2026-09-01/2026-10-01"),
        ("2026-11-23", "2026-10", "last year", "2025-10-01/2025-11-01"),
        ("2026-11-23", "2024-02-29", "last year", "2023-02-28/2023-03-01"),
        ("2026-11-23", "2024-02", "last year", "2023-02-01/2023-03-01"),
        ("2026-11-23", "2026-03-31", "last month", "2026-02-28/2026-03-01"),
        ("2027-03-01", "yesterday", "last month", "2027-01-28/2027-01-29"),
        ("2026-11-23", "yesterday", "last week", "2026-11-15/2026-11-16"),
        ("2026-11-23", "mtd", "2026-09", "2026-09-01/2026-10-01"),
        ("2026-11-23", "mtd", "a year ago", "2025-11-01/2025-11-23"),
        ("2026-11-23", "mtd", "two months ago", "2026-09-01/2026-09-23"),
        ("2026-11-23", "mtd", "the same days last month", "2026-10-01/2026-10-23"),
        ("2026-11-23", "last week", "the week before", "2026-11-09/2026-11-16"),
        ("2026-11-23", "last week", "week before", "2026-11-09/2026-11-16"),
        ("2026-11-23", "2026-10", "the month before", "2026-09-01/2026-10-01"),
        ("2026-11-23", "yesterday", "the day before", "2026-11-21/2026-11-22"),
        ("2026-11-23", "yesterday", "the previous day", "2026-11-21/2026-11-22"),
        ("2026-11-23", "yesterday", "3 days ago", "2026-11-20/2026-11-21"),
    ],
)
def test_comparisons(today: str, words: str, comparison: str, expected: str):
    day = date.fromisoformat(today)
    assert str(against(comparison, read(words, day), day)) == expected


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("2027-01", "has not begun"),
        ("2026-11-24", "has not begun"),
        ("since 2026-12-24", "has not begun"),
        ("2026-12-01..2026-12-02", "has not begun"),
        ("30 feb", "no such day"),
        ("2026-13", "no such day"),
        ("2025-02-29", "no such day"),
        ("2026-10-05..2026-10-01", "ends before it starts"),
        ("last 0 days", "out of reach"),
        ("last 999999999999999999999 years", "out of reach"),
        ("first 40 days of october", "does not fit into the 31 days"),
        ("last 0 days of october", "does not fit"),
        ("0 days ago", "out of reach"),
        ("second half of december 2026", "has not begun"),
        ("1999-12-31", "too far away"),
        ("9999-12-31", "too far away"),
    ],
)
def test_days_that_cannot_be_are_refused(words: str, complaint: str):
    with pytest.raises(UserError, match=complaint):
        periods.read(words, date(2026, 11, 23))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "by",
        "month",
        "last",
        "7",
        "12",
        "1234",
        "ec2",
        "since",
        "..",
        "two",
        "october so far",
        "first week",
        "fifth week of october",
        "half of october",
        "first half of last week",
    ],
)
def test_other_words_are_no_period(words: str):
    assert periods.read(words, date(2026, 11, 23)) is None


def test_a_day_before_several_days_is_no_comparison():
    today = date(2026, 11, 23)
    assert compared("the day before", read("last 7d", today), today) is None


def test_today_says_that_it_has_not_finished():
    assert "not finished" in read("today", date(2026, 11, 23)).note
    assert "not finished" not in read("yesterday", date(2026, 11, 23)).note
    assert "has finished yet" in read("2026-11", date(2026, 11, 1)).note
