"""What people have agreed to spend, a row for each budget; the audit log says who changed it."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from domain.budget import Budget, Cadence, Threshold
from domain.finding import Entry
from domain.money import Money
from domain.query import Dimension, Filter, Measure
from store.state import rows
from store.state.database import Database
from store.state.schema import budgets


class BudgetStore:
    """Implements `domain.ports.Budgets`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self) -> tuple[Budget, ...]:
        query = select(budgets).order_by(budgets.c.key)
        found = await self._database.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        return tuple(map(_budget, found))

    async def put(self, budget: Budget) -> Budget | None:
        def work(connection: Connection) -> Budget | None:
            now = self._database.now(connection)
            before = _get(connection, budget.name)
            row = _row(budget) | {"set_at": budget.set_at or now}
            added = self._database.insert(budgets).values(row)
            connection.execute(
                added.on_conflict_do_update(index_elements=[budgets.c.key], set_=row)
            )
            was = f", before {_said(before)}" if before else ""
            line = Entry(now, budget.who, f"set it to {_said(budget)}{was}", budget.by)
            rows.audit_line(connection, f"budget:{budget.name}", line)
            return before

        return await self._database.write(work)

    async def remove(self, name: str, who: str = "costbot", by: str = "") -> Budget | None:
        def work(connection: Connection) -> Budget | None:
            before = _get(connection, name)
            if before is None:
                return None
            connection.execute(delete(budgets).where(budgets.c.key == name.casefold()))
            below = update(budgets).where(func.lower(budgets.c.parent) == name.casefold())
            connection.execute(below.values(parent=before.parent))
            line = Entry(self._database.now(connection), who, f"removed {_said(before)}", by)
            rows.audit_line(connection, f"budget:{before.name}", line)
            return before

        return await self._database.write(work)


def _get(connection: Connection, name: str) -> Budget | None:
    query = select(budgets).where(budgets.c.key == name.casefold())
    row = connection.execute(query).mappings().one_or_none()
    return _budget(row) if row is not None else None


def _said(budget: Budget) -> str:
    limit = budget.limit
    return f"{limit.amount} {limit.currency} {budget.cadence}"


def _row(budget: Budget) -> dict[str, Any]:
    return {
        "key": budget.name.casefold(),
        "name": budget.name,
        "parent": budget.parent,
        "body": {
            "limit": [str(budget.limit.amount), budget.limit.currency],
            "cadence": budget.cadence.value,
            "filters": [
                [one.dimension.name, one.dimension.key, one.op, list(one.values)]
                for one in budget.filters
            ],
            "measure": budget.measure.value,
            "start": [budget.start_month, budget.start_day],
            "thresholds": [[str(one.share), one.forecast] for one in budget.thresholds],
            "place": budget.place,
        },
        "who": budget.who,
        "by": budget.by,
    }


def _budget(row: Any) -> Budget:
    body = row["body"]
    amount, currency = body["limit"]
    month, day = body["start"]
    return Budget(
        name=row["name"],
        limit=Money(Decimal(amount), currency),
        cadence=Cadence(body["cadence"]),
        filters=tuple(
            Filter(Dimension(name, key), op, tuple(values))
            for name, key, op, values in body["filters"]
        ),
        measure=Measure(body["measure"]),
        start_day=day,
        start_month=month,
        thresholds=tuple(Threshold(Decimal(share), ahead) for share, ahead in body["thresholds"]),
        parent=row["parent"],
        place=body["place"],
        who=row["who"],
        by=row["by"],
        set_at=row["set_at"],
    )
