"""What each room was shown, and what it was spared: counted, never changed."""

from datetime import UTC, datetime

from sqlalchemy import Connection, and_, func, not_, or_, select

from domain.changes import REOPEN_WITHIN
from domain.finding import Status
from domain.routing import HeldBack
from store.state import codec
from store.state.database import Database
from store.state.schema import findings, held_back, showings


class RoomCounts:
    """Implements `domain.routing.Rooms`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first_shown(self, destination: str, start: datetime, end: datetime) -> int:
        query = select(func.count()).where(
            showings.c.destination == destination,
            showings.c.first_at >= start,
            showings.c.first_at < end,
        )
        return await self._database.read(lambda connection: connection.scalar(query) or 0)

    async def places(self, finding_id: str, now: datetime) -> frozenset[str]:
        """Nowhere when it ended so long ago that it would come back with new messages."""
        over = and_(
            findings.c.status == Status.RESOLVED.value,
            or_(
                findings.c.resolved_at.is_(None),
                findings.c.resolved_at < now - REOPEN_WITHIN,
            ),
        )
        query = (
            select(showings.c.destination)
            .join(findings, findings.c.id == showings.c.finding_id)
            .where(showings.c.finding_id == finding_id, not_(over))
        )
        return await self._database.read(
            lambda connection: frozenset(connection.scalars(query).all())
        )

    async def held_back(self, start: datetime, end: datetime) -> tuple[HeldBack, ...]:
        first, last = (moment.astimezone(UTC).date().isoformat() for moment in (start, end))
        query = (
            select(held_back.c.destination, held_back.c.at, findings)
            .join(findings, findings.c.id == held_back.c.finding_id)
            .where(held_back.c.day >= first, held_back.c.day < last)
            .order_by(held_back.c.destination, findings.c.number)
        )

        def work(connection: Connection) -> tuple[HeldBack, ...]:
            rooms: dict[str, HeldBack] = {}
            for row in connection.execute(query).mappings():
                room, at, found = row["destination"], row["at"], codec.finding_of(row)
                known = rooms.get(room, HeldBack(room, at, at, ()))
                told = (*known.findings, found)
                rooms[room] = HeldBack(room, min(known.first, at), max(known.last, at), told)
            return tuple(rooms.values())

        return await self._database.read(work)
