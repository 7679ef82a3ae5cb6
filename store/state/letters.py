"""Dead letters: copies that were given up, to be looked at and tried again."""

from collections.abc import Callable

from sqlalchemy import Connection, select, update

from domain.delivery import Letter, Stage
from store.state import codec, rows
from store.state.database import Database
from store.state.schema import findings, showings


class LetterStore:
    """Implements `domain.ports.Letters`."""

    def __init__(self, database: Database, wake: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self.wake = wake

    async def listed(self, limit: int = 50) -> tuple[Letter, ...]:
        """What was given up, the newest finding first."""

        def work(connection: Connection) -> tuple[Letter, ...]:
            query = (
                select(showings, findings.c.number)
                .join(findings, findings.c.id == showings.c.finding_id)
                .where(showings.c.stage == Stage.DEAD.value)
                .order_by(findings.c.number.desc(), showings.c.destination)
                .limit(limit)
            )
            found: list[Letter] = []
            for row in connection.execute(query).mappings():
                finding = rows.named(connection, row["finding_id"])
                if finding is not None:
                    found.append(Letter(finding, codec.showing_of(row), row["attempts"]))
            return tuple(found)

        return await self._database.read(work)

    async def replay(self, finding_id: str, destination: str | None = None) -> int:
        """Want again what was given up, at one destination or at all; how many copies that is."""

        def work(connection: Connection) -> int:
            finding = rows.locked(connection, finding_id)
            if finding is None:
                return 0
            now = self._database.now(connection)
            again = update(showings).where(
                showings.c.finding_id == finding_id, showings.c.stage == Stage.DEAD.value
            )
            if destination is not None:
                again = again.where(showings.c.destination == destination)
            changed = connection.execute(
                again.values(
                    stage=Stage.WANTED.value,
                    wanted=finding.revision + 1,
                    attempts=0,
                    reason="",
                    wanted_at=now,
                    due_at=now,
                )
            )
            rows.tell_others(connection, finding, "", now)
            return changed.rowcount

        count = await self._database.write(work)
        self.wake()
        return count
