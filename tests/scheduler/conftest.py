"""Replicas of one bot on one database, whose clocks the test moves."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.scheduler import Job, Scheduler
from domain.finding import Finding, Severity
from domain.ports import Lake
from domain.routing import Explanation, Routes, Verdict
from handlers.kinds import Use
from store.state import Database, FindingStore, SubscriptionStore
from store.state.migrate import prepare
from tests.peers.state import state_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


@dataclass
class OneRoute:
    """Everything has the same verdict."""

    verdict: Verdict = Verdict((), "none")

    async def decide(self, finding: Finding, now: datetime) -> Verdict:
        return self.verdict

    async def decide_all(
        self, asked: Sequence[tuple[Finding, datetime]], now: datetime
    ) -> tuple[Verdict, ...]:
        return tuple(self.verdict for _ in asked)

    async def explain(self, finding: Finding, now: datetime) -> Explanation:
        return Explanation(self.verdict)


@dataclass
class World:
    """Replicas on one database; `at` is the moment of all their clocks."""

    databases: list[Database]
    at: datetime = NINE
    routes: OneRoute = field(default_factory=OneRoute)

    def scheduler(self, *found: Job, replica: int = 0, source=None) -> Scheduler:
        database = self.databases[replica]
        memory = state_of(database, cast("Routes", self.routes))
        use = Use(cast("Lake", None), {}, state=lambda: memory)
        store = FindingStore(database)
        more = {"source": source} if source else {}
        return Scheduler(use, store, lambda: self.at, found, **more)

    @property
    def findings(self) -> FindingStore:
        return FindingStore(self.databases[0])

    @property
    def subscriptions(self) -> SubscriptionStore:
        return SubscriptionStore(self.databases[0])

    async def every(self) -> list[str]:
        return sorted(one.key for one in await self.findings.listed(limit=10_000))


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = World([])
    for _ in range(3):
        world.databases.append(Database(database_url, lambda: world.at, lambda: 0.0))
    await prepare(world.databases[0])
    yield world
    for database in world.databases:
        database.close()


def found(key: str, at: datetime, **changed: object) -> Finding:
    values = {
        "kind": "spike",
        "key": key,
        "title": f"{key} went up",
        "severity": Severity.HIGH,
        "seen_at": at,
    }
    return Finding(**(values | changed))  # pyright: ignore[reportArgumentType]
