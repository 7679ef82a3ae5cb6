"""Whatever is asked, the answer adds up to the charges themselves, to the last digit."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.answer import CostTable
from domain.period import Period
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension, Filter
from handlers import asking
from tests.questions.charges import Charge, ChargeLake, exact, summed, value

Key = tuple[str | None, ...]
Sums = dict[Key, Decimal]

#: Texts that break a query that is put together without care.
HOSTILE = (
    "",
    "'; drop table charges; --",
    "100%",
    "_",
    "a\\",
    "\\'",
    'say "hi"',
    "$1 {x} ?",
    "Ünïcode – 漢字 🙂",
    "line\nbreak",
    "NULL",
    "none",
    " ",
)
TEXTS = st.sampled_from((*HOSTILE[1:], "Amazon EC2", "amazon ec2", "us-east-1", "prod"))
NAMES = ("service", "account", "region", "charge", "resource", "day", "week", "month")
KEYS = ("team", "env'; drop", 'a"b\\c', "%")
START = date(2028, 2, 20)

days = st.integers(0, 45).map(lambda n: START + timedelta(days=n))
periods = st.tuples(days, st.integers(1, 40)).map(
    lambda pair: Period(pair[0], pair[0] + timedelta(days=pair[1]))
)
costs = st.decimals("-9999999999", "9999999999", places=12)
tags = st.one_of(
    st.none(),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from((*HOSTILE, "payments")), max_size=3).map(
        lambda found: tuple(found.items())
    ),
)
charges = st.lists(
    st.builds(
        Charge,
        day=days,
        cost=costs,
        service=st.none() | TEXTS,
        account=st.sampled_from((None, "1", "2")),
        region=st.none() | TEXTS,
        charge=st.sampled_from(("usage", "credit", None)),
        resource=st.none() | TEXTS,
        tags=tags,
    ),
    max_size=25,
)
dimensions = st.one_of(
    st.sampled_from(
        ("service", "account", "region", "charge", "resource", "day", "week", "month")
    ).map(Dimension),
    st.sampled_from(KEYS).map(lambda key: Dimension("tag", key)),
)
filters = st.builds(
    Filter,
    dimensions.filter(lambda dimension: dimension.name not in TIME_DIMENSIONS),
    st.sampled_from(("=", "!=", "~")),
    st.lists(st.none() | TEXTS, min_size=1, max_size=3, unique=True).map(tuple),
)
queries = st.builds(
    CostQuery,
    periods,
    group_by=st.lists(dimensions, max_size=3, unique=True).map(tuple),
    filters=st.lists(filters, max_size=2).map(tuple),
    compare=st.none() | periods,
    limit=st.none() | st.integers(1, 4),
)


def by_time(query: CostQuery) -> bool:
    return any(dimension.name in TIME_DIMENSIONS for dimension in query.group_by)


@settings(max_examples=40, deadline=None)
@given(charges, queries.filter(by_time).filter(lambda query: query.compare is not None))
async def test_days_beside_each_other_add_up_too(bill: list[Charge], query: CostQuery):
    """Rows of two periods are paired by their place, and whatever has no partner is in the rest."""
    table = await asking.ask(ChargeLake(bill), query)
    now, before = summed(bill, query, query.period), summed(bill, query, query.compare)
    assert table.previous is not None
    assert table.total.amount == exact(list(now.values()))
    assert table.previous.amount == exact(list(before.values()))
    assert table.total.amount == exact([row.cost for row in every_row(table)])
    assert table.previous.amount == exact([row.previous or 0 for row in every_row(table)])
    assert all(row.cost == now.get(row.key, Decimal(0)) for row in table.rows)
    assert len({row.key for row in table.rows}) == len(table.rows)
    if query.limit is not None:
        parts = parts_of(query)
        assert len({tuple(row.key[n] for n in parts) for row in table.rows}) <= query.limit


@settings(max_examples=60, deadline=None)
@given(charges, queries.filter(lambda query: query.compare is None or not by_time(query)))
async def test_rows_and_rest_add_up_to_the_charges(bill: list[Charge], query: CostQuery):
    table = await asking.ask(ChargeLake(bill), query)
    now, before = summed(bill, query, query.period), summed(bill, query, query.compare)

    assert table.total.amount == exact(list(now.values()))
    assert table.total.amount == exact([row.cost for row in every_row(table)])
    for row in table.rows:
        assert row.cost == now.get(row.key, Decimal(0))
    if query.compare is None:
        assert table.previous is None
        assert all(row.previous is None for row in every_row(table))
    else:
        assert table.previous is not None
        assert table.previous.amount == exact(list(before.values()))
        assert table.previous.amount == exact([row.previous or 0 for row in every_row(table)])
        assert all(row.previous == before.get(row.key, Decimal(0)) for row in table.rows)
    assert_every_group(query, table, set(now) | set(before))
    assert_the_dearest(query, table, now)


def every_row(table: CostTable):
    return [*table.rows, *([table.rest] if table.rest else [])]


def assert_every_group(query: CostQuery, table: CostTable, groups: set[Key]):
    """Each group is a row, or among the rest that is counted."""
    shown = {row.key for row in table.rows}
    if not query.group_by:
        assert shown == {()}
        return
    parts = parts_of(query)
    wholes = {tuple(key[n] for n in parts) for key in groups}
    shown_wholes = {tuple(key[n] for n in parts) for key in shown}
    assert shown == {key for key in groups if tuple(key[n] for n in parts) in shown_wholes}
    assert table.rest_count == len(wholes) - len(shown_wholes)
    assert (table.rest is None) == (table.rest_count == 0)
    if query.limit is not None:
        assert len(shown_wholes) == min(query.limit, len(wholes))
    else:
        assert table.rest is None


def assert_the_dearest(query: CostQuery, table: CostTable, now: Sums):
    """Dearest first, or in time order; what is folded is not dearer than what is shown."""
    times = [n for n, d in enumerate(query.group_by) if d.name in TIME_DIMENSIONS]
    order = [(tuple(row.key[n] for n in times), -row.cost) for row in table.rows]
    assert order == sorted(order)
    parts, wholes = parts_of(query), dict[Key, list[Decimal]]()
    for key, cost in now.items():
        wholes.setdefault(tuple(key[n] for n in parts), []).append(cost)
    shown = {tuple(row.key[n] for n in parts) for row in table.rows}
    least = min((exact(wholes.get(whole, [])) for whole in shown), default=Decimal(0))
    assert all(exact(costs) <= least for whole, costs in wholes.items() if whole not in shown)


def parts_of(query: CostQuery) -> list[int]:
    """What a limit counts: the dimensions that are not time, or time where there is no other."""
    parts = [n for n, d in enumerate(query.group_by) if d.name not in TIME_DIMENSIONS]
    return parts or list(range(len(query.group_by)))


@settings(max_examples=25, deadline=None)
@given(charges, queries, st.none() | st.integers(1, 3))
async def test_movers_come_by_the_size_of_their_change(
    bill: list[Charge], query: CostQuery, limit: int | None
):
    spread = tuple(d for d in query.group_by if d.name not in TIME_DIMENSIONS)
    compare = query.compare or Period(START, START + timedelta(days=9))
    query = replace(query, group_by=spread, compare=compare, limit=limit)
    table = await asking.movers(ChargeLake(bill), query)

    now = summed(bill, table.query, query.period)
    before = summed(bill, table.query, compare)
    moves = {key: abs(now.get(key, 0) - before.get(key, 0)) for key in {*now, *before}}
    shown = [moves[row.key] for row in table.rows]
    assert shown == sorted(moves.values(), reverse=True)[: limit or len(moves)]
    assert table.total.amount == exact(list(now.values()))
    assert table.previous is not None
    assert table.previous.amount == exact(list(before.values()))
    assert table.rest_count == len(moves) - len(shown)


@settings(max_examples=25, deadline=None)
@given(charges, queries, st.sampled_from(KEYS))
async def test_the_untagged_share_is_the_usage_without_a_value(
    bill: list[Charge], query: CostQuery, key: str
):
    share, table = await asking.untagged(ChargeLake(bill), query, key)
    usage = [charge for charge in bill if charge.charge == "usage"]
    whole = summed(usage, replace(query, group_by=()), query.period)
    lacks = [charge for charge in usage if value(charge, Dimension("tag", key)) is None]
    part = summed(lacks, replace(query, group_by=()), query.period)
    assert share.label == key
    assert share.whole.amount == exact(list(whole.values()))
    assert share.part.amount == table.total.amount == exact(list(part.values()))
    assert table.total.amount == exact([row.cost for row in every_row(table)])
    assert table.query.group_by == (query.group_by or (Dimension("service"),))


@settings(max_examples=25, deadline=None)
@given(charges, queries)
async def test_a_daily_series_has_every_day_and_adds_up(bill: list[Charge], query: CostQuery):
    spread = tuple(d for d in query.group_by if d.name not in TIME_DIMENSIONS)
    query = replace(query, group_by=spread)
    series = await asking.daily(ChargeLake(bill), query)
    bands = [line.costs for line in series.lines] + ([series.rest] if series.rest else [])
    by_day = summed(bill, replace(query, group_by=(Dimension("day"),)), query.period)

    assert series.days == tuple(query.period)
    for place, day in enumerate(series.days):
        spent = exact([band[place] for band in bands])
        assert spent == by_day.get((day.isoformat(),), Decimal(0))
    assert series.total.amount == exact(list(by_day.values()))
    if query.limit is not None and spread:
        assert len(series.lines) <= query.limit
