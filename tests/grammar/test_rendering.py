"""A question in its canonical words is the same question, whatever names a bill holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.period import Period
from domain.ports import Vocabulary
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension, Filter, Measure
from handlers.grammar import (
    parse,
    render,
    with_compare,
    with_group,
    with_period,
)
from tests.grammar.bill import BILL, TODAY
from tests.questions.test_totals import HOSTILE

#: Words that mean something else to the grammar, and names that only differ in small things.
CONFUSING = (
    "by", "vs", "mtd", "last month", "2026", "2026-10", "none", "null", "list", "amortised", "and",
    "or", "tag:team", "a,b", "a=b", "a!=b", "a~b", "service", "top 5", "Team", "team", "TEAM",
    "teams", "since", "7d", "may", "x.", "x?", "x:", "it's", "“smart”", "«x»", "`x`", "a  b", "(x)",
    "ec2", "EC2", "prod", "where", "without", '"', '""', "''", "'", "\u200b", "a\u200bb", "\u202ex",
)  # fmt: skip
TEXTS = st.sampled_from((*CONFUSING, *HOSTILE[1:])) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=12
)
LISTED = ("service", "account", "region", "usage_type", "category", "purchase", "provider")

vocabularies = st.builds(
    Vocabulary,
    st.fixed_dictionaries({name: st.lists(TEXTS, max_size=4).map(tuple) for name in LISTED}),
    st.lists(TEXTS, min_size=1, max_size=5, unique=True).map(tuple),
    st.dictionaries(TEXTS, TEXTS, max_size=3),
)
days = st.integers(1, 800).map(lambda n: TODAY - timedelta(days=n))
periods = st.tuples(days, st.integers(1, 400)).map(
    lambda pair: Period(pair[0], pair[0] + timedelta(days=pair[1]))
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Vocabulary, CostQuery]:
    vocabulary = draw(vocabularies)
    tags = [Dimension("tag", key) for key in vocabulary.tag_keys]
    plain = [Dimension(n) for n in ("service", "account", "region", "charge", "usage_type")]
    plain += [Dimension("resource"), Dimension("operation")]
    times = [Dimension(name) for name in sorted(TIME_DIMENSIONS)]
    group_by = tuple(draw(st.lists(st.sampled_from(plain + tags + times), max_size=4, unique=True)))
    wanted = st.tuples(st.sampled_from(plain + tags), st.sampled_from(("=", "!=", "~")))
    kinds = draw(st.lists(wanted, max_size=3, unique=True))
    filters = [draw(filters_of(vocabulary, dimension, op)) for dimension, op in kinds]
    query = CostQuery(
        draw(periods),
        draw(st.sampled_from(Measure)),
        group_by,
        tuple(kept for kept in filters if kept is not None),
        draw(st.none() | periods),
        draw(st.none() | st.integers(1, 1000)) if group_by else None,
    )
    return vocabulary, query


@st.composite
def filters_of(draw: st.DrawFn, vocabulary: Vocabulary, dimension: Dimension, op: str):
    known = vocabulary.values.get(dimension.name, ())
    if dimension.name == "charge":
        known = ("usage", "credit", "refund", "tax", "support", "marketplace", "commitment")
    if dimension.name == "account" and op == "~":
        return None
    value = st.sampled_from(known) if known and op != "~" else TEXTS
    values = draw(st.lists(st.none() | value, min_size=1, max_size=3, unique=True))
    return Filter(dimension, op, tuple(values))


@settings(max_examples=120, deadline=None)
@given(questions())
def test_the_words_of_a_query_ask_that_query(pair: tuple[Vocabulary, CostQuery]):
    vocabulary, query = pair
    words = render(query)
    if len(words) > 500:
        return
    assert parse(words, TODAY, vocabulary).query == query


@settings(max_examples=60, deadline=None)
@given(
    questions(),
    st.sampled_from(("mtd", "ytd", "last 7d", "since monday", "2026-10", "q3 2026", "last week")),
    st.none() | st.sampled_from(("previous", "last year", "2025-10")),
    days,
)
def test_relative_days_stay_relative(
    pair: tuple[Vocabulary, CostQuery], words: str, versus: str | None, today: date
):
    vocabulary, query = pair
    query = replace(query, filters=query.filters[:1])
    dated = render(query)
    if len(dated) > 400:
        return
    first = parse(dated, TODAY, vocabulary)
    moved = with_period(replace(first, compare=None), words)
    asked = parse(moved + (f" vs {versus}" if versus else ""), TODAY, vocabulary)
    assert words in render(asked)
    assert parse(render(asked), TODAY, vocabulary) == asked
    assert parse(render(asked), TODAY, vocabulary).query.group_by == query.group_by


def test_the_buttons_change_one_thing_only():
    asked = parse("top 5 by service where team=payments last 7d vs previous", TODAY, BILL)
    assert with_group(asked, [Dimension("account"), Dimension("day")]) == (
        "top 5 by account, day where tag:team=payments last 7d vs previous"
    )
    assert with_group(asked, []) == "where tag:team=payments last 7d vs previous"
    assert with_period(asked, "2026-10") == (
        "top 5 by service where tag:team=payments 2026-10 vs previous"
    )
    assert with_compare(asked, None) == "top 5 by service where tag:team=payments last 7d"
    assert with_compare(asked, "last year").endswith(" last 7d vs last year")


def test_the_default_measure_is_used_and_not_said():
    asked = parse("by service", TODAY, BILL, Measure.NET_AMORTISED)
    assert asked.query.measure is Measure.NET_AMORTISED
    assert render(asked) == "by service mtd"
    assert render(parse("unblended", TODAY, BILL, Measure.LIST)) == "unblended mtd"


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2027, 1, 1)])
def test_the_first_of_the_month_answers_the_closed_month_and_says_so(day: date):
    asked = parse("by service", day, BILL)
    assert asked.query.period.end == day
    assert "first day of the month" in asked.note
