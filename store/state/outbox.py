"""The outbox: copies that are behind, claimed by one worker at a time, and what became of them.

An attempt is written down before its request leaves: after a crash in between, the outcome is known
to be unknown. What a worker reports counts only while it holds the lease it was given.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, update
from sqlalchemy.engine import RowMapping

from domain.delivery import Receipt, Receipts, Stage
from domain.finding import Finding
from store.state import codec, rows, suspect
from store.state.database import Database
from store.state.schema import findings, lanes, showings
from store.state.suspect import Failure

#: The doubt that there was before an attempt which certainly changed nothing.
_AS_BEFORE = {
    "unsure_at": showings.c.unsure_before,
    "unsure_until": showings.c.unsure_until_before,
}


@dataclass(frozen=True, slots=True)
class Job:
    """One copy to bring up to date, held under `lease`; `attempts` counts this one."""

    finding: Finding
    receipts: Receipts
    lease: str
    attempts: int
    wanted_at: datetime

    @property
    def destination(self) -> str:
        return self.receipts.mine.destination


class Outbox:
    """The work of delivery, on the same database as the findings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_over(self) -> None:
        """At the start of the only process of a SQLite file: whoever held a lease is gone, and its
        attempts have ended."""
        if not self._database.is_sqlite:
            return

        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            held = update(showings).where(showings.c.lease.is_not(None))
            connection.execute(held.values(lease=None, unsure_until=now))

        await self._database.write(work, essential=True)

    async def claim(self, scheme: str, limit: int, lease: timedelta) -> list[Job]:
        """Up to `limit` copies that are due, the most severe first, each held for `lease`."""

        def work(connection: Connection) -> list[Job]:
            now = self._database.now(connection)
            clock = self._database.lease_clock(connection)
            due = connection.execute(_due(scheme, limit, now, clock)).mappings().all()
            chosen = list(_bearable(due))
            for row in chosen:
                if row["failures"] >= suspect.SUSPECT:
                    # Nobody else asks before this attempt has an outcome.
                    suspect.pause(connection, row["destination"], now + lease)
            return [
                self._hold(connection, row, now, lease, clock + lease.total_seconds())
                for row in chosen
            ]

        return await self._database.write(work, essential=True)

    def _hold(
        self,
        connection: Connection,
        row: RowMapping,
        now: datetime,
        lease: timedelta,
        until: float,
    ) -> Job:
        """Write the attempt down: from here on its effect may be there.

        Unless it says itself when it ended, it lasted as long as its lease at most.
        """
        token, attempts = uuid4().hex, row["attempts"] + 1
        written = (
            update(showings)
            .where(rows.copy_at(row["finding_id"], row["destination"]))
            .values(
                attempts=attempts,
                unsure_before=showings.c.unsure_at,
                unsure_until_before=showings.c.unsure_until,
                unsure_at=func.coalesce(showings.c.unsure_at, now),
                unsure_until=now + lease,
                lease=token,
                lease_until=until,
            )
        )
        connection.execute(written)
        query = select(findings).where(findings.c.id == row["finding_id"])
        finding = codec.finding_of(connection.execute(query).mappings().one())
        copies = rows.copies(connection, finding.id)
        others = tuple(one for one in copies if one.destination != row["destination"])
        return Job(
            finding,
            # What is unsure is what earlier attempts left, not the one that begins now.
            Receipts(codec.showing_of(row), now, others),
            token,
            attempts,
            row["wanted_at"],
        )

    async def delivered(self, job: Job, receipt: Receipt) -> bool:
        """The copy shows the job's finding; False when the lease was lost meanwhile.

        When the copy has a new reference or address, the other copies are wanted anew to show it.
        """

        def work(connection: Connection) -> tuple[bool, int]:
            known = rows.locked(connection, job.finding.id)
            now, before = self._database.now(connection), job.receipts.mine.receipt
            # What the place itself told meanwhile is not undone by an attempt that knew nothing.
            url = receipt.url if receipt.url != before.url else showings.c.url
            failures = suspect.failures(connection, job.destination)
            changed = connection.execute(
                update(showings)
                .where(_held(job))
                .values(
                    shown=job.finding.revision,
                    stage=Stage.SHOWN.value,
                    ref=receipt.ref,
                    url=url,
                    memo=receipt.memo,
                    reason="",
                    attempts=0,
                    unsure_at=None,
                    unsure_until=None,
                    unsure_before=None,
                    unsure_until_before=None,
                    lease=None,
                    # Wanted anew while it was drawn: due at once.
                    wanted_at=now,
                    due_at=now,
                )
            )
            if changed.rowcount != 1 or known is None:
                return False, failures
            if (before.ref, before.url) != (receipt.ref, receipt.url):
                rows.tell_others(connection, known, job.destination, now)
            return True, failures

        done, failures = await self._database.write(work, essential=True)
        if failures:
            await suspect.recovered(self._database, job.destination, failures)
        return done

    async def failed(self, job: Job, failure: Failure) -> bool:
        """The attempt failed; False when the lease was lost meanwhile."""

        def work(connection: Connection) -> bool:
            known = rows.locked(connection, job.finding.id)
            now = self._database.now(connection)
            dead = failure.wait is None
            changed = connection.execute(
                update(showings)
                .where(_held(job))
                .values(
                    stage=(Stage.DEAD if dead else Stage.WANTED).value,
                    reason=failure.reason[:500],
                    **({"unsure_until": now} if failure.unknown else _AS_BEFORE),
                    due_at=now + (failure.wait or timedelta(0)),
                    attempts=job.attempts if failure.tried else job.attempts - 1,
                    lease=None,
                )
            )
            if failure.counts:
                suspect.count(self._database, connection, job.destination, failure, now)
            if changed.rowcount != 1 or known is None:
                return False
            if dead:
                rows.tell_others(connection, known, job.destination, now)
            return True

        return await self._database.write(work, essential=True)

    async def release(self, job: Job) -> None:
        """Give a copy back untried, as if it had not been claimed."""
        given = (
            update(showings)
            .where(_held(job))
            .values(lease=None, attempts=job.attempts - 1, **_AS_BEFORE)
        )
        await self._database.write(lambda connection: connection.execute(given), essential=True)

    async def due(self) -> tuple[str, ...]:
        """The schemes of which something can be claimed now."""

        def work(connection: Connection) -> tuple[str, ...]:
            now = self._database.now(connection)
            clock = self._database.lease_clock(connection)
            query = suspect.claimable(select(showings.c.scheme).distinct(), now, clock)
            return tuple(connection.scalars(query.order_by(showings.c.scheme)))

        return await self._database.read(work)

    async def depth(self) -> dict[str, tuple[int, datetime | None]]:
        """How many copies are behind at each scheme, and since when the oldest is."""

        def work(connection: Connection) -> dict[str, tuple[int, datetime | None]]:
            query = (
                select(showings.c.scheme, func.count(), func.min(showings.c.wanted_at))
                .where(rows.behind(), rows.not_held(self._database.now(connection)))
                .group_by(showings.c.scheme)
            )
            return {scheme: (count, since) for scheme, count, since in connection.execute(query)}

        return await self._database.read(work)


def _held(job: Job) -> ColumnElement[bool]:
    """The fence: nobody else was given the copy meanwhile."""
    return and_(rows.copy_at(job.finding.id, job.destination), showings.c.lease == job.lease)


def _due(scheme: str, limit: int, now: datetime, clock: float) -> Select[Any]:
    failures = func.coalesce(lanes.c.failures, 0).label("failures")
    return (
        suspect.claimable(select(showings, failures), now, clock)
        .where(showings.c.scheme == scheme)
        .order_by(showings.c.priority, showings.c.wanted_at)
        .limit(limit)
        .with_for_update(of=showings, skip_locked=True)
    )


def _bearable(due: Sequence[RowMapping]) -> Iterator[RowMapping]:
    """A destination in doubt gets a single attempt."""
    taken: Counter[str] = Counter()
    for row in due:
        taken[row["destination"]] += 1
        if row["failures"] < suspect.SUSPECT or taken[row["destination"]] == 1:
            yield row
