"""Reminders: an edit rings nowhere, so what waits for somebody again is said once more, shortly.

A reminder is a small finding of its own, shown in the rooms where the original is, and closed when
somebody has answered. Any replica may look at any time, any number of times.
"""

from datetime import datetime, timedelta

from domain import changes
from domain.errors import UserError
from domain.finding import REMINDER, Entry, Finding, Severity, Status
from domain.ports import Findings, Sighting
from domain.routing import Routes

#: An acknowledged finding to which nothing happens for so long is brought to mind again,
AFTER = timedelta(days=3)
#: and one whose acknowledgement ends by itself, so long before that.
BEFORE = timedelta(hours=4)
#: What has waited for so long besides is no news any more.
STALE = timedelta(days=1)
#: Where people are told by a new message.
ROOMS = ("slack", "teams")
_MOST = 500


async def remind(findings: Findings, routes: Routes, now: datetime) -> tuple[Finding, ...]:
    """Say what waits again, and close the reminders that somebody has answered."""
    doer = changes.costbot(now)
    for one in await findings.listed(frozenset({Status.ACKNOWLEDGED}), limit=_MOST):
        await findings.change(one.id, lambda found: changes.reminded(found, doer, AFTER, BEFORE))
    seen: list[Sighting] = []
    for one in await findings.listed(frozenset({Status.OPEN, Status.ACKNOWLEDGED}), limit=_MOST):
        call = changes.called(one)
        if call is not None and now - call.at < STALE:
            seen += await _sighting(findings, routes, one, call, now)
    for one in await findings.listed(frozenset({Status.OPEN}), REMINDER, _MOST):
        await _answered(findings, one, doer)
    return await findings.report(seen, now) if seen else ()


async def _sighting(
    findings: Findings, routes: Routes, found: Finding, call: Entry, now: datetime
) -> list[Sighting]:
    """Where it is shown already; nowhere while it is muted, later while it is quiet."""
    copies = await findings.showings(found.id)
    rooms = tuple(copy.destination for copy in copies if copy.scheme in ROOMS)
    if not rooms:
        return []
    why = await routes.explain(found, now)
    if why.mute:
        return []
    told = Finding(
        kind=REMINDER,
        key=f"{found.id}@{call.at:%Y-%m-%dT%H:%M:%S}",
        title=found.title,
        severity=Severity.INFO,
        seen_at=call.at,
        owner=found.owner,
        facts=((found.name, call.what),),
        labels={"finding": found.id},
    )
    return [Sighting(told, rooms, why.verdict.hold_until)]


async def _answered(findings: Findings, reminder: Finding, doer: changes.Doer) -> None:
    found = await findings.get(reminder.labels["finding"])
    call = changes.called(found) if found is not None else None
    if found is None or call is None or call.at.replace(microsecond=0) != _moment(reminder):
        last = found.log[-1] if found is not None and found.log else None
        said = f"closed it: {last.who} {last.what}" if last else "closed it"
        try:
            await findings.change(reminder.id, lambda one: changes.resolved(one, doer, said))
        except UserError:
            return


def _moment(reminder: Finding) -> datetime:
    return reminder.seen_at.replace(microsecond=0)
