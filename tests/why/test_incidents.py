"""A finding as a question: its own days, the weeks before them, and what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.adapters.room import HERE, ME
from cards.specimens import SPIKE
from domain.period import Period
from domain.ports import Vocabulary
from domain.query import CostQuery, Dimension, Filter
from handlers.incidents import query_of
from handlers.kinds import Context, Use
from tests.questions.charges import ChargeLake


class TaggedLake(ChargeLake):
    """A lake whose bill has the tag that says whose cost it is."""

    def vocabulary(self) -> Vocabulary:
        return Vocabulary(tag_keys=("Team",))


def asked(key: str, last: date, kind: str = "spike", **labels: str) -> CostQuery:
    seen_at = datetime(last.year, last.month, last.day + 1, tzinfo=UTC)
    found = replace(SPIKE, kind=kind, key=key, seen_at=seen_at, labels=labels)
    return query_of(Context(ME, HERE, seen_at, Use(TaggedLake([]), {})), found)


@pytest.mark.parametrize(
    ("first", "last", "weeks"), [(17, 17, 1), (17, 20, 1), (14, 20, 1), (13, 20, 2)]
)
def test_its_days_stand_against_the_same_weekdays_before(first: int, last: int, weeks: int) -> None:
    query = asked(f"account=1,service=x:2026-11-{first}", date(2026, 11, last))
    assert query.period == Period(date(2026, 11, first), date(2026, 11, last + 1))
    assert query.compare is not None
    assert (query.period.start - query.compare.start).days == 7 * weeks
    assert query.compare.days == query.period.days
    assert query.compare.end <= query.period.start


@pytest.mark.parametrize("key", ["team=ml", "team=ml:2026-11", "2026-11-17", "x:2026-12-24"])
def test_one_without_a_first_day_is_about_the_last_week(key: str) -> None:
    query = asked(key, date(2026, 11, 20), "budget")
    assert query.period == Period(date(2026, 11, 14), date(2026, 11, 21))


def test_a_spike_is_one_of_usage_in_what_it_is_about() -> None:
    query = asked("x:2026-11-17", date(2026, 11, 17), account="1", service="x", source="aws")
    filters = {(f.dimension.name, f.values) for f in query.filters}
    assert filters == {("charge", ("usage",)), ("account", ("1",)), ("service", ("x",))}


def test_a_team_is_the_value_of_the_tag_that_says_so() -> None:
    query = asked("x:2026-11-17", date(2026, 11, 17), "budget", team="ml")
    assert query.filters == (Filter(Dimension("tag", "Team"), "=", ("ml",)),)
