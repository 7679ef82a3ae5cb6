"""Where in Teams the bot may write unasked, kept over restarts and for every replica."""

from sqlalchemy import Connection, delete, select

from domain.delivery import Conversation
from store.state.database import Database
from store.state.schema import conversations

_FIELDS = ("place", "service_url", "bot_id", "tenant", "kind")


class ConversationStore:
    """Implements `domain.delivery.Conversations`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, conversation: Conversation) -> None:
        row = {name: getattr(conversation, name) for name in _FIELDS}
        known = self._database.insert(conversations).values(row)
        newest = known.on_conflict_do_update(index_elements=[conversations.c.place], set_=row)
        await self._database.write(lambda connection: connection.execute(newest))

    async def find(self, place: str) -> Conversation | None:
        query = select(conversations).where(conversations.c.place == place)

        def work(connection: Connection) -> Conversation | None:
            row = connection.execute(query).mappings().first()
            return Conversation(**{name: row[name] for name in _FIELDS}) if row else None

        return await self._database.read(work)

    async def forget(self, place: str) -> None:
        gone = delete(conversations).where(conversations.c.place == place)
        await self._database.write(lambda connection: connection.execute(gone), essential=True)
