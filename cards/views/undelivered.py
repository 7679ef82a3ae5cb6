"""What could not be delivered, why, and a button to try again."""

from collections.abc import Sequence

from cards import specimens
from cards.model import Action, Button, Buttons, Card, Column, Note, Table, Text, Tone
from domain.delivery import Letter, Receipt, Showing, Stage

MOST_BUTTONS = 5


def undelivered(letters: Sequence[Letter]) -> Card:
    if not letters:
        return Card("Everything was delivered", (Text(("Nothing was given up.",)),), Tone.GOOD)
    columns = (Column("Finding"), Column("Where"), Column("Why"), Column("Attempts", True))
    rows = tuple(
        (
            f"{letter.finding.name} {letter.finding.title}",
            letter.showing.destination,
            letter.showing.reason,
            f"{letter.attempts:,}",
        )
        for letter in letters
    )
    again = [
        Button(
            f"Try {letter.finding.name} at {letter.showing.scheme} again",
            Action(
                "replay",
                {
                    "finding": str(letter.finding.number),
                    "destination": letter.showing.destination,
                },
            ),
        )
        for letter in letters[:MOST_BUTTONS]
    ]
    note = Note(("Put right what the reason names first, or the same will happen again.",))
    title = f"Not delivered: {len(letters):,}"
    return Card(title, (Table(columns, rows), Buttons(tuple(again)), note), Tone.WARNING)


_ARCHIVED = Showing(
    "slack:C0123", Receipt("slack:C0123"), Stage.DEAD, reason="the channel is archived"
)
EXAMPLES = {
    "one": undelivered((Letter(specimens.SPIKE, _ARCHIVED, 3),)),
    "none": undelivered(()),
}
