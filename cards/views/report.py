"""A report: a day, a week or a month, what it is against the one before, and what moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from cards import charts, parts, specimens, words
from cards.model import (
    Block,
    Bold,
    Buttons,
    Card,
    Chart,
    Column,
    Facts,
    Link,
    Span,
    Spans,
    Table,
    Text,
)
from domain.answer import CostLine, CostRow, CostSeries, CostTable, Provenance
from domain.money import CENT, Money
from domain.period import Period
from domain.query import ChargeType, CostQuery, Dimension

Kind = Literal["daily", "weekly", "monthly"]

#: What is not usage has days of its own, and several names.
OTHER = "Fees, tax, support, credits"
_CHARGES = {
    ChargeType.USAGE: "Usage",
    ChargeType.COMMITMENT: "Commitment fees",
    ChargeType.MARKETPLACE: "Marketplace",
    ChargeType.SUPPORT: "Support",
    ChargeType.TAX: "Tax",
    ChargeType.CREDIT: "Credits",
    ChargeType.REFUND: "Refunds",
    ChargeType.OTHER: "Other charges",
}


@dataclass(frozen=True, slots=True)
class Open:
    """A finding that somebody still has to look at; `url` leads to one of its copies."""

    name: str
    title: str
    impact: Money | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a report says. The tables `whole`, `against` and `month` are split by charge type:
    `whole` is the period itself, `against` holds it beside each period it is compared with, and
    `month` the month up to its end beside the same days of the month before.

    `movers` is usage by something, in the order of the change.
    """

    kind: Kind
    whole: CostTable
    against: tuple[CostTable, ...] = ()
    month: CostTable | None = None
    movers: CostTable | None = None
    chart: Chart | None = None
    open: tuple[Open, ...] = ()
    more_open: int = 0
    scope: str = ""
    remark: str = ""


def title(report: Report) -> str:
    """Daily report, Fri 20 Nov 2026 (for Amazon S3): $5,432.10"""
    scope = f" ({report.scope})" if report.scope else ""
    span = words.span(report.whole.query.period)
    return f"{report.kind.capitalize()} report, {span}{scope}: {words.money(report.whole.total)}"


def report_card(
    report: Report,
    provenance: Provenance,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
) -> Card:
    blocks: list[Block] = [Text((report.remark,))] if report.remark else []
    blocks.append(Facts(tuple(_facts(report))))
    blocks += _usage_alone(report)
    blocks += [report.chart] if report.chart else []
    blocks += _movers(report.movers, name)
    blocks += _open(report)
    compared = report.against[0] if report.against else report.whole
    blocks.append(parts.small_print(compared, provenance))
    blocks += [buttons] if buttons else []
    return Card(title(report), tuple(blocks))


def against(table: CostTable) -> str:
    """Against Thu 19 Nov 2026"""
    return f"Against {words.span(table.query.compare or table.query.period)}"


def changed(table: CostTable) -> str:
    return words.change(table.total, table.previous or table.total)


def usage(table: CostTable) -> tuple[Money, Money]:
    """The usage in a table by charge type: now, and in the period it is compared with."""
    rows = [row for row in table.rows if row.key == (ChargeType.USAGE.value,)]
    now, before = _sum(rows)
    return Money(now, table.total.currency), Money(before, table.total.currency)


def _sum(rows: Sequence[CostRow]) -> tuple[Decimal, Decimal]:
    now = sum((row.cost for row in rows), Decimal(0))
    return now, sum((row.previous or Decimal(0) for row in rows), Decimal(0))


def _facts(report: Report) -> list[tuple[str, Spans]]:
    facts: list[tuple[str, Spans]] = [("Total", (Bold(words.money(report.whole.total)),))]
    facts += [(against(table), (Bold(changed(table)),)) for table in report.against]
    facts += _by_charge(report) if report.kind == "monthly" else _apart(report.whole)
    if report.month is not None:
        facts.append(("Month to date", (words.money(report.month.total),)))
        if report.month.previous is not None:
            facts.append((against(report.month), (changed(report.month),)))
    return facts


def _apart(whole: CostTable) -> list[tuple[str, Spans]]:
    """Usage and everything else, where there is something else."""
    used, _ = usage(whole)
    other = whole.total - used
    if not other.amount or not used.amount:
        return []
    return [("Usage", (words.money(used),)), (OTHER, (words.money(other),))]


def _by_charge(report: Report) -> list[tuple[str, Spans]]:
    """Each type of charge with its own change: they never hide in each other."""
    table = report.against[0] if report.against else report.whole
    currency = table.total.currency
    rows = {row.key[0] or "": row for row in table.rows}
    facts: list[tuple[str, Spans]] = []
    for kind, label in _CHARGES.items():
        row = rows.get(kind.value)
        if row is None or not (row.cost or row.previous):
            continue
        now = Money(row.cost, currency)
        said = words.money(now)
        if row.previous is not None:
            before = Money(row.previous, currency)
            unchanged = now.rounded() == before.rounded()
            said += f", {'unchanged' if unchanged else words.change(now, before)}"
        facts.append((label, (said,)))
    return facts if len(facts) > 1 else []


