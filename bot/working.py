"""What works by itself while a server runs: delivery, the scheduler, webhooks."""

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from functools import partial

from aiohttp import web

from bot import jobs, watch
from bot.api.webhooks import Sender, Webhooks
from bot.assembly import Parts
from bot.delivery import Delivery
from bot.scheduler import Job, Scheduler, Seen
from bot.settings import Settings
from bot.tickets import TicketDesk
from domain.delivery import Destination
from handlers import replies
from handlers.kinds import Context

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0


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
                look_job(parts),
                jobs.refresh(parts.lake, memory.findings),
                *jobs.upkeep(memory.findings, memory.rooms, memory.database),
                *desk_job(parts),
            ),
            jobs.reports(memory.subscriptions, also),
        )

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Between the start of the server and its end; what a start cannot do stops it."""
        memory = self._parts.memory
        await memory.start()
        memory.wakes(self.delivery.wake)
        await self.delivery.start()
        self.scheduler.start()
        yield
        memory.close()

    async def stop(self, _app: web.Application) -> None:
        """Start nothing new, let what is under way end; before connections are closed."""
        await self.scheduler.close()
        await self.delivery.stop(DRAIN_SECONDS)


def look_job(parts: Parts) -> Job:
    """Look for findings once for every newest settled day, and again after every load."""

    def logical(now: datetime) -> str | None:
        status = parts.lake.status()
        if status.as_of is None:
            return None
        return f"{status.last_day}:{status.as_of:%Y-%m-%dT%H:%M:%S}:{now.date()}"

    async def run(context: Context, _logical: str) -> Seen:
        if replies.settled(context) is None:
            return []
        return await watch.look(context, parts.alerts)

    return Job("detect", logical, run)


def desk_job(parts: Parts) -> tuple[Job, ...]:
    """What ticket forms offer is asked of Jira now and then."""
    desk = parts.tickets
    if not isinstance(desk, TicketDesk):
        return ()
    return (jobs.sweep("ticket choices", 5 * jobs.SWEEP, lambda _context: desk.refresh()),)


def senders(settings: Settings, parts: Parts) -> list[Sender]:
    """The systems whose webhooks are listened to: those with a secret."""
    found: list[Sender] = []
    if settings.jira_webhook_secret:
        from integrations.jira import label
        from integrations.jira import webhook as jira

        verify = partial(jira.verify, settings.jira_webhook_secret.reveal())
        desk = parts.tickets
        own = (lambda: desk.account) if isinstance(desk, TicketDesk) else (lambda: "")
        found.append(Sender("jira", verify, jira.read, own, label))
    if settings.pagerduty_webhook_secret:
        from integrations.pagerduty import webhook as pagerduty

        verify = partial(pagerduty.verify, settings.pagerduty_webhook_secret.reveal())
        found.append(Sender("pagerduty", verify, pagerduty.read))
    return found


def listen(app: web.Application, settings: Settings, parts: Parts) -> None:
    """Put the webhooks' routes on the application."""
    webhooks = Webhooks(parts.memory)
    for sender in senders(settings, parts):
        webhooks.attach(app, sender)
