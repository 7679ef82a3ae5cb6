"""The memory of findings: reported, changed, shown; every change in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.delivery import Showing
from domain.errors import UserError
from domain.finding import Entry, Finding, Status
from domain.ports import Change, Limit, Run, Sighting
from store.state import rows
from store.state.database import Database
from store.state.rows import Wishes
from store.state.schema import audit, findings, runs


class FindingStore:
    """Implements `domain.ports.Findings`. `wake` is called when something new is to be shown."""

    def __init__(self, database: Database, wake: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self.wake = wake

    async def get(self, name: str) -> Finding | None:
        return await self._database.read(lambda connection: rows.named(connection, name))

    async def showings(self, finding_id: str) -> tuple[Showing, ...]:
        return await self._database.read(lambda connection: rows.copies(connection, finding_id))

    async def listed(
        self, statuses: frozenset[Status] | None = None, kind: str | None = None, limit: int = 50
    ) -> tuple[Finding, ...]:
        query = select(findings).order_by(findings.c.number.desc()).limit(limit)
        if statuses is not None:
            query = query.where(findings.c.status.in_([status.value for status in statuses]))
        if kind is not None:
            query = query.where(findings.c.kind == kind)
        return await self._database.read(lambda connection: rows.every(connection, query))

    async def overdue(self, now: datetime) -> tuple[Finding, ...]:
        """Those whose state has come to its end."""
        query = select(findings).where(findings.c.until <= now).order_by(findings.c.number)
        return await self._database.read(lambda connection: rows.every(connection, query))

    async def history(self, finding_id: str, limit: int = 100) -> tuple[Entry, ...]:
        """Every recorded step, oldest first."""
        query = select(audit).where(audit.c.finding_id == finding_id).order_by(audit.c.id.desc())
        newest = await self._database.read(
            lambda connection: connection.execute(query.limit(limit)).mappings().all()
        )
        lines = reversed(newest)
        return tuple(Entry(line["at"], line["who"], line["what"], line["by"]) for line in lines)

    async def report(
        self, seen: Sequence[Sighting], now: datetime, run: Run | None = None
    ) -> tuple[Finding, ...]:
        def work(connection: Connection) -> tuple[Finding, ...]:
            if run is not None and not rows.begun(self._database, connection, run, now):
                return ()
            # In one order everywhere, so that two transactions never wait for each other.
            ordered = sorted(seen, key=lambda sighting: sighting.finding.id)
            moment = self._database.now(connection)
            return tuple(
                rows.report(self._database, connection, one, now, moment) for one in ordered
            )

        reported = await self._database.write(work)
        self.wake()
        return reported

    async def ran(self, job: str, logical: str) -> bool:
        """Whether this run is recorded."""
        query = select(runs.c.job).where(runs.c.job == job, runs.c.logical == logical)
        return await self._database.read(lambda connection: connection.scalar(query) is not None)

    async def change(
        self,
        finding_id: str,
        change: Change,
        show: Wishes | None = None,
        limit: Limit | None = None,
    ) -> Finding:
        def work(connection: Connection) -> Finding:
            if limit is not None:
                self._database.alone(connection, f"limit {limit.by}")
                _keep_within(connection, limit)
            before = rows.locked(connection, finding_id)
            if before is None:
                raise UserError("There is no such finding any more.", ("findings",))
            moment = self._database.now(connection)
            return rows.store(connection, before, change(before), show or {}, moment)

        changed = await self._database.write(work)
        self.wake()
        return changed


def _keep_within(connection: Connection, limit: Limit) -> None:
    """UserError when the person has taken as many steps as allowed."""
    said = audit.c.what.startswith(limit.what, autoescape=True)
    taken = select(func.count()).where(audit.c.by == limit.by, audit.c.at >= limit.since, said)
    if (connection.scalar(taken) or 0) >= limit.most:
        raise UserError(limit.said, ())
