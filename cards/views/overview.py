"""`/cost` alone: the month so far, against the same days of the last one, and what moved."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from cards import charts, parts, specimens, words
from cards.model import Block, Bold, Buttons, Card, Column, Facts, Table, Text, Tone
from cards.views import forecast
from domain.answer import CostLine, CostRow, CostSeries, CostTable, Provenance
from domain.money import Money
from domain.outlook import Expected, Outlook
from domain.period import Period
from domain.query import CostQuery, Dimension


def overview(
    table: CostTable,
    settled: CostTable,
    daily: CostSeries,
    provenance: Provenance,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    remark: str = "",
    to_come: Outlook | None = None,
) -> Card:
    """`table` is the whole period; `daily` its usage per day, the dearest services apart; `settled`
    the usage of its settled days by service, against the same days of the month before; `to_come`
    the month to its end, where it can be told."""
    title = f"{words.span(table.query.period)}: {words.money(table.total)}"
    blocks: list[Block] = [Text((remark,))] if remark else []
    blocks.append(Facts((*_facts(table, daily), *_forecast(to_come))))
    if len(daily.days) > 1:
        blocks.append(charts.series_chart(daily, name, "Usage per day"))
    blocks += _movers(settled, name)
    blocks.append(parts.small_print(table, provenance))
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks), Tone.NEUTRAL)


def _facts(table: CostTable, daily: CostSeries) -> tuple[tuple[str, tuple[str | Bold, ...]], ...]:
    other = table.total - daily.total
    return (
        ("So far", (Bold(words.money(table.total)),)),
        ("Usage", (words.money(daily.total),)),
        ("Fees, tax, support, credits", (words.money(other),)),
    )


def _forecast(to_come: Outlook | None) -> tuple[tuple[str, tuple[str | Bold, ...]], ...]:
    """The month's end with its 95 % bounds, and how good such forecasts were."""
    if to_come is None:
        return ()
    whole = words.money(Money(to_come.whole.mean, to_come.currency))
    facts: list[tuple[str, tuple[str | Bold, ...]]] = [
        ("Forecast for the month", (Bold(whole), f" ({forecast.between(to_come, to_come.whole)})")),
    ]
    if to_come.accuracy is not None:
        facts.append(("Past forecasts", (forecast.accuracy(to_come.accuracy),)))
    return tuple(facts)


def _movers(settled: CostTable, name: words.Name) -> list[Block]:
    """What happened to usage on the settled days, and the five services that changed most."""
    if settled.previous is None or settled.query.compare is None:
        return []
    headline = Text(
        (
            f"Settled usage, {words.span(settled.query.period)}: {words.money(settled.total)}, ",
            Bold(words.change(settled.total, settled.previous)),
            f" against {words.span(settled.query.compare)}.",
        )
    )
    moved = sorted(settled.rows, key=lambda row: -abs(row.change or Decimal(0)))[:5]
    rows = tuple(_moved(row, settled, name) for row in moved if row.change)
    columns = (Column("Top movers"), Column("Cost", True), Column("Change", True))
    return [headline, *([Table(columns, rows)] if rows else [])]


def _moved(row: CostRow, settled: CostTable, name: words.Name) -> tuple[str, ...]:
    currency = settled.total.currency
    now, before = Money(row.cost, currency), Money(row.previous or Decimal(0), currency)
    label = parts.labels(settled.query.group_by, row.key, name)[0]
    return (label, words.money(now), words.change(now, before))


def _example() -> Card:
    november = Period(date(2026, 11, 1), date(2026, 11, 23))
    compared = specimens.compared()
    days = Period(date(2026, 11, 1), date(2026, 11, 21))
    before = Period(date(2026, 10, 1), date(2026, 10, 21))
    settled = replace(compared, query=replace(compared.query, period=days, compare=before))
    sizes = {"Amazon Elastic Compute Cloud": 5200, "Amazon RDS": 2700, "Amazon S3": 1600}
    lines = tuple(
        CostLine((name,), tuple(Decimal(size - (d.weekday() > 4) * size // 3) for d in november))
        for name, size in sizes.items()
    )
    whole = Money(sum((cost for line in lines for cost in line.costs), Decimal(0)), "USD")
    by_service = CostQuery(november, group_by=(Dimension("service"),))
    daily = CostSeries(by_service, tuple(november), lines, whole)
    total = CostTable(CostQuery(november), (), whole)
    choices = (
        ("By account", "by account mtd"),
        ("By team", "by team mtd"),
        ("Top movers", "movers mtd"),
        ("Forecast", "forecast"),
        ("Last month", "by service last month"),
    )
    return overview(
        total,
        settled,
        daily,
        specimens.SOURCE,
        buttons=parts.ask_buttons(choices, share="overview"),
        to_come=replace(
            forecast.example(group=False),
            whole=Expected(Decimal("254770.75"), Decimal("249930.10"), Decimal("260241.90")),
        ),
    )


EXAMPLES = {"month to date": _example()}
