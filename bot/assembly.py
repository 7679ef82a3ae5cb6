"""The composition root: the lake, the memory, the handlers and the routes put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot import registry
from bot.router import Router
from bot.settings import Settings
from domain.charge import Grant
from domain.ports import AwsBudgets, Estimates, Happenings, Lake, Metrics, Tickets
from domain.trouble import SelfWatch
from domain.unit import Unit
from handlers.kinds import AlertKind, StateOf, Use
from store.lake import DuckLake

if TYPE_CHECKING:
    from bot.routes import RouteBook
    from integrations.aws.explorer import Explorer
    from store.state import Memory

ROUTES = Path("costbot.toml")


@dataclass
class Parts:
    """What a bot is made of; what only some commands need is made when it is asked for.

    `counted` takes the place of the systems that count units.
    """

    settings: Settings
    now: Callable[[], datetime]
    tickets: Tickets | None = None
    pager: str = ""
    routes: Path = ROUTES
    counted: Metrics | None = None

    @cached_property
    def lake(self) -> Lake:
        settings = self.settings
        if settings.aggregates_serve:
            return self._served()
        if settings.engine == "spark":
            from store.lake.spark import SparkLake

            return SparkLake(settings.data_dir, settings.spark_master)
        if settings.engine == "athena":
            from bot.athena import lake_at_athena

            return lake_at_athena(settings, self.now)
        lake = DuckLake(settings.data_dir)
        if not settings.cost_explorer:
            return lake
        from bot.explored import ExploredLake

        return ExploredLake(lake, lambda: self.explorer, self.now)

    def _served(self) -> Lake:
        """What another costbot publishes; nothing is connected before the first look."""
        from bot.served import ServedLake
        from integrations.aws.aggregates import Served, Table

        table = Table(self.settings.aggregates_table or "")
        return ServedLake(Served(table), self.settings.data_dir)

    @cached_property
    def explorer(self) -> "Explorer":
        """Cost Explorer, with the memory of what was paid for; opens that."""
        from integrations.aws.explorer import Explorer

        settings, memory = self.settings, self.memory
        memory.open()
        limit = settings.cost_explorer_limit
        return Explorer(settings.aws_access, memory.spent, memory.replies, limit, self.now)

    @cached_property
    def alerts(self) -> Mapping[str, AlertKind]:
        return registry.alerts()

    @cached_property
    def memory(self) -> "Memory":
        """The stores over one database; SQLAlchemy is imported here and not before."""
        from store.state import Memory, default_url

        url = self.settings.database_url
        return Memory(url.reveal() if url else default_url(self.settings.data_dir))

    @cached_property
    def book(self) -> "RouteBook":
        from bot.route_file import Known, read
        from bot.routes import RouteBook

        settings = self.settings
        known = Known(tags=settings.owner_tags)
        routing = read(self.routes, settings.alert_rooms, known)
        return RouteBook(routing, self.memory.mutes, self.memory.rooms)

    @cached_property
    def state(self) -> StateOf:
        """The memory as handlers know it, in a database of the newest shape."""
        memory = self.memory
        memory.open()
        return StateOf(
            memory.findings,
            memory.subscriptions,
            memory.mutes,
            self.book,
            memory.letters,
            memory.forecasts,
            memory.budgets,
            memory.collected,
        )

    @cached_property
    def use(self) -> Use:
        settings = self.settings
        return Use(
            self.lake,
            registry.commands(),
            settings.measure,
            settings.owner_tags,
            zone=settings.zone,
            sensitivity=settings.sensitivity,
            state=lambda: self.state,
            tickets=self.tickets,
            pager=self.pager,
            happenings=self.happenings,
            units=self.units,
            metrics=self.metrics,
            aws_budgets=self.aws_budgets,
            estimates=self.estimates,
            credits=self.credits,
            itself=self.itself,
        )

    @cached_property
    def itself(self) -> SelfWatch:
        from bot.itself import Itself

        memory = self.memory
        return Itself(self.settings, self.lake, lambda: memory.collected, lambda: memory.letters)

    @cached_property
    def happenings(self) -> Happenings | None:
        """CloudTrail where it is switched on; nothing is connected before the first question."""
        if not self.settings.cloudtrail:
            return None
        from integrations.aws import Trail

        return Trail(self.settings.cloudtrail_role or "")

    @cached_property
    def aws_budgets(self) -> AwsBudgets | None:
        """AWS Budgets where they are switched on; nothing is connected before the first look."""
        if not self.settings.aws_budgets:
            return None
        from integrations.aws import Budgets

        return Budgets(self.settings.aws_access)

    @cached_property
    def estimates(self) -> Estimates | None:
        """AWS's own estimate where the early warning is switched on."""
        if not self.settings.estimated_charges:
            return None
        from integrations.aws import EstimatedCharges

        return EstimatedCharges(self.settings.aws_access)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        from bot.unit_file import read

        return read(self.routes)

    @cached_property
    def credits(self) -> tuple[Grant, ...]:
        from bot.credit_file import read

        return read(self.routes)

    @cached_property
    def metrics(self) -> Metrics:
        """Where units are counted; nothing is connected before the first question."""
        if self.counted is not None:
            return self.counted
        from bot.unit_sources import UnitSources

        return UnitSources(self.settings, self.routes.resolve().parent)

    @cached_property
    def router(self) -> Router:
        return Router(self.use, registry.actions(), self.now)


def parts(
    settings: Settings,
    now: Callable[[], datetime],
    tickets: Tickets | None = None,
    pager: str = "",
) -> Parts:
    """The parts for these settings; opens no connection and reads no bill yet."""
    if settings.engine == "spark":
        from store.lake.spark import refuse_missing

        refuse_missing()
    return Parts(settings, now, tickets, pager)


def assemble(settings: Settings, now: Callable[[], datetime]) -> Router:
    """A router over the lake and the memory of the settings."""
    return parts(settings, now).router
