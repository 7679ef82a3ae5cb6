"""What a question reads and fetches, what it says when there is nothing, and on which engines."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from analytics import questions
from domain.errors import UserError
from domain.period import Period
from domain.query import CostQuery, Dimension, Filter, Measure
from handlers import asking
from tests.questions.charges import Charge, ChargeLake, sql

OCTOBER = Period.month(2026, 10)
SEPTEMBER = Period.month(2026, 9)
BY_SERVICE = (Dimension("service"),)
FIRST = date(2026, 10, 1)


async def test_an_empty_bill_has_a_total_of_zero():
    table = await asking.ask(ChargeLake([]), CostQuery(OCTOBER, compare=SEPTEMBER))
    assert (table.total.amount, table.previous and table.previous.amount) == (0, 0)
    grouped = await asking.ask(ChargeLake([]), CostQuery(OCTOBER, group_by=BY_SERVICE, limit=3))
    assert (grouped.rows, grouped.rest, grouped.total.amount) == ((), None, 0)


async def test_nothing_loaded_says_how_to_load():
    with pytest.raises(UserError, match="python -m bot load"):
        await asking.ask(ChargeLake([], currency=None), CostQuery(OCTOBER))


async def test_the_answer_is_in_the_currency_of_the_bill():
    table = await asking.ask(ChargeLake([], currency="EUR"), CostQuery(OCTOBER))
    assert table.total.currency == "EUR"


async def test_a_question_reads_only_its_own_columns_and_days():
    lake = ChargeLake([Charge(FIRST, Decimal(1))])
    where = (Filter(Dimension("region"), "=", ("us-east-1",)),)
    query = CostQuery(OCTOBER, Measure.AMORTISED, BY_SERVICE, where, SEPTEMBER)
    table = await asking.ask(lake, query)
    assert lake.columns == {"charge_date", "amortised_cost", "service_name", "region_id"}
    assert lake.days == (OCTOBER, SEPTEMBER)
    assert table.total.amount == -1


async def test_a_limit_folds_in_the_engine_so_few_rows_are_fetched():
    bill = [Charge(FIRST, Decimal(n), resource=f"i-{n:05}") for n in range(5000)]
    lake = ChargeLake(bill)
    table = await asking.ask(lake, CostQuery(OCTOBER, group_by=(Dimension("resource"),), limit=3))
    assert lake.fetched == 4
    assert [row.key for row in table.rows] == [("i-04999",), ("i-04998",), ("i-04997",)]
    assert table.rest_count == 4997
    assert table.rest and table.rest.cost == sum(range(4997))


async def test_top_services_by_month_are_the_same_services_in_every_month():
    bill = [
        Charge(day, Decimal(cost), service=service)
        for service, costs in {"a": (9, 1), "b": (1, 8), "c": (3, 3)}.items()
        for day, cost in zip((date(2026, 9, 5), date(2026, 10, 5)), costs, strict=True)
    ]
    query = CostQuery(
        Period(date(2026, 9, 1), date(2026, 11, 1)),
        group_by=(Dimension("month"), Dimension("service")),
        limit=2,
    )
    table = await asking.ask(ChargeLake(bill), query)
    assert [(row.key, row.cost) for row in table.rows] == [
        (("2026-09-01", "a"), 9),
        (("2026-09-01", "b"), 1),
        (("2026-10-01", "b"), 8),
        (("2026-10-01", "a"), 1),
    ]
    assert (table.rest and table.rest.cost, table.rest_count) == (6, 1)


@pytest.mark.parametrize(
    ("period", "compare", "beside", "alone"),
    [
        ("2028-02-28..2028-03-02", "2027-02-28..2027-03-02", {"28": "28", "01": "01"}, []),
        ("2029-02-28..2029-03-02", "2028-02-28..2028-03-02", {"28": "28", "01": "01"}, ["29"]),
        ("2027-02-27..2027-03-02", "2027-01-27..2027-02-02", {"01": "01"}, ["29", "30", "31"]),
        ("2027-03-31..2027-03-31", "2027-02-28..2027-02-28", {"31": "28"}, []),
    ],
)
async def test_the_same_days_of_another_month_or_year_stand_beside_their_own(
    period: str, compare: str, beside: dict[str, str], alone: list[str]
):
    """A day before costs its number, so that the cost tells which one stands beside a day."""
    now, before = (
        Period(date.fromisoformat(days[:10]), date.fromisoformat(days[12:]) + timedelta(days=1))
        for days in (period, compare)
    )
    bill = [Charge(day, Decimal(day.day)) for day in before]
    query = CostQuery(now, group_by=(Dimension("day"),), compare=before)
    table = await asking.ask(ChargeLake(bill), query)
    costs = {row.key[0][8:]: int(row.previous or 0) for row in table.rows if row.key[0]}
    assert {day: costs[day] for day in beside} == {day: int(own) for day, own in beside.items()}
    assert (int(table.rest.previous or 0) if table.rest else 0) == sum(map(int, alone))


async def test_a_month_of_twenty_eight_digits_is_not_rounded():
    huge = Decimal("9999999999999999.999999999999")
    bill = [Charge(FIRST, huge, service=f"s{n}") for n in range(11)]
    table = await asking.ask(ChargeLake(bill), CostQuery(OCTOBER, group_by=BY_SERVICE))
    assert str(table.total.amount) == "109999999999999999.999999999989"


async def test_not_equal_keeps_charges_without_a_value():
    bill = [Charge(FIRST, Decimal(1), region=None), Charge(FIRST, Decimal(2), region="us-east-1")]
    where = (Filter(Dimension("region"), "!=", ("us-east-1",)),)
    table = await asking.ask(ChargeLake(bill), CostQuery(OCTOBER, filters=where))
    assert table.total.amount == 1


async def test_a_percent_sign_is_only_a_percent_sign():
    bill = [
        Charge(FIRST, Decimal(1), service="100%"),
        Charge(FIRST, Decimal(2), service="100 apples"),
    ]
    where = (Filter(Dimension("service"), "~", ("0%",)),)
    table = await asking.ask(ChargeLake(bill), CostQuery(OCTOBER, filters=where))
    assert table.total.amount == 1


async def test_an_empty_tag_is_no_tag():
    bill = [
        Charge(FIRST, Decimal(1), tags=(("team", ""),)),
        Charge(FIRST, Decimal(2), tags=None),
        Charge(FIRST, Decimal(4), tags=(("team", "search"),)),
    ]
    query = CostQuery(OCTOBER, group_by=(Dimension("tag", "team"),))
    table = await asking.ask(ChargeLake(bill), query)
    assert [(row.key, row.cost) for row in table.rows] == [(("search",), 4), ((None,), 3)]


async def test_usage_is_not_filtered_twice_when_the_question_already_says_so():
    where = (Filter(Dimension("charge"), "=", ("usage",)),)
    assert len(questions.lacking(CostQuery(OCTOBER, filters=where), "team").filters) == 2


def test_movers_need_two_periods():
    with pytest.raises(ValueError, match="second period"):
        questions.movers(CostQuery(OCTOBER))


EVERYTHING = CostQuery(
    OCTOBER,
    group_by=(Dimension("week"), Dimension("service"), Dimension("tag", "it's \\ 'x'")),
    filters=(
        Filter(Dimension("region"), "!=", ("a'b", None)),
        Filter(Dimension("tag", "team"), "~", ("50%", "\\")),
        Filter(Dimension("account"), "=", ("1", "2")),
    ),
    compare=SEPTEMBER,
    limit=5,
)


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark", "athena"])
def test_every_question_compiles_for_every_engine(dialect: str):
    asked = {
        "totals": questions.totals(EVERYTHING),
        "movers": questions.movers(EVERYTHING),
        "untagged": questions.untagged(EVERYTHING, "team"),
        "daily": questions.daily(EVERYTHING),
    }
    columns = EVERYTHING.columns | {"charge_type"}
    for question in asked.values():
        assert "SELECT" in sql(question, columns, dialect)


def test_handlers_start_without_the_query_library():
    """Half a second that nobody should wait for at start."""
    import subprocess
    import sys

    code = (
        "import sys, handlers.asking, handlers.grammar;"
        "sys.exit(bool({'ibis', 'duckdb', 'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_days_of_one_scan_are_read_once():
    compiled = sql(questions.totals(EVERYTHING), EVERYTHING.columns)
    assert compiled.count('"charges"') == 1
