"""The memory of subscriptions: which command is asked by itself, when, and for which place."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import RowMapping

from domain.ports import Subscription
from store.state.database import Database
from store.state.schema import subscriptions


class SubscriptionStore:
    """Implements `domain.ports.Subscriptions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, subscription: Subscription) -> Subscription:
        """Store it with a number of its own; one that says the same is returned as it is."""
        same = _same(subscription)

        def work(connection: Any) -> Subscription:
            known = connection.execute(same).mappings().first()
            if known is not None:
                return _subscription(known)
            added = self._database.insert(subscriptions).values(_row(subscription))
            row = connection.execute(added.returning(subscriptions)).mappings().one()
            return _subscription(row)

        return await self._database.write(work)

    async def remove(self, number: int) -> bool:
        gone = delete(subscriptions).where(subscriptions.c.id == number)
        removed = await self._database.write(lambda connection: connection.execute(gone).rowcount)
        return removed == 1

    async def listed(self, place: str | None = None) -> tuple[Subscription, ...]:
        query = select(subscriptions).order_by(subscriptions.c.id)
        if place is not None:
            query = query.where(subscriptions.c.place == place)
        rows = await self._database.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        return tuple(map(_subscription, rows))


def _same(subscription: Subscription) -> Any:
    columns = ("place", "words", "every", "at", "zone")
    return select(subscriptions).where(
        *(subscriptions.c[name] == getattr(subscription, name) for name in columns)
    )


def _row(subscription: Subscription) -> dict[str, Any]:
    names = ("place", "words", "every", "at", "zone", "by", "who", "created_at")
    return {name: getattr(subscription, name) for name in names}


def _subscription(row: RowMapping) -> Subscription:
    return Subscription(
        place=row["place"],
        words=row["words"],
        every=row["every"],
        at=row["at"],
        zone=row["zone"],
        who=row["who"],
        by=row["by"],
        created_at=row["created_at"],
        number=row["id"],
    )
