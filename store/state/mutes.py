"""What people have silenced, until when, and why."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from domain.finding import Entry
from domain.routing import Mute
from store.state import rows
from store.state.database import Database
from store.state.schema import findings, mutes, showings


class MuteStore:
    """Implements `domain.ports.Mutes`; what waits for quiet hours to end is silenced as well."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, mute: Mute) -> Mute:
        row = {
            "kind": mute.kind,
            "labels": dict(mute.labels),
            "until": mute.until,
            "who": mute.who,
            "by": mute.by,
            "why": mute.why,
        }

        def work(connection: Connection) -> Mute:
            number = connection.scalar(insert(mutes).values(row).returning(mutes.c.id)) or 0
            added = replace(mute, number=number)
            now = self._database.now(connection)
            said = f"muted {_said(mute)}"
            rows.audit_line(connection, f"mute:{number}", Entry(now, mute.who, said, mute.by))
            _forget_held(connection, added, now)
            return added

        return await self._database.write(work)

    async def remove(self, number: int, who: str = "costbot", by: str = "") -> bool:
        gone = delete(mutes).where(mutes.c.id == number).returning(mutes.c.id)

        def work(connection: Connection) -> bool:
            removed = connection.scalar(gone) is not None
            if removed:
                line = Entry(self._database.now(connection), who, "removed the mute", by)
                rows.audit_line(connection, f"mute:{number}", line)
            return removed

        return await self._database.write(work)

    async def active(self, now: datetime) -> tuple[Mute, ...]:
        query = select(mutes).where(mutes.c.until > now).order_by(mutes.c.id)
        found = await self._database.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        return tuple(
            Mute(
                kind=row["kind"],
                labels=row["labels"],
                until=row["until"],
                who=row["who"],
                by=row["by"],
                why=row["why"],
                number=row["id"],
            )
            for row in found
        )


def _said(mute: Mute) -> str:
    """What it silences until when, as it is written down for good."""
    pairs = ({"kind": mute.kind} if mute.kind else {}) | dict(mute.labels)
    what = " ".join(f"{name}={value}" for name, value in pairs.items())
    why = f" ({mute.why})" if mute.why else ""
    return f"{what} until {mute.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC{why}"


def _forget_held(connection: Connection, mute: Mute, now: datetime) -> None:
    held = select(showings.c.finding_id).where(showings.c.held_until > now)
    waiting = rows.every(connection, select(findings).where(findings.c.id.in_(held)))
    for finding in waiting:
        if mute.covers(finding, now):
            gone = delete(showings).where(showings.c.finding_id == finding.id)
            connection.execute(gone.where(showings.c.held_until > now))
