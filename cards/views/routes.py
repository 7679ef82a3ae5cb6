"""Where a finding goes and why, and the routes as they are written."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from cards import words
from cards.model import (
    Action,
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Facts,
    Note,
    Span,
    Spans,
    Text,
    Tone,
)
from domain.finding import Finding, Severity
from domain.money import Money
from domain.routing import Explanation, RoomLeft, RuleLine, Tried, Verdict

#: More would not be read in a chat.
MOST = 15
_EXAMPLE = "route test kind=spike severity=high amount=900 team=payments"


def explained(finding: Finding, explanation: Explanation) -> Card:
    """Which route a finding takes, step by step."""
    verdict = explanation.verdict
    blocks: list[Block] = [
        Text(("For ", Bold(_said(finding)), ".")),
        Facts(tuple(_facts(explanation))),
    ]
    blocks += _tried(explanation.tried)
    blocks.append(
        Note(
            (
                "The first route that fires decides; those after it are not looked at. "
                "Nothing was sent.",
            )
        )
    )
    tone = Tone.NEUTRAL if verdict.places or verdict.held_back else Tone.WARNING
    return Card(f"Route: {verdict.rule}", tuple(blocks), tone)


def _tried(tried: Sequence[Tried]) -> Iterator[Block]:
    """The routes that were looked at; of very many the last, one of which may have fired."""
    hidden = max(len(tried) - MOST, 0)
    if hidden:
        yield Text((f"{words.plural(hidden, 'route')} before these did not fire.",))
    for one in tried[hidden:]:
        result = " fires: " if one.fired else " is skipped: "
        yield Text((Bold(one.rule), result, one.why))


def _said(finding: Finding) -> str:
    """A finding in a few words, as its route sees it."""
    amount = (words.money(finding.impact),) if finding.impact else ()
    labels = (f"{name}={value}" for name, value in finding.labels.items())
    name = (f"{finding.name} {finding.title}",) if finding.number else ()
    return ", ".join((*name, f"a {finding.kind}", f"severity {finding.severity}", *amount, *labels))


def _facts(explanation: Explanation) -> list[tuple[str, Spans]]:
    verdict = explanation.verdict
    facts: list[tuple[str, Spans]] = [("Shown in", (Bold(_places(verdict.places)),))]
    if verdict.held_back:
        facts.append(("In the digest of", (", ".join(verdict.held_back),)))
    facts.append(("Owner", ("; ".join(explanation.owner),)))
    if explanation.unpaged:
        facts.append(("Pager", (explanation.unpaged,)))
    if explanation.mute:
        facts.append(("Muted", (explanation.mute,)))
    if explanation.quiet:
        facts.append(("Quiet hours", (explanation.quiet,)))
    facts += [(f"Today in {one.room}", (_left(one),)) for one in explanation.rooms]
    if verdict.escalate_after_minutes is not None:
        wait = f"after {verdict.escalate_after_minutes} minutes without an acknowledgement"
        facts.append(("Escalation", (f"{_places(verdict.escalate_to)}, {wait}",)))
    return facts


def _places(places: Sequence[str]) -> str:
    return ", ".join(places) or "no place: it is only recorded"


def _left(room: RoomLeft) -> str:
    left = max(room.limit - room.had, 0)
    return f"{room.had} of {words.plural(room.limit, 'alert')}, {left} left"


def rules(lines: Sequence[RuleLine]) -> Card:
    """The routes in their order."""
    test = Buttons((Button("Try one", Action("ask", {"text": _EXAMPLE})),))
    if not lines:
        how = (
            "No route is written and COSTBOT_ALERT_ROOMS is not set, so findings are recorded and "
            "shown nowhere by themselves. An admin sets COSTBOT_ALERT_ROOMS, or writes [[route]] "
            "into costbot.toml."
        )
        return Card("No routes", (Text((how,)), test), Tone.WARNING)
    texts = (Text(tuple(_line(one))) for one in lines[:MOST])
    more = max(len(lines) - MOST, 0)
    rest = (Note((f"{words.plural(more, 'more route')} in costbot.toml.",)),) if more else ()
    note = Note(("The first route that fits decides.",))
    return Card("Where findings go", (*texts, *rest, test, note))


def _line(line: RuleLine) -> Iterator[Span]:
    yield Bold(line.name)
    yield f": {line.when} → {', '.join(line.to)}"
    yield from (f"; {said}" for said in line.besides)


def _example() -> tuple[Finding, Explanation]:
    finding = Finding(
        kind="spike",
        key="service=Amazon EC2",
        title="Amazon EC2 costs +214 %",
        severity=Severity.HIGH,
        seen_at=datetime(2026, 11, 24, tzinfo=UTC),
        impact=Money(Decimal(900), "USD"),
        labels={"service": "Amazon EC2", "team": "payments"},
        number=12,
    )
    verdict = Verdict(
        ("slack:C0123ABCD", "pagerduty"),
        "payments pages",
        "payments",
        escalate_to=("jira:OPS",),
        escalate_after_minutes=30,
        held_back=("slack:C0456ABCD",),
    )
    tried = (
        Tried("search", False, "team is payments, not search"),
        Tried("payments pages", True, "kind is spike, severity high is at least high"),
    )
    room = RoomLeft("slack:C0456ABCD", 10, 10)
    owner = ("owner payments by tag team",)
    return finding, Explanation(
        verdict, tried, owner, "quiet until Wed 25 Nov 06:00 UTC", rooms=(room,)
    )


_MUTED = Explanation(
    Verdict((), "muted by Ada until Thu 26 Nov 09:00 UTC (migration)", "payments"),
    owner=("no tag team", "owner payments by account 111122223333"),
    mute="muted by Ada until Thu 26 Nov 09:00 UTC (migration)",
)

EXAMPLES = {
    "a route that fires": explained(*_example()),
    "muted": explained(_example()[0], _MUTED),
    "the routes": rules(
        (
            RuleLine(
                "payments pages",
                "kind spike or budget, severity at least high, team payments",
                ("slack:C0123ABCD", "pagerduty"),
                ("quiet 22:00-07:00 Europe/Berlin",),
            ),
            RuleLine("alert rooms", "whatever no route takes", ("slack:C0789ABCD",)),
        )
    ),
    "no routes": rules(()),
}
