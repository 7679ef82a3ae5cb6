"""What asking costs: counted before it is asked, so that no ceiling is passed by a crash."""

from datetime import date

from sqlalchemy import Connection, select, update

from store.state.database import Database
from store.state.schema import spent


class SpentStore:
    """Implements `domain.ports.Spending`: all replicas together, one row a day and vendor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, what: str, day: date, count: int, most: int) -> bool:
        def work(connection: Connection) -> bool:
            connection.execute(
                self._database.insert(spent)
                .values(what=what, day=str(day), count=0)
                .on_conflict_do_nothing()
            )
            row = (spent.c.what == what) & (spent.c.day == str(day))
            room = update(spent).where(row, spent.c.count + count <= most)
            taken = room.values(count=spent.c.count + count).returning(spent.c.count)
            return connection.scalar(taken) is not None

        return await self._database.write(work)

    async def on(self, what: str, day: date) -> int:
        query = select(spent.c.count).where(spent.c.what == what, spent.c.day == str(day))
        return await self._database.read(lambda connection: connection.scalar(query)) or 0
