"""Findings and their copies as rows: what one transaction does with them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)

from domain import changes
from domain.delivery import Showing, Stage, scheme
from domain.finding import Entry, Finding, Severity, Status
from domain.ports import Run, Sighting
from store.state import codec
from store.state.database import Database
from store.state.schema import Moment, audit, findings, held_back, runs, showings

Wishes = Mapping[str, Mapping[str, str]]


#: Somebody has dealt with it: seeing it again is no reason for a message in another place.
_DEALT_WITH = (Status.SNOOZED, Status.EXPECTED, Status.DISMISSED, Status.RESOLVED)


def named(connection: Connection, name: str) -> Finding | None:
    number = name.strip().removeprefix("#")
    found = findings.c.number == int(number) if number.isdigit() else findings.c.id == name
    row = connection.execute(select(findings).where(found)).mappings().first()
    return codec.finding_of(row) if row else None


def locked(connection: Connection, finding_id: str) -> Finding | None:
    """The finding, to be changed by this transaction alone."""
    query = select(findings).where(findings.c.id == finding_id).with_for_update()
    row = connection.execute(query).mappings().first()
    return codec.finding_of(row) if row else None


def copies(connection: Connection, finding_id: str) -> tuple[Showing, ...]:
    query = select(showings).where(showings.c.finding_id == finding_id)
    found = connection.execute(query.order_by(showings.c.destination)).mappings()
    return tuple(codec.showing_of(row) for row in found)


def every(connection: Connection, query: Select[Any]) -> tuple[Finding, ...]:
    return tuple(codec.finding_of(row) for row in connection.execute(query).mappings())


def begun(database: Database, connection: Connection, run: Run, now: datetime) -> bool:
    """Record the run; False when another process, or an earlier try, has recorded it."""
    row = {"job": run.job, "logical": run.logical, "ran_at": now}
    added = database.insert(runs).values(row).on_conflict_do_nothing().returning(runs.c.job)
    return connection.scalar(added) is not None


def report(
    database: Database, connection: Connection, sighting: Sighting, now: datetime, moment: datetime
) -> Finding:
    new = sighting.finding
    known = locked(connection, new.id)
    stored = _open(database, connection, new, now) if known is None else known
    if stored is None:
        # Another transaction was faster: it is there now.
        return report(database, connection, sighting, now, moment)
    show: Wishes = {place: {} for place in sighting.places}
    if known is not None:
        met = changes.seen_again(known, new, now)
        if met.status in _DEALT_WITH:
            return store(connection, known, met, {}, moment)
        stored = store(connection, known, met, show, moment, sighting.not_before)
    else:
        _want(connection, stored, show, moment, sighting.not_before)
    _hold_back(database, connection, stored, sighting.held_back, sighting.not_before or now)
    return stored


def _open(
    database: Database, connection: Connection, new: Finding, now: datetime
) -> Finding | None:
    """The new finding, None when another transaction has opened it just now."""
    opened = changes.noted(new, changes.costbot(now), "found it")
    row = codec.finding_row(opened) | {"opened_at": now, "revision": 1, "occurrence": 1}
    added = database.insert(findings).values(row).on_conflict_do_nothing()
    if connection.scalar(added.returning(findings.c.id)) is None:
        return None
    _audit(connection, new.id, opened.log)
    stored = locked(connection, new.id)
    if stored is None:
        raise AssertionError("what was inserted is there")
    return stored


def store(
    connection: Connection,
    before: Finding,
    after: Finding,
    show: Wishes,
    moment: datetime,
    not_before: datetime | None = None,
) -> Finding:
    """Write `after` over `before`; a visible change makes every copy wanted anew."""
    fresh = after.occurrence != before.occurrence
    seen = _visible(before) != _visible(after)
    if seen:
        after = replace(after, revision=before.revision + 1)
    if after != before:
        row = codec.finding_row(after)
        connection.execute(update(findings).where(findings.c.id == before.id).values(row))
        _audit(connection, before.id, _new_lines(before, after))
    if fresh:
        _forget_copies(connection, before.id)
    if seen:
        want_anew(connection, after, moment)
    _want(connection, after, show, moment, not_before)
    return after


def want_anew(
    connection: Connection, finding: Finding, now: datetime, but: str | None = None
) -> None:
    """Every copy (`but` one) has to show the finding's revision."""
    waiting = showings.c.shown < showings.c.wanted
    change = (
        update(showings)
        .where(showings.c.finding_id == finding.id)
        .where(showings.c.destination != (but or ""))
        .values(
            wanted=finding.revision,
            priority=_priority(finding.severity),
            # One that was waiting already goes on waiting from when it began to.
            wanted_at=case((waiting, showings.c.wanted_at), else_=literal(now, Moment)),
            due_at=case((waiting, showings.c.due_at), else_=literal(now, Moment)),
        )
    )
    connection.execute(change)


