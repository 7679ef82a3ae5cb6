"""The bill that the examples of the pages and the buttons of the cards are tried against."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import docs
from bot.assembly import assemble
from bot.route_file import Routing
from bot.router import Router
from bot.routes import RouteBook
from bot.settings import Settings
from domain.routing import Mute
from handlers.kinds import Actor, Origin, StateOf, Surface
from store.state import Database, FindingStore, MuteStore, RoomCounts
from store.state.migrate import prepare
from tests.lake.bills import NOW, put, write_csv

ME = Actor("test", "U1", "Ada")
HERE = Origin("test", "C1", Surface.CONSOLE)

TAGS = ('{"team": "payments", "env": "prod"}', '{"team": "search"}', "")
SERVICES = ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service", "Amazon RDS database")


def days(month: date) -> list[dict[str, str]]:
    """A charge of every service on some days of a month."""
    return [
        {
            "BillingPeriodStart": f"{month}T00:00:00Z",
            "ChargePeriodStart": f"{month.replace(day=day)}T00:00:00Z",
            "ChargePeriodEnd": f"{month.replace(day=day + 1)}T00:00:00Z",
            "ServiceName": service,
            "RegionId": ("eu-west-1", "us-east-1", "")[place],
            "SubAccountName": ("Data Platform", "Shop", "Shop")[place],
            "SubAccountId": ("111122223333", "222222222222", "222222222222")[place],
            "SkuMeter": ("BoxUsage", "EUW1-NatGateway-Hours", "Requests")[place],
            "Tags": TAGS[place],
        }
        for day in (1, 2, 8, 15, 16, 20, 21, 22)
        for place, service in enumerate(SERVICES)
    ]


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a bill of four months."""
    folder = tmp_path_factory.mktemp("lake")
    months = [date(2025, 11, 1), *(date(2026, month, 1) for month in (9, 10, 11))]
    rows = [row for month in months for row in days(month)]
    put(folder, write_csv(folder / "bill.csv", rows))
    return folder


@pytest.fixture(scope="package")
def router(folder: Path) -> Router:
    """The bot on the day that the page speaks of."""
    assert NOW.date() == docs.TODAY
    made = assemble(Settings(data_dir=folder), lambda: NOW)
    return replace(made, use=replace(made.use, state=memory()))


def memory() -> StateOf:
    """A memory with a mute in it, and one place for everything."""
    database = Database("sqlite://", lambda: NOW)
    mutes = MuteStore(database)
    book = RouteBook(Routing(otherwise=("slack:C0123ABCD",)), mutes, RoomCounts(database))

    async def fill() -> None:
        await prepare(database)
        await mutes.add(Mute("", {"team": "search"}, NOW + timedelta(days=1), "Ada", "test:U1"))

    asyncio.run(fill())
    return StateOf(FindingStore(database), None, mutes, book)  # type: ignore[arg-type]
