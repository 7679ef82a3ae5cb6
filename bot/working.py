"""What works by itself while a server runs: delivery, the scheduler, webhooks."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot import jobs, watch
from bot.assembly import Parts
from bot.collecting import collecting
from bot.delivery import Delivery
from bot.publishing import publishing
from bot.scheduler import Job, Scheduler, Seen
from bot.tickets import TicketDesk
from domain.delivery import Destination
from domain.errors import PermanentError
from handlers import replies
from handlers.kinds import AlertKind, Context
from store.state import MarkStore

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0
DAY = timedelta(days=1)
DASHBOARD = "datadog dashboard"


class Working:
    """Everything that runs without being asked, over the destinations that are switched on."""

    def __init__(self, parts: Parts, destinations: Mapping[str, Destination]) -> None:
        self._parts = parts
        memory, _ = parts.memory, parts.book  # a mistake in the routes stops the start
        self.delivery = Delivery(memory.outbox, destinations)
        also = ("datadog",) if "datadog" in destinations else ()
        self.scheduler = Scheduler(
            parts.use,
            memory.findings,
            parts.now,
            (
                *looking(parts),
                *jobs.upkeep(memory.findings, memory.rooms, memory.database),
                *desk_job(parts),
                *dashboard_job(memory.marks, destinations),
                *collecting(parts.settings, memory),
                *publishing(parts.lake, parts.settings),
            ),
            jobs.reports(memory.subscriptions, also),
        )

    async def start(self, scheduled: bool = True) -> None:
        """Begin; raises SettingsError for what only a person can put right."""
        memory = self._parts.memory
        await memory.start()
        memory.wakes(self.delivery.wake)
        await self.delivery.start()
        if scheduled:
            self.scheduler.start()

    async def stop(self) -> None:
        """Start nothing new, let what is under way end, jobs and deliveries at the same time."""
        await asyncio.gather(self.scheduler.close(), self.delivery.drain(DRAIN_SECONDS))
        await self.delivery.close()

    def close(self) -> None:
        """Let go of the memory, last of all."""
        self._parts.memory.close()


def looking(parts: Parts) -> tuple[Job, ...]:
    """What is looked for in the bill, or done after each load.

    Where there are only sums of it, that is left to whoever has the bill: a fee that sums do not
    know would look as if it were gone, and its finding would end.
    """
    served, memory = parts.settings.aggregates_serve, parts.memory
    looks = [look_job(parts, one) for one in parts.alerts.values() if one.hourly or not served]
    if served:
        return tuple(looks)
    return (*looks, jobs.refresh(parts.lake, memory.findings), jobs.forecasts(parts.lake))


def look_job(parts: Parts, kind: AlertKind) -> Job:
    """Look for one kind of findings every day and after every load, or every hour.

    A kind that fails is tried again by itself: its run is not recorded, and no other waits for it.
    """

    def logical(now: datetime) -> str | None:
        if kind.hourly:
            return f"{now:%Y%m%dT%H}"
        status = parts.lake.status()
        if status.as_of is None:
            return None
        return f"{status.last_day:%Y%m%d}:{status.as_of:%Y%m%dT%H%M%S}:{now:%Y%m%d}"

    async def run(context: Context, _logical: str) -> Seen:
        if not kind.hourly and replies.settled(context) is None:
            return []
        return await watch.look(context, {kind.name: kind})

    return Job(f"detect {kind.name}", logical, run)


def desk_job(parts: Parts) -> tuple[Job, ...]:
    """What ticket forms offer is asked of Jira now and then."""
    desk = parts.tickets
    if not isinstance(desk, TicketDesk):
        return ()
    return (jobs.sweep("ticket choices", 5 * jobs.SWEEP, lambda _context: desk.refresh()),)


def dashboard_job(marks: MarkStore, destinations: Mapping[str, Destination]) -> tuple[Job, ...]:
    """Datadog's dashboard is kept as it is written here, where there is a key that may do so.

    Two that make it at the same moment would make two: one replica does it, the first to say so.
    """
    if "datadog" not in destinations:
        return ()
    from integrations.datadog import Datadog
    from integrations.datadog.dashboard import ensure

    found = destinations["datadog"]
    if not isinstance(found, Datadog) or not found.client.reads:
        return ()
    client = found.client

    async def keep(_context: Context) -> None:
        if not await marks.first(DASHBOARD):
            return
        try:
            await ensure(client)
        except PermanentError as error:
            log.warning("the dashboard in Datadog is not kept up to date: %s", error)
        except BaseException:
            await marks.forget(DASHBOARD)  # The scheduler tries again, here.
            raise

    return (jobs.sweep("datadog dashboard", DAY, keep),)
