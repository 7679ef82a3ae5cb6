"""What other systems tell about copies: found by their reference, and never an older word."""

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from domain.finding import Finding
from store.state import rows
from store.state.database import Database
from store.state.schema import showings


class HeardStore:
    """Knows which finding a ticket or an incident is a copy of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def about(self, scheme: str, ref: str) -> tuple[Finding, str] | None:
        """The finding shown under `ref`, and the destination of that copy."""

        def work(connection: Connection) -> tuple[Finding, str] | None:
            query = select(showings.c.finding_id, showings.c.destination).where(
                showings.c.scheme == scheme, showings.c.ref == ref
            )
            row = connection.execute(query).first()
            found = rows.named(connection, row.finding_id) if row else None
            return (found, row.destination) if row and found else None

        return await self._database.read(work)

    async def unplaced(self, scheme: str) -> tuple[tuple[Finding, str], ...]:
        """Findings whose copy there has no reference yet, each with the copy's destination."""

        def work(connection: Connection) -> tuple[tuple[Finding, str], ...]:
            query = select(showings.c.finding_id, showings.c.destination).where(
                showings.c.scheme == scheme, showings.c.ref == ""
            )
            found = [
                (rows.named(connection, finding_id), where)
                for finding_id, where in connection.execute(query)
            ]
            return tuple((one, where) for one, where in found if one is not None)

        return await self._database.read(work)

    async def newest(self, finding_id: str, destination: str, at: datetime) -> bool:
        """Note that something of this moment was told; False when something newer was."""

        def work(connection: Connection) -> bool:
            heard = (
                update(showings)
                .where(rows.copy_at(finding_id, destination))
                .where(or_(showings.c.heard_at.is_(None), showings.c.heard_at <= at))
                .values(heard_at=at)
            )
            return connection.execute(heard).rowcount == 1

        return await self._database.write(work)

    async def placed(self, finding_id: str, destination: str, ref: str, url: str) -> None:
        """The copy is there, as its place says itself: no attempt has to look for it any more.

        An address that is known already stays: places differ in how they write their own.
        """

        def work(connection: Connection) -> None:
            known, now = rows.locked(connection, finding_id), self._database.now(connection)
            copy = update(showings).where(rows.copy_at(finding_id, destination))
            there = copy.where(showings.c.ref == "")
            there = there.values(ref=ref, url=url, unsure_at=None, unsure_until=None, due_at=now)
            found = connection.execute(there).rowcount
            if not found and url:
                addressed = copy.where(showings.c.ref == ref, showings.c.url == "")
                found = connection.execute(addressed.values(url=url)).rowcount
            if found and known is not None:
                rows.tell_others(connection, known, destination, now)

        await self._database.write(work, essential=True)