def _usage_alone(report: Report) -> list[Block]:
    """Said where other charges moved too: a fee or a credit is no news about what is used."""
    if report.kind == "monthly":
        return []
    said: list[str] = []
    for table in report.against:
        now, before = usage(table)
        other = (table.total - now).amount - ((table.previous or table.total) - before).amount
        if abs(other) >= CENT and (now.amount or before.amount):
            compare = words.span(table.query.compare or table.query.period)
            said.append(f"{words.change(now, before)} against {compare}")
    return [Text((f"Usage alone: {', '.join(said)}.",))] if said else []


def _movers(table: CostTable | None, name: words.Name) -> list[Block]:
    if table is None or table.previous is None or table.query.compare is None:
        return []
    currency = table.total.currency
    dimensions = table.query.group_by
    moved = [row for row in table.rows if abs(row.change or Decimal(0)) >= CENT]
    if not moved:
        return [Text((f"No usage moved against {words.span(table.query.compare)}.",))]
    rows = tuple(
        (
            " · ".join(parts.labels(dimensions, row.key, name)),
            words.money(Money(row.cost, currency)),
            words.change(Money(row.cost, currency), Money(row.previous or Decimal(0), currency)),
        )
        for row in moved
    )
    label = " and ".join(dimension.label for dimension in dimensions)
    lead = f"What moved most in usage by {label}, against {words.span(table.query.compare)}:"
    columns = (Column(label.capitalize()), Column("Cost", True), Column("Change", True))
    return [Text((lead,)), Table(columns, rows, hidden=table.rest_count)]


def _open(report: Report) -> list[Block]:
    if not report.open:
        return []
    count = len(report.open) + report.more_open
    lines: list[Block] = [Text((Bold(words.plural(count, "open finding")),))]
    for one in report.open:
        what: Span = Link(one.title, one.url) if one.url else one.title
        impact = f", {words.money(one.impact)}" if one.impact else ""
        lines.append(Text((f"{one.name} ", what, impact)))
    return lines


def _specimen(
    period: Period, compare: Period | None, costs: dict[ChargeType, tuple[str, str]]
) -> CostTable:
    query = CostQuery(period, group_by=(Dimension("charge"),), compare=compare)
    rows = tuple(
        CostRow((kind.value,), Decimal(now), Decimal(before) if compare else None)
        for kind, (now, before) in costs.items()
    )
    now, before = _sum(rows)
    return CostTable(query, rows, Money(now, "USD"), Money(before, "USD") if compare else None)


def _moved(period: Period, compare: Period, share: int) -> CostTable:
    table = specimens.compared()
    rows = [
        CostRow(row.key, row.cost / share, (row.previous or Decimal(0)) / share)
        for row in table.rows
    ]
    rows.sort(key=lambda row: -abs(row.change or Decimal(0)))
    now, before = _sum(rows)
    query = replace(table.query, period=period, compare=compare)
    return CostTable(query, tuple(rows[:5]), Money(now, "USD"), Money(before, "USD"), None, 2)


def _daily() -> Card:
    friday = date(2026, 11, 20)
    day = Period.day(friday)
    used = ("5502.3051", "5301.10")
    fees = {ChargeType.USAGE: used, ChargeType.SUPPORT: ("180.00", "180.00")}
    before = {ChargeType.USAGE: ("5502.3051", "5120.44"), ChargeType.SUPPORT: ("180.00", "0")}
    month = Period(date(2026, 11, 1), date(2026, 11, 21))
    same = Period(date(2026, 10, 1), date(2026, 10, 21))
    sofar = {ChargeType.USAGE: ("105502.30", "101120.44"), ChargeType.TAX: ("9020.10", "8800")}
    days = Period(friday - timedelta(days=13), friday + timedelta(days=1))
    costs = tuple(Decimal(5100 - 900 * (d.weekday() > 4) + 31 * d.day) for d in days)
    total = Money(sum(costs, Decimal(0)), "USD")
    series = CostSeries(CostQuery(days), tuple(days), (CostLine((), costs),), total)
    report = Report(
        kind="daily",
        whole=_specimen(day, None, fees),
        against=(
            _specimen(day, Period.day(date(2026, 11, 19)), fees),
            _specimen(day, Period.day(date(2026, 11, 13)), before),
        ),
        month=_specimen(month, same, sofar),
        movers=_moved(day, Period.day(date(2026, 11, 13)), 30),
        chart=charts.series_chart(series, words.as_is, "Usage per day"),
        open=(
            Open("#12", "EC2 costs +214 %", Money(Decimal("1234.5"), "USD"), "https://x.example/1"),
            Open("#9", "Budget of payments at 92 %"),
        ),
        more_open=3,
    )
    choices = (("By account", "by account 2026-11-20"), ("Top movers", "movers 2026-11-20"))
    return report_card(report, specimens.SOURCE, buttons=parts.ask_buttons(choices))


def _monthly() -> Card:
    costs = {
        ChargeType.USAGE: ("131240.55", "128110.20"),
        ChargeType.COMMITMENT: ("22000.00", "22000.00"),
        ChargeType.TAX: ("14030.11", "13800.02"),
        ChargeType.CREDIT: ("-2170.2348", "-500"),
    }
    october = Period.month(2026, 10)
    report = Report(
        kind="monthly",
        whole=_specimen(october, None, costs),
        against=(_specimen(october, Period.month(2026, 9), costs),),
        movers=_moved(october, Period.month(2026, 9), 1),
        remark="October 2026 is settled. AWS may still correct it until 14 Nov 2026.",
    )
    return report_card(report, specimens.SOURCE)


EXAMPLES = {"daily": _daily(), "monthly": _monthly()}
