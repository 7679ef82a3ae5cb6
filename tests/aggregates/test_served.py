"""A costbot without bills answers what the one with bills answers, to the last digit."""

import asyncio
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analytics import questions
from bot.served import ServedLake
from domain.aggregates import Grain, Wanted
from domain.errors import NoBillError, OnlySumsError, UserError
from domain.period import Period
from domain.query import CostQuery, Dimension, Filter, Measure
from handlers import asking
from integrations.aws.aggregates import Served, Table
from store.lake import DuckLake
from tests.aggregates.lakes import TABLE, published, put, served
from tests.peers.aws.moto_server import MotoServer

OCTOBER, ALL = Period.month(2026, 10), Period(date(2026, 8, 1), date(2026, 12, 1))
MONTHS = ("2026-09", "2026-10", "2026-11")


def by(*names: str) -> tuple[Dimension, ...]:
    return tuple(map(Dimension, names))


QUERIES = {
    "a month": CostQuery(OCTOBER),
    "some days": CostQuery(Period(date(2026, 10, 2), date(2026, 10, 4))),
    "across months": CostQuery(Period(date(2026, 9, 4), date(2026, 11, 3)), group_by=by("day")),
    "by service": CostQuery(ALL, group_by=by("service")),
    "by month and account": CostQuery(ALL, group_by=by("month", "account")),
    "by week": CostQuery(ALL, group_by=by("week", "region")),
    "by charge, amortised": CostQuery(ALL, Measure.AMORTISED, by("charge")),
    "by purchase and provider": CostQuery(ALL, group_by=by("purchase", "provider")),
    "by category": CostQuery(ALL, group_by=by("category")),
    "by payer and currency": CostQuery(ALL, group_by=by("payer", "currency")),
    "by region and service": CostQuery(ALL, group_by=by("region", "service")),
    "by account and service": CostQuery(ALL, group_by=by("account", "service")),
    "two services at most": CostQuery(ALL, group_by=by("service"), limit=2),
    "against the month before": CostQuery(
        OCTOBER, group_by=by("service"), compare=Period.month(2026, 9)
    ),
    "against days that overlap": CostQuery(
        Period(date(2026, 10, 2), date(2026, 10, 5)),
        group_by=by("account"),
        compare=Period(date(2026, 10, 1), date(2026, 10, 4)),
    ),
    "without a region": CostQuery(ALL, filters=(Filter(Dimension("region"), "=", (None,)),)),
    "all but usage": CostQuery(
        ALL,
        group_by=by("service"),
        filters=(Filter(Dimension("charge"), "!=", ("usage",)),),
    ),
    "an odd name": CostQuery(ALL, filters=(Filter(Dimension("service"), "~", ('"<name>" #~',)),)),
    "no such days": CostQuery(Period.month(2020, 1)),
    "from the middle of a month": CostQuery(
        Period(date(2026, 9, 3), date(2026, 12, 1)), group_by=by("service")
    ),
    "to the middle of a month": CostQuery(
        Period(date(2026, 9, 1), date(2026, 11, 3)), group_by=by("month")
    ),
}


@pytest.fixture
def lake(dynamo: MotoServer, tmp_path: Path) -> DuckLake:
    """A lake whose sums are published."""
    put(tmp_path / "data", MONTHS)
    published(tmp_path / "data")
    return DuckLake(tmp_path / "data")


async def test_every_question_has_the_same_answer(lake: DuckLake, tmp_path: Path) -> None:
    """All in one test: a server that is asked is filled once."""
    other = served(tmp_path / "other")
    for name, query in QUERIES.items():
        ours, theirs = await asking.ask(lake, query), await asking.ask(other, query)
        assert theirs == ours, name
        if "no such" not in name:
            assert ours.rows, name
    for name in ("by service", "two services at most", "across months"):
        query = QUERIES[name]
        assert await asking.daily(other, query) == await asking.daily(lake, query), name
    moved = QUERIES["against the month before"]
    assert await asking.movers(other, moved) == await asking.movers(lake, moved)


