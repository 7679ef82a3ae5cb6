"""What changed most between two periods, dearer and cheaper apart."""

from dataclasses import replace
from decimal import Decimal

from cards import parts, specimens, words
from cards.model import Block, Bold, Buttons, Card, Chart, Column, Series, Table, Text, Tone
from domain.answer import CostRow, CostTable, Provenance
from domain.money import Money


def movers(
    table: CostTable,
    provenance: Provenance,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    remark: str = "",
    scope: str = "",
) -> Card:
    """`table` is compared and split; its rows come in the order of the change.

    `scope` says the filters in words.
    """
    about = f" ({scope})" if scope else ""
    label = " and ".join(dimension.label for dimension in table.query.group_by)
    title = f"Top movers by {label}, {words.span(table.query.period)}{about}"
    moved = [row for row in table.rows if row.change]
    blocks: list[Block] = [Text((remark,))] if remark else []
    if table.previous is not None and table.query.compare is not None:
        blocks.append(
            Text(
                (
                    "In all ",
                    Bold(words.change(table.total, table.previous)),
                    f" against {words.span(table.query.compare)}.",
                )
            )
        )
    if moved:
        blocks += [_chart(table, moved[:8], name), _table(table, moved, name)]
    else:
        blocks.append(Text(("Nothing changed.",)))
    blocks.append(parts.small_print(table, provenance))
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks), Tone.NEUTRAL)


def _label(table: CostTable, row: CostRow, name: words.Name) -> str:
    return " · ".join(parts.labels(table.query.group_by, row.key, name))


def _table(table: CostTable, moved: list[CostRow], name: words.Name) -> Table:
    currency = table.total.currency
    rows: list[tuple[str, ...]] = []
    for row in moved:
        now, before = Money(row.cost, currency), Money(row.previous or Decimal(0), currency)
        rows.append((_label(table, row, name), words.money(now), words.change(now, before)))
    head = " and ".join(d.label for d in table.query.group_by).capitalize()
    columns = (Column(head), Column("Cost", True), Column("Change", True))
    return Table(columns, tuple(rows), hidden=table.rest_count)


def _chart(table: CostTable, moved: list[CostRow], name: words.Name) -> Chart:
    changes = tuple(float(row.change or 0) for row in moved)
    short = words.shortened(name)
    labels = tuple(_label(table, row, short) for row in moved)
    most = words.money(Money(moved[0].change or Decimal(0), table.total.currency))
    return Chart(
        "bar",
        "Change",
        labels,
        (Series("Change", changes),),
        table.total.currency,
        f"The largest change is {labels[0]} with {most}.",
    )


def _example() -> CostTable:
    compared = specimens.compared()
    rows = sorted(compared.rows, key=lambda row: -abs(row.change or Decimal(0)))
    return replace(compared, rows=tuple(rows))


EXAMPLES = {"by service": movers(_example(), specimens.SOURCE)}
