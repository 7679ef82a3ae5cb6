"""What is not needed any more: marks and paid answers whose time is over, old counts."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from store.state.database import Database
from store.state.schema import marks, replies, spent

#: How long it is known what was spent.
KEPT = timedelta(days=400)


async def forget_old(database: Database, now: datetime) -> int:
    """Delete what has ended; how many marks there were."""

    def work(connection: Connection) -> int:
        connection.execute(delete(replies).where(replies.c.until <= now))
        connection.execute(delete(spent).where(spent.c.day < str((now - KEPT).date())))
        return connection.execute(delete(marks).where(marks.c.until <= now)).rowcount

    return await database.write(work)
