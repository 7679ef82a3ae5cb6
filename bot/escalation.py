"""Escalation: what nobody acknowledged in time is shown in more places, once."""

import logging
from datetime import datetime, timedelta

from domain import changes
from domain.errors import UserError
from domain.finding import MESSAGES, Finding, Status
from domain.ports import Change, Findings
from domain.routing import Routes, Verdict

log = logging.getLogger(__name__)

#: More open findings than anybody has; each is looked at every minute.
MOST = 10_000
#: What has waited for this long besides is no emergency: a new route must not page for the past.
STALE = timedelta(days=3)
_SAID = "escalated: nobody acknowledged it within"


class _AnsweredError(UserError):
    """Somebody was faster than the escalation."""


async def escalate(findings: Findings, routes: Routes, now: datetime) -> tuple[Finding, ...]:
    """Show every finding that is overdue where its route escalates to; those it did this for."""
    escalated: list[Finding] = []
    listed = await findings.listed(frozenset({Status.OPEN}), limit=MOST)
    waiting = [finding for finding in listed if finding.kind not in MESSAGES]
    verdicts = await routes.decide_all([(one, now) for one in waiting], now)
    opened = await routes.decide_all([(one, changes.open_since(one)) for one in waiting], now)
    for finding, verdict, then in zip(waiting, verdicts, opened, strict=True):
        if not verdict.escalate_to or not _overdue(finding, verdict, then, now):
            continue
        there = {copy.destination for copy in await findings.showings(finding.id)}
        missing = [place for place in verdict.escalate_to if place not in there]
        if not missing:
            continue
        change = _change(finding, verdict.escalate_after_minutes or 0, now)
        try:
            show = {place: dict[str, str]() for place in missing}
            escalated.append(await findings.change(finding.id, change, show))
        except _AnsweredError:
            log.info("%s was answered while it was being escalated", finding.name)
    return tuple(escalated)


def _overdue(finding: Finding, verdict: Verdict, then: Verdict, now: datetime) -> bool:
    """Whether people had the time to answer, quiet hours not counted: `then` tells of those when
    it was found."""
    wait = timedelta(minutes=verdict.escalate_after_minutes or 0)
    since = changes.open_since(finding)
    if verdict.hold_until is not None or now - since < wait:
        return False
    return wait <= now - (then.hold_until or since) <= wait + STALE


def _change(seen: Finding, minutes: int, now: datetime) -> Change:
    """The note, unless somebody did something since the finding was looked at."""

    def change(finding: Finding) -> Finding:
        same = (finding.status, finding.occurrence) == (Status.OPEN, seen.occurrence)
        if not same or changes.open_since(finding) != changes.open_since(seen):
            raise _AnsweredError("Somebody has answered meanwhile.")
        said = f"{_SAID} {minutes} minutes"
        opened = changes.open_since(finding)
        if any(line.what == said and line.at >= opened for line in finding.log):
            return finding
        return changes.noted(finding, changes.costbot(now), said)

    return change
