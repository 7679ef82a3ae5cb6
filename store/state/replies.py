"""Answers that were paid for, kept until they are out of date."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from store.state.database import Database
from store.state.schema import replies


class ReplyStore:
    """Implements `domain.ports.Replies`: shared by all replicas."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str, now: datetime) -> Mapping[str, Any] | None:
        query = select(replies.c.content).where(replies.c.key == key, replies.c.until > now)
        return await self._database.read(lambda connection: connection.scalar(query))

    async def keep(self, key: str, content: Mapping[str, Any], until: datetime) -> None:
        row = {"key": key, "content": dict(content), "until": until}
        added = self._database.insert(replies).values(row)
        put = added.on_conflict_do_update(index_elements=[replies.c.key], set_=row)
        await self._database.write(lambda connection: connection.execute(put))
