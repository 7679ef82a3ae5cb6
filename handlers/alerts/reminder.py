"""Reminders: what waits for somebody again, in few words, beside the message that was edited."""

from collections.abc import Sequence

from cards.model import Card
from cards.views.reminder import reminder
from domain.delivery import Receipts
from domain.finding import REMINDER, Finding
from handlers.kinds import AlertKind, Context


async def find(_context: Context) -> Sequence[Finding]:
    """Nothing: what happens to other findings makes these, not the bill."""
    return ()


async def draw(context: Context, finding: Finding, _receipts: Receipts) -> Card:
    original = await context.use.memory.findings.get(finding.labels["finding"])
    return reminder(finding, original)


ALERT = AlertKind(REMINDER, "What waits for somebody again", find, draw)
