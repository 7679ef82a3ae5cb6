"""How much of the bill carries no value for a tag, and where that cost is."""

from dataclasses import replace
from decimal import Decimal

from cards import charts, parts, specimens, words
from cards.model import Block, Bold, Buttons, Card, Text, Tone
from domain.answer import CostTable, Provenance, Share


def untagged(
    share: Share,
    table: CostTable,
    provenance: Provenance,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    remark: str = "",
    scope: str = "",
) -> Card:
    """`share` is what lacks the tag `share.label`; `table` splits that part by service.

    `scope` says the filters in words.
    """
    about = f" ({scope})" if scope else ""
    title = f"Cost with no {share.label} tag, {words.span(table.query.period)}{about}"
    blocks: list[Block] = [
        Text(
            (
                Bold(words.money(share.part)),
                " of ",
                words.money(share.whole),
                " (",
                Bold(words.percent(share.ratio)),
                f") has no {share.label} tag.",
            )
        )
    ]
    blocks += [Text((remark,))] if remark else []
    if any(row.cost for row in table.rows):
        picture = charts.cost_chart(table, name, "Where it is")
        blocks += [picture] if picture else []
        blocks += [parts.cost_table(table, name)]
    blocks += [parts.small_print(table, provenance)]
    blocks += [buttons] if buttons else []
    return Card(title, tuple(blocks), _tone(share))


def _tone(share: Share) -> Tone:
    """A tenth of the bill without an owner is where allocation stops being trusted."""
    return Tone.WARNING if share.ratio > Decimal("0.1") else Tone.GOOD


def _example() -> Card:
    table = specimens.compared()
    table = replace(table, query=replace(table.query, compare=None), previous=None)
    whole = replace(table.total, amount=table.total.amount * 6)
    return untagged(Share("team", table.total, whole), table, specimens.SOURCE)


EXAMPLES = {"team": _example()}
