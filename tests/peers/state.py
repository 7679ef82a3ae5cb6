"""A memory for tests that ask: real stores on a database, and one place for everything."""

from datetime import datetime

from bot.route_file import Routing
from bot.routes import RouteBook
from domain.routing import Routes
from handlers.kinds import StateOf
from store.state import (
    BudgetStore,
    CollectedStore,
    Database,
    FindingStore,
    ForecastStore,
    LetterStore,
    MuteStore,
    RoomCounts,
    SubscriptionStore,
)
from store.state.migrate import prepare_now


def state_of(database: Database, routes: Routes | None = None) -> StateOf:
    """Every finding goes to one channel unless `routes` say otherwise."""
    mutes = MuteStore(database)
    routing = Routing(otherwise=("slack:C0123ABCD",))
    return StateOf(
        FindingStore(database),
        SubscriptionStore(database),
        mutes,
        routes or RouteBook(routing, mutes, RoomCounts(database)),
        LetterStore(database),
        ForecastStore(database),
        BudgetStore(database),
        CollectedStore(database),
    )


def in_memory(now: datetime) -> Database:
    """An empty SQLite database of its own."""
    database = Database("sqlite://", lambda: now)
    prepare_now(database)
    return database
