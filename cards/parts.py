"""The pieces that cost views share: the table, the chart, the small print and the buttons."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cards import words
from cards.buttons import SHARE
from cards.escape import line
from cards.model import Action, Bold, Button, Buttons, Column, Note, Span, Table
from domain.answer import CostRow, CostTable, Provenance
from domain.money import Money
from domain.query import TIME_DIMENSIONS, Dimension, Filter, Measure

#: Rows of a table before the rest is summed: more would not be read in a chat.
TABLE_ROWS = 12

#: As many as a platform shows in one table, for those who ask for a number.
NAMED_ROWS = 90

_FOCUS = {
    Measure.UNBLENDED: "unblended cost",
    Measure.NET_UNBLENDED: "net unblended (billed) cost",
    Measure.AMORTISED: "amortised cost",
    Measure.NET_AMORTISED: "net amortised (effective) cost",
    Measure.LIST: "list cost",
}

#: What FOCUS gives only after private discounts: BilledCost and EffectiveCost.
_GROSS = (Measure.UNBLENDED, Measure.AMORTISED)


def cost_table(table: CostTable, name: words.Name) -> Table:
    """The rows with their share of the total or their change, and a last row that adds them up.

    A phone has room for few columns: what was before follows from the change.

    Rows beyond TABLE_ROWS are summed into one, so that what is shown still adds up.
    """
    table = _over_all_time(table)
    dimensions = table.query.group_by
    columns = (
        *(Column(dimension.label.capitalize()) for dimension in dimensions),
        Column("Cost", numeric=True),
        Column("Share" if table.previous is None else "Change", numeric=True),
    )
    blank = ("",) * (len(dimensions) - 1)
    shown, others = _collapse(table)
    rows = [_row(table, row, labels(dimensions, row.key, name)) for row in shown]
    if others is not None:
        hidden = len(table.rows) - len(shown) + table.rest_count
        # What a limit leaves out is no time of its own: it may be newer than what is shown.
        earlier = by_time(table) and table.rest is None
        said = f"{hidden:,} {'earlier' if earlier else 'others'}"
        rows.insert(0 if earlier else len(rows), _row(table, others, (said, *blank)))
    before = table.previous.amount if table.previous else None
    whole = CostRow((), table.total.amount, before)
    return Table(columns, tuple(rows), total=_row(table, whole, ("Total", *blank)))


def by_time(table: CostTable) -> bool:
    return any(dimension.name in TIME_DIMENSIONS for dimension in table.query.group_by)


def _over_all_time(table: CostTable) -> CostTable:
    """A long table split by time and by something else, summed over time: its chart shows when."""
    group_by = table.query.group_by
    kept = [n for n, dimension in enumerate(group_by) if dimension.name not in TIME_DIMENSIONS]
    if not by_time(table) or not kept or len(table.rows) <= TABLE_ROWS + 1:
        return table
    sums: dict[tuple[str | None, ...], tuple[Decimal, Decimal]] = {}
    for row in table.rows:
        key = tuple(row.key[n] for n in kept)
        cost, before = sums.get(key, (Decimal(0), Decimal(0)))
        sums[key] = cost + row.cost, before + (row.previous or Decimal(0))
    compared = table.previous is not None
    rows = [
        CostRow(key, cost, before if compared else None) for key, (cost, before) in sums.items()
    ]
    rows.sort(key=lambda row: row.cost, reverse=True)
    query = replace(table.query, group_by=tuple(group_by[n] for n in kept))
    return replace(table, query=query, rows=tuple(rows))


def _collapse(table: CostTable) -> tuple[tuple[CostRow, ...], CostRow | None]:
    """The rows worth showing (the newest when split by time), and the sum of all the others.

    Whoever asks for the top 20 gets 20.
    """
    limit = table.query.limit
    most = limit if limit is not None and TABLE_ROWS < limit <= NAMED_ROWS else TABLE_ROWS
    if len(table.rows) <= most + 1 and table.rest is None:
        return table.rows, None
    newest = by_time(table)
    shown = table.rows[-most:] if newest else table.rows[:most]
    cost = table.total.amount - sum((row.cost for row in shown), Decimal(0))
    if table.previous is None:
        return shown, CostRow((), cost)
    known = sum((row.previous or Decimal(0) for row in shown), Decimal(0))
    return shown, CostRow((), cost, table.previous.amount - known)


def labels(
    dimensions: Sequence[Dimension], key: Sequence[str | None], name: words.Name
) -> tuple[str, ...]:
    """What the values of a key are called, with plain words for a missing one."""
    pairs = zip(dimensions, key, strict=True)
    return tuple(_label(dimension, value, name) for dimension, value in pairs)


def _label(dimension: Dimension, value: str | None, name: words.Name) -> str:
    if not value:
        return f"(no {dimension.label})"
    if dimension.name in TIME_DIMENSIONS:
        return words.grain(date.fromisoformat(value), dimension.name)
    said = name(dimension.name, value)
    return said if line(said) else f"(blank {dimension.label})"


def _row(table: CostTable, row: CostRow, head: tuple[str, ...]) -> tuple[str, ...]:
    currency = table.total.currency
    cost = Money(row.cost, currency)
    if table.previous is None:
        return (*head, words.money(cost), _share(row.cost, table.total.amount))
    before = Money(row.previous or Decimal(0), currency)
    return (*head, words.money(cost), words.change(cost, before))


def _share(part: Decimal, whole: Decimal) -> str:
    return words.percent(part / whole) if whole else "–"


def small_print(table: CostTable, provenance: Provenance) -> Note:
    """What stands behind a number: measure, filters, days, source, as-of, API fees."""
    query = table.query
    against = f", against {words.span(query.compare)}" if query.compare else ""
    measure = _FOCUS[query.measure].capitalize()
    measure += " after discounts" if provenance.discounted and query.measure in _GROSS else ""
    spans: list[Span] = [
        f"{measure}, {_scope(query.filters)}, {words.span(query.period)} (UTC days){against}. "
    ]
    if provenance.settled_through is not None:
        settled = words.day(provenance.settled_through)
        late = query.period.last > provenance.settled_through
        spans += [
            Bold(f"Settled through {settled}"),
            "; later days are still arriving. " if late else ". ",
        ]
    when = words.moment(provenance.as_of) if provenance.as_of else ""
    loaded = f" {when}" if provenance.live else f", loaded {when}" if when else ""
    fee = words.money(provenance.fee) if provenance.fee and provenance.fee.amount else "no"
    spans.append(f"Source: {provenance.source}{loaded}; {fee} AWS API fees{_day(provenance)}.")
    return Note(tuple(spans))


def _day(provenance: Provenance) -> str:
    """What the day has cost, where asking costs something."""
    if provenance.spent is None or provenance.ceiling is None:
        return ""
    spent, ceiling = words.money(provenance.spent), words.money(provenance.ceiling)
    return f", {spent} of {ceiling} today"


def _scope(filters: Sequence[Filter]) -> str:
    if not filters:
        return "all charges"
    said = [
        f"{f.dimension.label} {f.op} {' or '.join(v or '(none)' for v in f.values)}"
        for f in filters
    ]
    return "only " + " and ".join(said)


def ask_buttons(choices: Sequence[tuple[str, str]], share: str | None = None) -> Buttons | None:
    """Buttons that ask again: (label, question); `share` posts that question to the room."""
    buttons = [Button(label, Action("ask", {"text": text})) for label, text in choices]
    if share is not None:
        buttons.append(Button("Share", Action(SHARE, {"text": share}), "primary"))
    return Buttons(tuple(buttons)) if buttons else None
