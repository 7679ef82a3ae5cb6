"""The list of findings: what is open, dearest first, each with a way to see it whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from cards import specimens, words
from cards.model import Action, Block, Button, Buttons, Card, Column, Note, Table, Text, Tone
from domain.finding import Finding, Severity, Status

#: Buttons that open one: more would not be read.
MOST_BUTTONS = 5


def findings(found: Sequence[Finding], what: str = "Open findings") -> Card:
    """In the order they come; `what` names the selection."""
    if not found:
        return Card(what, (Text(("Nothing is open. ", "That is good news.")),), Tone.GOOD)
    columns = (Column("Finding"), Column("Status"), Column("Owner"), Column("Impact", True))
    rows = tuple(_row(one) for one in found)
    shown = tuple(
        Button(f"Show {one.name}", Action("ask", {"text": f"finding {one.number}"}))
        for one in found[:MOST_BUTTONS]
    )
    blocks: list[Block] = [Table(columns, rows), Buttons(shown)]
    blocks.append(Note(("Every finding: finding <number>. Tickets and pages: ticket, page.",)))
    worst = max(one.severity.rank for one in found)
    tone = Tone.WARNING if worst >= Severity.HIGH.rank else Tone.NEUTRAL
    return Card(f"{what}: {len(found):,}", tuple(blocks), tone)


def _row(one: Finding) -> tuple[str, ...]:
    status = one.status if one.status is not Status.OPEN else f"open, {one.severity}"
    impact = words.change_of(one.impact) if one.impact else "–"
    return (f"{one.name} {one.title}", status, one.assignee or one.owner or "–", impact)


EXAMPLES = {
    "two": findings(
        (
            specimens.SPIKE,
            replace(
                specimens.SPIKE,
                number=9,
                title="Team ml is at 131 % of its budget",
                status=Status.ACKNOWLEDGED,
                assignee="Bob",
                opened_at=specimens.NOW - timedelta(days=2),
            ),
        )
    ),
    "none": findings(()),
}
