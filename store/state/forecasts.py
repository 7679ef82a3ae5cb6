"""Forecasts as they were made: one for each period and newest settled day, never changed."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, select

from domain.outlook import Expected, Kept
from domain.period import Period
from store.state.database import Database
from store.state.schema import forecasts


class ForecastStore:
    """Implements `domain.ports.Forecasts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, made: Kept) -> bool:
        row = {
            "scope": made.scope,
            "start": str(made.period.start),
            "end": str(made.period.end),
            "through": str(made.through),
            "mean": str(made.whole.mean),
            "lower": str(made.whole.lower),
            "upper": str(made.whole.upper),
            "currency": made.currency,
            "made_at": made.made_at,
        }

        def work(connection: Connection) -> bool:
            added = self._database.insert(forecasts).values(row).on_conflict_do_nothing()
            return connection.scalar(added.returning(forecasts.c.scope)) is not None

        return await self._database.write(work)

    async def kept(self, scope: str, since: date) -> tuple[Kept, ...]:
        query = select(forecasts).where(forecasts.c.scope == scope, forecasts.c.start >= str(since))
        query = query.order_by(forecasts.c.start, forecasts.c.end, forecasts.c.through)
        found = await self._database.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        return tuple(
            Kept(
                row["scope"],
                Period(date.fromisoformat(row["start"]), date.fromisoformat(row["end"])),
                date.fromisoformat(row["through"]),
                Expected(Decimal(row["mean"]), Decimal(row["lower"]), Decimal(row["upper"])),
                row["currency"],
                row["made_at"],
            )
            for row in found
        )
