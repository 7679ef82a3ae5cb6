"""A comparison over days that are only partly loaded is one over the days that they stand for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from analytics import periods
from analytics.comparisons import compared
from domain.errors import UserError
from domain.period import Period
from domain.query import CostQuery
from handlers.coverage import comparable

FIRST, LAST = date(2023, 1, 1), date(2028, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
LATE = timedelta(days=3)


def question(words: str, earlier: str, today: date) -> CostQuery:
    asked = periods.read(words, today)
    assert asked is not None
    before = compared(earlier, asked, today)
    assert before is not None
    return CostQuery(asked.period, compare=before.period)


@pytest.mark.parametrize("words", ["mtd", "qtd", "ytd", "since 15 jan", "since 30 nov"])
@pytest.mark.parametrize("earlier", ["last month", "last quarter", "last year"])
def test_late_bills_are_compared_with_the_same_days_as_if_asked_on_their_last(
    words: str, earlier: str
) -> None:
    """Also behind a leap day, and over months that are not as long as the ones before them."""
    for today in EVERY_DAY:
        then = today - LATE
        late, timely = question(words, earlier, today), question(words, earlier, then)
        if late.period.start == timely.period.start and late.period.end - timely.period.end == LATE:
            loaded = Period(date(2010, 1, 1), then)
            assert comparable(late, [loaded]) == timely, today


@pytest.mark.parametrize(
    ("period", "compare", "loaded", "expected"),
    [
        ("2028-01-01/2028-03-09", "2027-01-01/2027-03-09", "2028-03-06", "2027-01-01/2027-03-06"),
        ("2029-01-01/2029-03-09", "2028-01-01/2028-03-09", "2029-03-06", "2028-01-01/2028-03-06"),
        ("2027-01-15/2027-03-09", "2026-12-15/2027-02-09", "2027-03-06", "2026-12-15/2027-02-06"),
        ("2027-03-01/2027-04-01", "2027-02-01/2027-03-01", "2027-03-31", "2027-02-01/2027-03-01"),
        ("2026-11-09/2026-11-23", "2026-10-26/2026-11-09", "2026-11-20", "2026-10-26/2026-11-06"),
        ("2026-11-01/2026-11-23", "2026-09-01/2026-10-01", "2026-11-20", "2026-09-01/2026-09-20"),
    ],
)
def test_what_a_part_of_the_days_is_compared_with(
    period: str, compare: str, loaded: str, expected: str
) -> None:
    query = CostQuery(days(period), compare=days(compare))
    covered = Period(date(2026, 1, 1), date.fromisoformat(loaded))
    assert comparable(query, [covered]) == replace(
        query, period=Period(query.period.start, covered.end), compare=days(expected)
    )


def test_what_is_too_short_to_stand_for_the_loaded_days_is_refused() -> None:
    query = CostQuery(days("2026-11-01/2026-11-23"), compare=days("2026-09-01/2026-09-05"))
    with pytest.raises(UserError, match="nothing to compare"):
        comparable(query, [days("2026-09-01/2026-10-01"), days("2026-11-10/2026-11-20")])


def days(text: str) -> Period:
    start, _, end = text.partition("/")
    return Period(date.fromisoformat(start), date.fromisoformat(end))
