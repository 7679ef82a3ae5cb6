"""What was handled already, for every replica: a key is marked once until its time is up."""

from datetime import timedelta

from sqlalchemy import Connection, delete, select

from store.state.database import Database
from store.state.schema import marks

#: Slack repeats a delivery for up to 5 minutes, and a signature is good for 10.
KEEP = timedelta(minutes=20)


class MarkStore:
    """Keys of deliveries, webhooks and the like."""

    def __init__(self, database: Database, keep: timedelta = KEEP) -> None:
        self._database = database
        self._keep = keep

    async def first(self, key: str) -> bool:
        """Mark `key`; whether it was not marked before."""

        def work(connection: Connection) -> bool:
            now = self._database.now(connection)
            connection.execute(delete(marks).where(marks.c.key == key[:400], marks.c.until <= now))
            added = self._database.insert(marks).values(key=key[:400], until=now + self._keep)
            marked = added.on_conflict_do_nothing().returning(marks.c.key)
            return connection.scalar(marked) is not None

        return await self._database.write(work, essential=True)

    async def known(self, key: str) -> bool:
        """Whether `key` is marked."""

        def work(connection: Connection) -> bool:
            now = self._database.now(connection)
            query = select(marks.c.key).where(marks.c.key == key[:400], marks.c.until > now)
            return connection.scalar(query) is not None

        return await self._database.read(work)

    async def forget(self, key: str) -> None:
        """Take the mark back: the work behind it was not accepted after all."""
        gone = delete(marks).where(marks.c.key == key[:400])
        await self._database.write(lambda connection: connection.execute(gone), essential=True)
