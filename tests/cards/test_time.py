"""Cost over time, as a table and as a chart: what is left out is not mistaken for what is shown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from cards import words
from cards.charts import cost_chart
from cards.parts import cost_table
from cards.specimens import OCTOBER
from domain.answer import CostRow, CostTable
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery, Dimension

TOP_DAYS = CostTable(
    CostQuery(OCTOBER, group_by=(Dimension("day"),), limit=2),
    (CostRow(("2026-10-01",), Decimal(50)), CostRow(("2026-10-14",), Decimal(30))),
    Money(Decimal(100), "USD"),
    rest=CostRow((), Decimal(20)),
    rest_count=29,
)


def days(count: int) -> CostTable:
    rows = tuple(CostRow((f"2026-10-{n:02}",), Decimal(1)) for n in range(1, count + 1))
    query = CostQuery(OCTOBER, group_by=(Dimension("day"),))
    return CostTable(query, rows, Money(Decimal(count), "USD"))


def summary(table: CostTable) -> str:
    chart = cost_chart(table, words.as_is, "Cost")
    assert chart is not None
    return chart.summary


def test_days_that_a_limit_leaves_out_are_not_called_earlier() -> None:
    first, *_, last = cost_table(TOP_DAYS, words.as_is).rows
    assert first[0] == "Thu 1 Oct"
    assert last == ("29 others", "$20.00", "20.0 %")


def test_days_before_the_newest_ones_are_earlier() -> None:
    assert cost_table(days(31), words.as_is).rows[0] == ("19 earlier", "$19.00", "61.3 %")


def test_a_chart_says_how_much_of_the_cost_it_shows() -> None:
    assert summary(TOP_DAYS) == "Cost: $80.00 of $100.00, 1 Oct to 14 Oct."
    assert summary(days(31)) == "Cost: $31.00 in all, 1 Oct to 31 Oct."


def test_a_week_that_began_before_the_period_is_named_as_a_week() -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 8))
    query = CostQuery(period, group_by=(Dimension("week"),))
    rows = (CostRow(("2026-09-28",), Decimal(1)), CostRow(("2026-10-05",), Decimal(1)))
    table = replace(days(2), query=query, rows=rows)
    assert summary(table) == "Cost: $2.00 in all, weeks of 28 Sep to 5 Oct."
