"""What a mute would silence, what is silenced now, and what is heard again."""

from collections.abc import Sequence
from datetime import UTC, datetime

from cards.model import (
    Action,
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Column,
    Facts,
    Note,
    Spans,
    Text,
    Tone,
)
from cards.model import Table as Rows
from cards.words import moment, money, plural
from domain.finding import Finding, Severity
from domain.routing import Mute

#: As many names as a person looks through before pressing the button.
MOST = 10


def preview(mute: Mute, open_now: Sequence[Finding], confirm: str) -> Card:
    """What a mute would silence; `confirm` are the words that do it."""
    blocks: list[Block] = [Facts(_facts(mute))]
    if open_now:
        said = f"{plural(len(open_now), 'open finding')} would be silent:"
        blocks += [Text((said,)), _names(open_now)]
    else:
        blocks.append(Text(("No open finding matches at the moment.",)))
    blocks += [
        Buttons((Button("Mute", Action("ask", {"text": confirm}), "primary"),)),
        Note(
            (
                "Muted findings are recorded and listed, but make no message, ticket or page, "
                "even when they are critical. Messages that are there already stay.",
            )
        ),
    ]
    return Card(f"Mute {said_of(mute)}?", tuple(blocks))


def made(mute: Mute) -> Card:
    """It is silenced from now on."""
    return Card(
        f"Muted: {said_of(mute)}",
        (Facts(_facts(mute)), Buttons((_unmute(mute),))),
        Tone.GOOD,
    )


def listed(mutes: Sequence[Mute]) -> Card:
    """Everything that is silenced."""
    if not mutes:
        how = 'Nothing is muted. To mute something: mute service="Amazon EC2" 2d because migration'
        return Card("No mutes", (Text((how,)),))
    rows = tuple(
        (str(mute.number), said_of(mute), moment(mute.until.astimezone(UTC)), _by(mute))
        for mute in mutes
    )
    columns = (Column("No."), Column("Muted"), Column("Until"), Column("By"))
    return Card(
        plural(len(mutes), "mute"),
        (Rows(columns, rows), Buttons(tuple(_unmute(mute) for mute in mutes[:5]))),
    )


def over(number: int, removed: bool) -> Card:
    """It is heard again, or was already."""
    if not removed:
        return Card(f"Mute {number} is not there any more", (Text(("Nothing had to be done.",)),))
    said = "What it silenced alerts again the next time it is found."
    return Card(f"Mute {number} is removed", (Text((said,)),), Tone.GOOD)


def said_of(mute: Mute) -> str:
    """What it silences, in one line."""
    labels = [f"{name}={value}" for name, value in mute.labels.items()]
    return ", ".join([*([f"kind={mute.kind}"] if mute.kind else []), *labels])


def _facts(mute: Mute) -> tuple[tuple[str, Spans], ...]:
    number: list[tuple[str, Spans]] = [("Number", (str(mute.number),))] if mute.number else []
    why: list[tuple[str, Spans]] = [("Because", (mute.why,))] if mute.why else []
    until: tuple[str, Spans] = ("Until", (Bold(moment(mute.until.astimezone(UTC))),))
    return (*number, until, ("By", (mute.who,)), *why)


def _by(mute: Mute) -> str:
    return f"{mute.who}: {mute.why}" if mute.why else mute.who


def _names(found: Sequence[Finding]) -> Rows:
    rows = tuple(
        (one.name, one.title, str(one.severity), money(one.impact) if one.impact else "–")
        for one in found[:MOST]
    )
    columns = (Column("No."), Column("Finding"), Column("Severity"), Column("Amount", True))
    return Rows(columns, rows, hidden=max(len(found) - MOST, 0))


def _unmute(mute: Mute) -> Button:
    return Button(f"Unmute {mute.number}", Action("ask", {"text": f"unmute {mute.number}"}))


_UNTIL = datetime(2026, 11, 26, 9, tzinfo=UTC)
_LABELS = {"service": "Amazon EC2", "team": "payments"}
_MUTE = Mute("spike", _LABELS, _UNTIL, "Ada", "slack:U1", "migration", 3)
_FOUND = Finding(
    kind="spike",
    key="service=Amazon EC2",
    title="Amazon EC2 costs +214 %",
    severity=Severity.HIGH,
    seen_at=datetime(2026, 11, 24, tzinfo=UTC),
    labels=_LABELS,
    number=12,
)
_CONFIRM = 'mute confirm kind=spike service="Amazon EC2" team=payments 2d because migration'

EXAMPLES = {
    "preview": preview(_MUTE, (_FOUND,), _CONFIRM),
    "preview of nothing": preview(_MUTE, (), _CONFIRM),
    "muted": made(_MUTE),
    "list": listed((_MUTE,)),
    "empty list": listed(()),
    "removed": over(3, True),
    "gone": over(3, False),
}
