"""The jobs that every bot has: reports on their schedule, and keeping the findings in order."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from analytics.occasions import Rhythm, due
from bot.digest import digest
from bot.escalation import escalate
from bot.reminders import remind
from bot.scheduler import Job, Seen, Source
from domain import changes
from domain.ports import Lake, Subscription, Subscriptions
from domain.routing import Rooms
from handlers import accuracy, sending
from handlers.kinds import Context
from store.state import Database, FindingStore, forget_old

log = logging.getLogger(__name__)

SWEEP = timedelta(minutes=1)
HOUR = timedelta(hours=1)
#: Reports that are older keep the numbers they were sent with.
REFRESHED_FOR = timedelta(days=35)
_MOST = 500


def reports(subscriptions: Subscriptions, also: Sequence[str] = ()) -> Source:
    """One job for each subscription; `also` are places such as Datadog's for the numbers."""
    noted: set[str] = set()

    def job(one: Subscription) -> Job:
        def logical(now: datetime) -> str | None:
            occasion = due(Rhythm.of(one.every, one.at, one.zone), one.created_at, now)
            if occasion is None:
                return None
            name = f"{one.number}:{occasion.day}"
            if occasion.late and name not in noted:
                noted.add(name)
                log.warning("report %s was missed and is too old to be sent", name)
            return None if occasion.late else f"{occasion.day}"

        async def run(context: Context, day: str) -> Seen:
            return [await sending.sighting(context, one, day, also)]

        return Job(f"report {one.number}", logical, run)

    async def jobs(_now: datetime) -> Sequence[Job]:
        return [job(one) for one in await subscriptions.listed()]

    return jobs


def refresh(lake: Lake, findings: FindingStore) -> Job:
    """After every load: reports whose numbers moved are shown with the newer ones."""

    def logical(_now: datetime) -> str | None:
        loaded = lake.status().as_of
        return loaded.isoformat(timespec="seconds") if loaded else None

    async def run(context: Context, _loaded: str) -> Seen:
        since = context.now - REFRESHED_FOR
        sent = await findings.listed(kind=sending.KIND, limit=_MOST)
        young = [one for one in sent if (one.opened_at or one.seen_at) >= since]
        newer = [await sending.refreshed(context, one) for one in young]
        return [one for one in newer if one is not None]

    return Job("refresh reports", logical, run)


def forecasts(lake: Lake) -> Job:
    """After every load: the month's forecast is kept, once for each newest settled day."""

    def logical(_now: datetime) -> str | None:
        loaded = lake.status().as_of
        return loaded.isoformat(timespec="seconds") if loaded else None

    async def run(context: Context, _loaded: str) -> Seen:
        await accuracy.keep(context)
        return None

    return Job("keep forecasts", logical, run)


def upkeep(findings: FindingStore, rooms: Rooms, database: Database) -> tuple[Job, ...]:
    """States that end, reminders, escalations, digests, and marks that are over."""

    async def forget(context: Context) -> None:
        await forget_old(database, context.now)

    return (
        sweep("end states", SWEEP, lambda context: _end_states(findings, context)),
        sweep(
            "remind",
            SWEEP,
            lambda context: remind(findings, context.use.memory.routes, context.now),
        ),
        sweep(
            "escalate",
            SWEEP,
            lambda context: escalate(findings, context.use.memory.routes, context.now),
        ),
        sweep("digest", SWEEP, lambda context: digest(findings, rooms, context.now)),
        sweep("forget marks", HOUR, forget),
    )


def sweep(name: str, every: timedelta, work: Callable[[Context], Awaitable[object]]) -> Job:
    """Something harmless to repeat, done by every replica now and then."""

    def logical(now: datetime) -> str:
        return f"{now.timestamp() // every.total_seconds():.0f}"

    async def run(context: Context, _logical: str) -> Seen:
        await work(context)
        return None

    return Job(name, logical, run)


async def _end_states(findings: FindingStore, context: Context) -> None:
    for one in await findings.overdue(context.now):
        await findings.change(one.id, lambda found: changes.timed_out(found, context.now))
