"""What is not needed any more: marks whose time is over."""

from datetime import datetime

from sqlalchemy import delete

from store.state.database import Database
from store.state.schema import marks


async def forget_marks(database: Database, now: datetime) -> int:
    """Delete the marks that have ended; how many there were."""
    ended = delete(marks).where(marks.c.until <= now)
    return await database.write(lambda connection: connection.execute(ended).rowcount)
