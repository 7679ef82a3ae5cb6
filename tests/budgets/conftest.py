"""A bill that grows day by day, a bot with a memory over it, and the daily look at its budgets."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.router import Router
from bot.settings import Settings
from cards import text
from domain.finding import Finding
from handlers.alerts.budget import ALERT
from handlers.kinds import Actor, Answer, Context, Origin, StateOf, Surface
from store.lake.load import load
from tests.lake.bills import write_csv
from tests.peers.state import in_memory, state_of
from tests.walks.conftest import EC2, S3, bill_row

ADA = Actor("slack", "U1", "Ada")
ROOM = Origin("slack", "C1", Surface.ROOM)
FIRST = date(2026, 8, 1)


@dataclass
class World:
    """EC2 of payments costs `daily` a day, S3 of search a tenth of it; the bill is loaded daily."""

    folder: Path
    at: datetime
    daily: dict[date, str] = field(default_factory=dict[date, str])
    usual: str = "10"

    def __post_init__(self) -> None:
        self.state: StateOf = state_of(in_memory(self.at))
        made = assemble(Settings(data_dir=self.folder), lambda: self.at)
        self.router: Router = replace(made, use=replace(made.use, state=lambda: self.state))

    def load(self, last: date) -> None:
        """The bill as it is two days after `last`, the newest settled day."""
        self.at = datetime.combine(last + timedelta(days=2), time(8), UTC)
        days = [FIRST + timedelta(days=n) for n in range((last - FIRST).days + 1)]
        months = sorted({day.replace(day=1) for day in days})
        rows = [
            bill_row(str(day), service, cost, team, team, str(day + timedelta(days=1)))
            for day in days
            for service, cost, team in (
                (EC2, self.daily.get(day, self.usual), "payments"),
                (S3, "1", "search"),
            )
        ]
        for month in months:
            name = f"{month:%Y-%m}"
            part = [row for row in rows if row["ChargePeriodStart"].startswith(name)]
            load([write_csv(self.folder / f"{name}.csv", part)], self.folder, self.at)

    async def ask(self, words: str) -> Answer:
        return await replace(self.router, now=lambda: self.at).ask(words, ADA, ROOM)

    async def said(self, words: str) -> str:
        return " ".join(text.render((await self.ask(words)).card, width=200).split())

    @property
    def context(self) -> Context:
        return Context(ADA, ROOM, self.at, self.router.use)

    async def look(self, last: date | None = None) -> Sequence[Finding]:
        """What is found once the bill up to `last` is there, recorded as the bot records it."""
        if last is not None:
            self.load(last)
        seen = await self.state.routes.sightings(await ALERT.find(self.context), self.at)
        return await self.state.findings.report(seen, self.at)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, datetime(2026, 11, 12, 8, tzinfo=UTC))
    made.load(date(2026, 11, 10))
    return made
