"""The bill that the examples of the pages and the buttons of the cards are tried against."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot import docs
from bot.assembly import assemble
from bot.router import Router
from bot.settings import Settings
from cards import specimens
from domain.budget import Budget
from domain.catalogue import Catalogue, Choice
from domain.finding import Finding
from domain.money import Money
from domain.ports import Change, Limit, Sighting, Subscription
from domain.routing import Mute
from domain.unit import CsvMetric, Unit
from handlers.kinds import Actor, Origin, StateOf, Surface
from integrations.demo.counts import DemoCounts
from store.state import BudgetStore, FindingStore, SubscriptionStore
from tests.lake.bills import NOW, put, write_csv
from tests.peers.state import in_memory, state_of

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
    """A data folder with a bill of thirteen months."""
    folder = tmp_path_factory.mktemp("lake")
    months = [date(2025 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(11, 24)]
    rows = [row for month in months for row in days(month)]
    put(folder, write_csv(folder / "bill.csv", rows))
    return folder


class Kept(SubscriptionStore):
    """Every button that stops one can be pressed in turn."""

    async def remove(self, number: int) -> bool:
        return any(one.number == number for one in await self.listed())


class Agreed(BudgetStore):
    """Every button that deletes one can be pressed in turn."""

    async def remove(self, name: str, who: str = "costbot", by: str = "") -> Budget | None:
        return next((one for one in await self.listed() if one.name == name), None)


class Still(FindingStore):
    """Every button of a finding can be pressed in turn: nothing stays changed."""

    async def change(
        self,
        finding_id: str,
        change: Change,
        show: Mapping[str, Mapping[str, str]] | None = None,
        limit: Limit | None = None,
    ) -> Finding:
        found = await self.get(finding_id)
        assert found is not None
        return change(found)


class Desk:
    """Implements `domain.ports.Tickets`."""

    account = "costbot"

    def catalogue(self) -> Catalogue:
        return Catalogue("OPS", (Choice("OPS", "Operations"),), (Choice("1", "Task"),))

    def people(self) -> tuple[Choice, ...]:
        return (Choice("acc-ann", "Ann"),)


@pytest.fixture(scope="package")
def memory() -> StateOf:
    """With as many findings and subscriptions as the pages and the example cards name."""
    database = in_memory(NOW)
    state = state_of(database)
    state = replace(
        state, subscriptions=Kept(database), findings=Still(database), budgets=Agreed(database)
    )

    async def fill() -> None:
        for number in range(1, 15):
            found = replace(specimens.SPIKE, key=f"{number}", number=0)
            await state.findings.report([Sighting(found)], NOW)
        for number in range(1, 5):
            at = f"0{number}:00"
            one = Subscription(HERE.destination, "status", "day", at, "UTC", "Ada", "test:U1", NOW)
            await state.subscriptions.add(one)
        for name, parent in (("payments", ""), ("search", "payments")):
            one = Budget(name=name, limit=Money(Decimal(12000), "USD"), parent=parent)
            await state.budgets.put(one)
        mute = Mute("", {"team": "search"}, NOW + timedelta(days=1), "Ada", "test:U1")
        await state.mutes.add(mute)

    asyncio.run(fill())
    return state


@pytest.fixture(scope="package")
def router(folder: Path, memory: StateOf) -> Router:
    """The bot on the day that the page speaks of."""
    assert NOW.date() == docs.TODAY
    made = assemble(Settings(data_dir=folder), lambda: NOW)
    use = replace(
        made.use,
        state=lambda: memory,
        tickets=Desk(),
        pager="pagerduty",
        units=(Unit("request", CsvMetric("played")),),
        metrics=DemoCounts(),
    )
    return replace(made, use=use)