def _forget_copies(connection: Connection, finding_id: str) -> None:
    """A new occurrence gets new messages, where it is wanted now: not where it was escalated to or
    asked for before. Attempts under way for the old one count no more."""
    connection.execute(delete(showings).where(showings.c.finding_id == finding_id))


def _want(
    connection: Connection,
    finding: Finding,
    show: Wishes,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Copies at new places, held until `not_before`; one that is held is let go without it."""
    known = {copy.destination for copy in copies(connection, finding.id)} if show else set()
    held = not_before if not_before is not None and not_before > now else None
    for destination, wish in sorted(show.items()):
        if destination in known:
            if held is None:
                _let_go(connection, finding.id, destination, now)
            continue
        connection.execute(
            insert(showings).values(
                finding_id=finding.id,
                destination=destination,
                scheme=scheme(destination),
                priority=_priority(finding.severity),
                wanted=finding.revision,
                stage=Stage.WANTED.value,
                wish=dict(wish),
                wanted_at=held or now,
                due_at=now,
                first_at=held or now,
                held_until=held,
            )
        )


def _let_go(connection: Connection, finding_id: str, destination: str, now: datetime) -> None:
    waiting = update(showings).where(copy_at(finding_id, destination), showings.c.held_until > now)
    connection.execute(waiting.values(held_until=None, first_at=now, wanted_at=now))


def _hold_back(
    database: Database,
    connection: Connection,
    finding: Finding,
    rooms: Sequence[str],
    at: datetime,
) -> None:
    """Note for its digest that a room is not told this, on the day on which it would be."""
    day = at.astimezone(UTC).date().isoformat()
    for room in rooms:
        row = {"finding_id": finding.id, "destination": room, "day": day, "at": at}
        connection.execute(database.insert(held_back).values(row).on_conflict_do_nothing())


def _priority(severity: Severity) -> int:
    """What matters most is shown first."""
    return -severity.rank


def _visible(finding: Finding) -> Finding:
    """The finding without what no reader sees."""
    return replace(finding, seen_at=finding.opened_at or finding.seen_at, revision=0)


def _new_lines(before: Finding, after: Finding) -> tuple[Entry, ...]:
    known = set(before.log)
    return tuple(line for line in after.log if line not in known)


def audit_line(connection: Connection, subject: str, line: Entry) -> None:
    """Who did what to something that is no finding, such as a mute."""
    _audit(connection, subject, (line,))


def _audit(connection: Connection, finding_id: str, lines: Sequence[Entry]) -> None:
    rows = [
        {"finding_id": finding_id, "at": one.at, "who": one.who, "by": one.by, "what": one.what}
        for one in lines
    ]
    if rows:
        connection.execute(insert(audit), rows)


def behind() -> ColumnElement[bool]:
    """What delivery has to bring up to date."""
    return and_(showings.c.shown < showings.c.wanted, showings.c.stage != Stage.DEAD.value)


def not_held(now: datetime) -> ColumnElement[bool]:
    """What no quiet hours hold back at a moment."""
    return or_(showings.c.held_until.is_(None), showings.c.held_until <= now)


def copy_at(finding_id: str, destination: str) -> ColumnElement[bool]:
    """One copy."""
    return and_(showings.c.finding_id == finding_id, showings.c.destination == destination)


def tell_others(connection: Connection, finding: Finding, but: str, now: datetime) -> None:
    """What became of a copy is something that the other copies show."""
    revision = finding.revision + 1
    connection.execute(
        update(findings).where(findings.c.id == finding.id).values(revision=revision)
    )
    want_anew(connection, replace(finding, revision=revision), now, but)