async def test_a_question_about_single_rows_sees_all_of_them(
    lake: DuckLake, tmp_path: Path
) -> None:
    """Not a sum: rows that were added up would be fewer."""

    def count(table: Any) -> Any:
        return table.group_by("service_name").agg(rows=table.count()).order_by("service_name")

    columns = frozenset({"charge_date", "service_name", "unblended_cost"})
    asked = (count, columns, [ALL])
    assert await served(tmp_path / "other").run(*asked) == await lake.run(*asked)


async def test_what_is_known_of_the_bills_is_the_same(lake: DuckLake, tmp_path: Path) -> None:
    other = served(tmp_path / "other")
    assert other.status() == lake.status()
    ours, theirs = lake.vocabulary(), other.vocabulary()
    assert theirs.account_names == ours.account_names
    assert theirs.tag_keys == ()
    for name in ("service", "account", "region", "charge", "category"):
        assert theirs.values[name] == ours.values[name], name


@pytest.mark.parametrize("column", ["resource_id", "tags", "sku_meter"])
async def test_what_sums_do_not_know_is_said(
    dynamo: MotoServer, tmp_path: Path, column: str
) -> None:
    other = served(tmp_path)
    name = {"resource_id": "resource", "tags": "tag", "sku_meter": "usage type"}[column]
    with pytest.raises(OnlySumsError, match=f"needs the {name} of each charge"):
        await other.run(lambda table: table, frozenset({column, "unblended_cost"}), [ALL])


async def test_before_anything_is_published_nothing_is_loaded(
    dynamo: MotoServer, tmp_path: Path
) -> None:
    Table(TABLE).ensure()
    with pytest.raises(NoBillError):
        await asking.ask(served(tmp_path), CostQuery(OCTOBER))


async def test_no_table_is_said_with_its_name(dynamo: MotoServer, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"there is no table {TABLE} in us-east-1"):
        served(tmp_path).status()


async def test_whole_months_are_read_as_months(
    lake: DuckLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year by service is some items for each month, not for each day."""
    aggregates = Served(Table(TABLE))
    seen: list[Wanted] = []
    rows = aggregates.rows

    def watched(wanted: list[Wanted], columns: frozenset[str]) -> object:
        seen.extend(wanted)
        return rows(wanted, columns)

    monkeypatch.setattr(aggregates, "rows", watched)
    lake_of_sums = ServedLake(aggregates, tmp_path)
    await asking.ask(lake_of_sums, CostQuery(ALL, group_by=by("service")))
    assert [(one.cut.name, one.grain) for one in seen] == [("service", Grain.MONTH)] * 3


async def test_only_the_answers_that_are_sums_may_take_sums(lake: DuckLake) -> None:
    query = CostQuery(OCTOBER)
    assert questions.summed(questions.totals(query)) == query
    daily = questions.summed(questions.daily(query))
    assert daily is not None and daily.group_by == by("day")
    assert questions.summed(questions.untagged(query, "team")) is None
    assert questions.summed(lambda table: table) is None


async def test_a_new_bill_is_in_the_next_answer(lake: DuckLake, tmp_path: Path) -> None:
    other = served(tmp_path / "other")
    before = await asking.ask(other, CostQuery(ALL))
    put(tmp_path / "data", ["2026-08"], later=1)
    put(tmp_path / "data", ["2026-10"], cost="7", later=1)
    published(tmp_path / "data", later=1)
    after = await asking.ask(other, CostQuery(ALL))
    assert after == await asking.ask(lake, CostQuery(ALL))
    assert after.total.amount > before.total.amount + Decimal(10)


async def test_questions_can_overlap(lake: DuckLake, tmp_path: Path) -> None:
    other = served(tmp_path / "other")
    asked = [query for query in QUERIES.values() if query.period == ALL] * 2
    answers = await asyncio.gather(*(asking.ask(other, query) for query in asked))
    assert answers == [await asking.ask(lake, query) for query in asked]
    other.close()
    assert await asking.ask(other, asked[0]) == answers[0], "it opens again"
