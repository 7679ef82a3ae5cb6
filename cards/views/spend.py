"""What something cost: the total, its parts, and what changed."""

from decimal import Decimal

from cards import charts, parts, specimens, words
from cards.model import Block, Bold, Buttons, Card, Chart, Span, Text, Tone
from domain.answer import CostTable, Provenance
from domain.money import Money
from domain.query import CostQuery


def spend(
    what: str,
    table: CostTable,
    provenance: Provenance,
    name: words.Name = words.as_is,
    chart: Chart | None = None,
    buttons: Buttons | None = None,
    remark: str = "",
) -> Card:
    """`what` names the question ("Cost by service, Oct 2026"); `remark` explains a choice made."""
    blocks: list[Block] = [Text(_headline(table))]
    if remark:
        blocks.append(Text((remark,)))
    picture = chart or charts.cost_chart(table, name, _caption(table))
    blocks += [picture] if picture else []
    blocks += [parts.cost_table(table, name)] if table.query.group_by and table.rows else []
    blocks += [parts.small_print(table, provenance)]
    blocks += [buttons] if buttons else []
    return Card(what, tuple(blocks), _tone(table))


def _caption(table: CostTable) -> str:
    return "Cost by " + " and ".join(dimension.label for dimension in table.query.group_by)


def _headline(table: CostTable) -> tuple[Span, ...]:
    total: tuple[Span, ...] = (Bold(words.money(table.total)),)
    if table.previous is None or table.query.compare is None:
        return total
    before = f" against {words.money(table.previous)} in {words.span(table.query.compare)}: "
    return (*total, before, Bold(words.change(table.total, table.previous)))


def _tone(table: CostTable) -> Tone:
    """A rise by a quarter is worth a colour; everything else is only a number."""
    if table.previous is None or table.previous.amount <= 0:
        return Tone.NEUTRAL
    ratio = table.total.amount / table.previous.amount
    return Tone.WARNING if ratio >= Decimal("1.25") else Tone.NEUTRAL


_BUTTONS = parts.ask_buttons(
    (
        ("By account", "by account 2026-10"),
        ("By region", "by region 2026-10"),
        ("Per day", "by day 2026-10"),
    ),
    share="by service 2026-10",
)

EXAMPLES = {
    "by service": spend(
        "Cost by service, Oct 2026", specimens.plain(), specimens.SOURCE, buttons=_BUTTONS
    ),
    "compared": spend(
        "Cost by service, Oct 2026", specimens.compared(), specimens.SOURCE, buttons=_BUTTONS
    ),
    "per day": spend("Cost by day, 1–30 Oct 2026", specimens.daily(), specimens.SOURCE),
    "hostile tags": spend("Cost by team, Oct 2026", specimens.hostile(), specimens.SOURCE),
    "total": spend(
        "Cost, Oct 2026",
        CostTable(CostQuery(specimens.OCTOBER), (), Money(Decimal("0.004"), "CHF")),
        specimens.SOURCE,
    ),
}
