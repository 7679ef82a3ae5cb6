"""A reminder: which finding waits, why it is said again, and what to press."""

from dataclasses import replace
from datetime import timedelta

from cards import specimens
from cards.model import Action, Button, Buttons, Card, Note, Text, Tone
from domain.finding import REMINDER, Finding, Severity, Status


def reminder(told: Finding, original: Finding | None) -> Card:
    """`told` is the reminder; what is closed says so and asks for nothing."""
    name, why = told.facts[0]
    title = f"Reminder: {name} {told.title}"
    if told.status.closed or original is None:
        said = told.log[-1].what if told.log else "closed it"
        return Card(title, (Note((f"No longer needed, costbot {said}.",)),), Tone.NEUTRAL)
    number = str(original.number)
    buttons = [
        Button("Resolve", Action("resolve", {"finding": number})),
        Button(f"Show {name}", Action("ask", {"text": f"finding {number}"})),
    ]
    if original.status is Status.OPEN:
        first = Button("Acknowledge", Action("acknowledge", {"finding": number}), "primary")
        buttons.insert(0, first)
    whom = f" {original.assignee}, this waits for you." if original.assignee else ""
    return Card(title, (Text((f"costbot {why}.{whom}",)), Buttons(tuple(buttons))), Tone.WARNING)


_TOLD = Finding(
    kind=REMINDER,
    key=f"{specimens.SPIKE.id}@2026-11-24T09:00:00",
    title=specimens.SPIKE.title,
    severity=Severity.INFO,
    seen_at=specimens.NOW,
    facts=((specimens.SPIKE.name, "opened it again: the acknowledgement ran out"),),
    labels={"finding": specimens.SPIKE.id},
)
_SOON = replace(_TOLD, facts=((specimens.SPIKE.name, "reminded Ann: it opens again at 13:00 UTC"),))
_CLOSED = replace(_TOLD, status=Status.RESOLVED).noted(
    specimens.NOW + timedelta(hours=1), "costbot", "closed it: Ann resolved it"
)

EXAMPLES = {
    "open again": reminder(_TOLD, replace(specimens.SPIKE, assignee="Ann")),
    "acknowledged": reminder(
        _SOON, replace(specimens.SPIKE, status=Status.ACKNOWLEDGED, assignee="Ann")
    ),
    "closed": reminder(_CLOSED, specimens.SPIKE),
}
