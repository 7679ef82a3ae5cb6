"""The digest of a room: one message a day that tells what the room was spared, kept up to date."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.routes import DIGEST
from cards.words import money, plural
from domain.finding import Finding, Severity, Status
from domain.money import Money, total
from domain.ports import Findings
from domain.routing import ROOM, HeldBack, Rooms, Sighting

DAY = timedelta(days=1)
#: Lines that people read; the others are counted.
MOST = 20


async def digest(findings: Findings, rooms: Rooms, now: datetime) -> tuple[Finding, ...]:
    """Bring the digests of today and yesterday up to date; yesterday's comes to its end.

    Each is a finding `digest:<room>:<day>`, so that a room has one message a day, however often
    this runs and whoever runs it.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    seen: list[Sighting] = []
    for day, status in ((today - DAY, Status.RESOLVED), (today, Status.OPEN)):
        for held in await rooms.held_back(day, day + DAY):
            seen.append(Sighting(told(held, day, status), (held.room,), held.first))
    return await findings.report(seen, now) if seen else ()


def told(held: HeldBack, day: datetime, status: Status) -> Finding:
    """What a room was spared on a day, as a finding."""
    found = sorted(held.findings, key=lambda one: (-one.severity.rank, one.number))
    more = len(found) - MOST
    facts = [(one.name, _line(one)) for one in found[:MOST]]
    if more > 0:
        facts.append(("And", f"{plural(more, 'more alert')}: ask for findings"))
    return Finding(
        kind=DIGEST,
        key=f"{held.room}:{day:%Y-%m-%d}",
        title=f"{plural(len(found), 'more alert')} on {day:%a} {day.day} {day:%b}",
        severity=max((one.severity for one in found), key=_rank, default=Severity.INFO),
        # A digest that somebody closed opens again for what is held back later, not by itself.
        seen_at=held.last,
        impact=_sum(found),
        status=status,
        labels={ROOM: held.room},
        facts=tuple(facts),
        command="findings",
    )


def _rank(severity: Severity) -> int:
    return severity.rank


def _line(finding: Finding) -> str:
    amount = f", {money(finding.impact)}" if finding.impact else ""
    status = f", {finding.status}" if finding.status is not Status.OPEN else ""
    return f"{finding.title} ({finding.severity}{amount}{status})"


def _sum(found: Sequence[Finding]) -> Money | None:
    """The sum of what is in one currency; None for a mixture."""
    impacts = [one.impact for one in found if one.impact is not None]
    currencies = {impact.currency for impact in impacts}
    return total(impacts, currencies.pop()) if len(currencies) == 1 else None
