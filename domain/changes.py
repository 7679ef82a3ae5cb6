"""The steps a finding can take: each is a pure function from one state to the next.

OPEN ──► ACKNOWLEDGED ─┐ until
  ├────► SNOOZED ──────┤ until
  ├────► EXPECTED ─────┤ until
  │  ◄─────────────────┘
  ├────► DISMISSED  (for good)
  └────► RESOLVED ──► OPEN again when it is seen again
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import UserError
from domain.finding import Entry, Finding, Status

#: A finding that comes back within this time is the same occurrence: the same message and ticket.
REOPEN_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who takes a step, and when; `by` is the platform's id, "" for costbot itself."""

    name: str
    at: datetime
    by: str = ""


def costbot(at: datetime) -> Doer:
    """costbot itself, at a moment."""
    return Doer("costbot", at)


def acknowledged(finding: Finding, doer: Doer, until: datetime | None = None) -> Finding:
    """Somebody looks after it, who is the assignee unless there is one; until then no reminder."""
    _not_closed(finding)
    taken = replace(finding, assignee=finding.assignee or doer.name)
    return _to(taken, Status.ACKNOWLEDGED, doer, "acknowledged it", until)


def released(finding: Finding, doer: Doer, what: str = "let go of it") -> Finding:
    """Open again, for whatever reason `what` names."""
    return _to(replace(finding, resolved_at=None), Status.OPEN, doer, what)


def assigned(finding: Finding, doer: Doer, to: str) -> Finding:
    """Somebody in particular should look after it."""
    if finding.assignee == to:
        return finding
    return _noted(replace(finding, assignee=to), doer, f"{_ASSIGNED} {to or 'nobody'}")


def snoozed(finding: Finding, doer: Doer, until: datetime) -> Finding:
    _not_closed(finding)
    return _to(finding, Status.SNOOZED, doer, f"snoozed it until {_day(until)}", until)


def expected(finding: Finding, doer: Doer, until: datetime, why: str = "") -> Finding:
    """It was planned and goes on until a day; what comes after that day is news again."""
    _not_closed(finding)
    reason = f" ({why})" if why else ""
    return _to(finding, Status.EXPECTED, doer, f"expects it until {_day(until)}{reason}", until)


def dismissed(finding: Finding, doer: Doer, why: str = "") -> Finding:
    """Not an anomaly, for good: the same finding never alerts again."""
    if finding.status is Status.DISMISSED:
        return finding
    reason = f": {why}" if why else ""
    return _to(finding, Status.DISMISSED, doer, f"says it is not an anomaly{reason}")


def resolved(finding: Finding, doer: Doer, what: str = "resolved it") -> Finding:
    if finding.status.closed:
        return finding
    return _to(replace(finding, resolved_at=doer.at), Status.RESOLVED, doer, what)


def noted(finding: Finding, doer: Doer, what: str) -> Finding:
    """A line for its history, such as who asked for a ticket."""
    return _noted(finding, doer, what)


def reminded(finding: Finding, doer: Doer, after: timedelta, before: timedelta) -> Finding:
    """A line about an acknowledged finding to which nothing has happened for so long, or, where
    that ends by itself, so long before its end, once."""
    newest = max((line.at for line in finding.log), default=finding.seen_at)
    whom = f"{_REMINDED} {finding.assignee or 'everybody'}"
    if finding.status is not Status.ACKNOWLEDGED:
        return finding
    if finding.until is None:
        if doer.at - newest < after:
            return finding
        return _noted(finding, doer, f"{whom}: nothing has happened for {after.days} days")
    since, soon = finding.moved_at or newest, finding.until - before
    said = any(line.at > since and line.what.startswith(_REMINDED) for line in finding.log)
    if said or not since < soon <= doer.at:
        return finding
    return _noted(finding, doer, f"{whom}: it opens again {_day(finding.until)}")


def called(finding: Finding) -> Entry | None:
    """costbot's own line that somebody should answer and nobody has, yet.

    A new occurrence has new messages, which call by themselves.
    """
    opened = finding.opened_at or finding.seen_at
    for line in reversed(finding.log):
        if line.by:
            return None
        if line.what.startswith((_REMINDED, *_OPENED)):
            return line if line.at > opened else None
    return None


def seen_again(
    known: Finding, new: Finding, now: datetime, window: timedelta = REOPEN_WITHIN
) -> Finding:
    """What is known, with the newer evidence.

    `seen_at` is the moment the evidence is of. A resolved finding opens again only for evidence
    that is younger than its end; within `window` as the same occurrence, later as a new one. A
    detector that reports it as resolved closes it. Its new lines of history are added.
    """
    met = replace(
        known,
        title=new.title,
        severity=new.severity,
        seen_at=max(known.seen_at, new.seen_at),
        impact=new.impact,
        told=new.told,
        owner=new.owner or known.owner,
        labels=new.labels,
        facts=new.facts,
        measurements=new.measurements,
        command=new.command,
    )
    doer = costbot(now)
    met = replace(met, log=(*known.log, *(one for one in new.log if one not in known.log)))
    if new.status is Status.RESOLVED:
        return resolved(met, doer, "saw it end")
    if known.status is Status.RESOLVED and new.seen_at > (known.resolved_at or now):
        back = released(met, doer, "saw it come back")
        if now - (known.resolved_at or now) <= window:
            return back
        return replace(
            back, occurrence=known.occurrence + 1, opened_at=now, log=back.log[-1:], assignee=""
        )
    return timed_out(met, now)


_ENDS = {
    Status.ACKNOWLEDGED: "the acknowledgement ran out",
    Status.SNOOZED: "the snooze is over",
    Status.EXPECTED: "it was expected until now",
}


def open_since(finding: Finding) -> datetime:
    """Since when it waits for somebody: it was opened, came back, or a person did something."""
    opened = finding.opened_at or finding.seen_at
    lines = (line for line in finding.log if line.by or line.what.startswith(_OPENED))
    return max([opened, *(line.at for line in lines)])


def assigned_at(finding: Finding) -> datetime | None:
    """When it was last given to somebody, or taken away, in so many words."""
    lines = (line.at for line in finding.log if line.what.startswith(_ASSIGNED))
    return max(lines, default=None)


def timed_out(finding: Finding, now: datetime) -> Finding:
    """Open again once the state's time is up."""
    if finding.until is None or finding.until > now or finding.status not in _ENDS:
        return finding
    return released(finding, costbot(now), f"opened it again: {_ENDS[finding.status]}")


#: How a line begins that says whom it was given to.
_ASSIGNED = "assigned it to"
_REMINDED = "reminded"
#: How costbot's own lines begin when they open a finding again.
_OPENED = ("saw it come back", "saw it reach", "opened it again")


def in_turn(*steps: Callable[[Finding], Finding]) -> Callable[[Finding], Finding]:
    """One step after the other."""

    def change(finding: Finding) -> Finding:
        for step in steps:
            finding = step(finding)
        return finding

    return change


def _to(
    finding: Finding, status: Status, doer: Doer, what: str, until: datetime | None = None
) -> Finding:
    moved = replace(finding, status=status, until=until, moved_at=doer.at)
    return _noted(moved, doer, what)


def _noted(finding: Finding, doer: Doer, what: str) -> Finding:
    return finding.noted(doer.at, doer.name, what, doer.by)


def _not_closed(finding: Finding) -> None:
    if finding.status.closed:
        raise UserError(f"{finding.name} is {finding.status} already: there is nothing to do.")


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %H:%M} UTC"
