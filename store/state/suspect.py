"""Destinations that fail: how long they are left alone, and what happens when they are back."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, or_, select, update

from store.state import rows
from store.state.database import Database
from store.state.schema import lanes, showings

#: A moment further away than this was set by a clock that was wrong: it counts as now.
FURTHEST = timedelta(hours=1)
#: A destination that is down is asked at least this often, so that its recovery is noticed.
LONGEST_REST = timedelta(seconds=30)
#: From this many failures in a row on, a destination is asked by one attempt at a time.
SUSPECT = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed. `unknown`: its effect may be there. `wait` is until the next one, None
    for never; `pause` is how long the whole destination is left alone; `counts` says that it makes
    the destination suspect, `tried` that it makes the next back-off longer."""

    reason: str
    unknown: bool
    wait: timedelta | None
    pause: timedelta | None = None
    counts: bool = True
    tried: bool = True


def count(
    database: Database, connection: Connection, destination: str, failure: Failure, now: datetime
) -> None:
    """One more failure in a row; from SUSPECT on each buys the destination a longer rest."""
    row = {"destination": destination, "failures": 1, "reason": failure.reason[:500]}
    added = database.insert(lanes).values(row)
    failures = connection.scalar(
        added.on_conflict_do_update(
            index_elements=[lanes.c.destination],
            set_={"failures": lanes.c.failures + 1, "reason": row["reason"]},
        ).returning(lanes.c.failures)
    )
    rest = max(failure.pause or timedelta(0), rest_after(failures or 1))
    pause(connection, destination, now + rest if rest else None)


def failures(connection: Connection, destination: str) -> int:
    """How often a destination failed in a row."""
    query = select(lanes.c.failures).where(lanes.c.destination == destination)
    return connection.scalar(query) or 0


async def recovered(database: Database, destination: str, failures: int) -> None:
    """A destination that answers again, after so many failures, is trusted again; after an outage
    nothing waits any more.

    A pause that it asked for itself stays: the answer may be to something sent before.
    """
    await database.write(lambda connection: _trust(connection, destination), essential=True)
    if failures >= SUSPECT:
        await database.write(
            lambda connection: _hurry(connection, destination, database.now(connection)),
            essential=True,
        )


def _trust(connection: Connection, destination: str) -> None:
    asked_for = case((lanes.c.failures < SUSPECT, lanes.c.paused_until))
    well = update(lanes).where(lanes.c.destination == destination)
    connection.execute(well.values(failures=0, paused_until=asked_for, reason=""))


def _hurry(connection: Connection, destination: str, now: datetime) -> None:
    """What waits for its back-off is due at once; what somebody holds is left to them."""
    waiting = (
        select(showings.c.finding_id)
        .where(showings.c.destination == destination, showings.c.due_at > now)
        .where(rows.behind(), showings.c.lease.is_(None))
        .with_for_update(skip_locked=True)
    )
    for finding_id in connection.scalars(waiting).all():
        due = update(showings).where(rows.copy_at(finding_id, destination))
        connection.execute(due.values(due_at=now))


def rest_after(failures: int) -> timedelta:
    """Nothing at first, then 1, 2, 4 … seconds, half of them by chance, 30 at most."""
    if failures < SUSPECT:
        return timedelta(0)
    longest = min(timedelta(seconds=2 ** min(failures - SUSPECT, 10)), LONGEST_REST)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads retries, hides nothing


def pause(connection: Connection, destination: str, until: datetime | None) -> None:
    """Claim nothing for a destination until a moment."""
    paused = update(lanes).where(lanes.c.destination == destination)
    connection.execute(paused.values(paused_until=until))


def claimable(query: Select[Any], now: datetime, clock: float) -> Select[Any]:
    """Of the copies, those that are behind, due, held by nobody, where nobody asked for a pause."""
    past = or_(showings.c.due_at <= now, showings.c.due_at > now + FURTHEST)
    open_lane = or_(
        lanes.c.paused_until.is_(None),
        lanes.c.paused_until <= now,
        lanes.c.paused_until > now + FURTHEST,
    )
    free = or_(showings.c.lease.is_(None), showings.c.lease_until < clock)
    lane = lanes.c.destination == showings.c.destination
    due = (rows.behind(), rows.not_held(now), past, open_lane, free)
    return query.outerjoin(lanes, lane).where(*due)
