"""What was collected from outside: one row a source, its newest content and how it went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from domain.collected import Collected
from store.state.database import Database
from store.state.schema import collected


class CollectedStore:
    """Implements `domain.ports.Collections`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, source: str) -> Collected | None:
        query = select(collected).where(collected.c.source == source)
        row = await self._database.read(lambda c: c.execute(query).mappings().first())
        return _collected(row) if row else None

    async def listed(self) -> tuple[Collected, ...]:
        query = select(collected).order_by(collected.c.source)
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return tuple(map(_collected, rows))

    async def doing(self, source: str, step: str, now: datetime) -> None:
        row = {
            "source": source,
            "tried_at": now,
            "said": "",
            "content": {},
            "failure": "",
            "doing": step,
        }
        added = self._database.insert(collected).values(row)
        put = added.on_conflict_do_update(index_elements=[collected.c.source], set_={"doing": step})
        await self._database.write(lambda connection: connection.execute(put))

    async def good(
        self, source: str, said: str, content: Mapping[str, Any], now: datetime
    ) -> Collected:
        row = {
            "source": source,
            "tried_at": now,
            "good_at": now,
            "said": said,
            "content": dict(content),
            "failure": "",
            "failed_since": None,
            "doing": "",
        }
        await self._database.write(lambda connection: self._put(connection, row))
        return Collected(source, now, now, said, content)

    async def failed(self, source: str, why: str, now: datetime) -> Collected:
        def work(connection: Connection) -> Collected:
            query = select(collected).where(collected.c.source == source)
            row = connection.execute(query.with_for_update()).mappings().first()
            known = _collected(row) if row else Collected(source, now)
            changed = {
                "source": source,
                "tried_at": now,
                "good_at": known.good_at,
                "said": known.said,
                "content": dict(known.content),
                "failure": why,
                "failed_since": known.failed_since or now,
                "doing": "",
            }
            self._put(connection, changed)
            return _collected(changed)

        return await self._database.write(work)

    def _put(self, connection: Connection, row: Mapping[str, Any]) -> None:
        added = self._database.insert(collected).values(row)
        connection.execute(
            added.on_conflict_do_update(index_elements=[collected.c.source], set_=row)
        )


def _collected(row: RowMapping | Mapping[str, Any]) -> Collected:
    return Collected(
        row["source"],
        row["tried_at"],
        row["good_at"],
        row["said"],
        row["content"],
        row["failure"],
        row["failed_since"],
        row["doing"],
    )
