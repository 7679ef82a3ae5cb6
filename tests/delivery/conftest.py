"""A memory on each engine with a clock that only the test moves, and places that can be told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.delivery import Destination, Receipt, Receipts, Showing
from domain.finding import Finding, Severity
from domain.money import Money
from domain.ports import Sighting
from store.state import Database, FindingStore, LetterStore, Outbox
from store.state.migrate import prepare


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    steady: float = 1000.0

    def on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.steady += seconds


@dataclass
class Place:
    """A destination that does what it is told: `acts` raise or wait, in turn; then it takes all."""

    scheme: str = "jira"
    acts: list[Callable[[], object]] = field(default_factory=list[Callable[[], object]])
    shown: dict[str, list[Finding]] = field(default_factory=dict[str, list[Finding]])
    calls: list[Receipts] = field(default_factory=list[Receipts])
    at_once: Counter[str] = field(default_factory=Counter[str])
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    def __post_init__(self) -> None:
        self.gate.set()

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        self.calls.append(receipts)
        self.at_once["now"] += 1
        self.at_once["most"] = max(self.at_once["most"], self.at_once["now"])
        try:
            await self.gate.wait()
            if self.acts:
                self.acts.pop(0)()
        finally:
            self.at_once["now"] -= 1
        self.shown.setdefault(finding.id, []).append(finding)
        return Receipt(receipts.mine.destination, f"{self.scheme}-{finding.number}")

    async def close(self) -> None:
        self.closed = True


@dataclass
class World:
    database: Database
    clock: Clock
    findings: FindingStore
    outbox: Outbox
    letters: LetterStore

    async def spike(self, key: str, *places: str, **changed: object) -> Finding:
        values: dict[str, object] = {
            "kind": "spike",
            "key": key,
            "title": f"{key} costs +214 %",
            "severity": Severity.HIGH,
            "seen_at": self.clock.at,
            "impact": Money(Decimal(1000), "USD"),
        }
        found = Finding(**(values | changed))  # pyright: ignore[reportArgumentType]
        (stored,) = await self.findings.report([Sighting(found, places)], self.clock.at)
        return stored

    async def copy(self, key: str, destination: str) -> Showing:
        copies = await self.findings.showings(f"spike:{key}")
        return next(copy for copy in copies if copy.destination == destination)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    clock = Clock()
    database = Database(database_url, lambda: clock.at, lambda: clock.steady)
    await prepare(database)
    yield World(database, clock, FindingStore(database), Outbox(database), LetterStore(database))
    database.close()


def by_scheme(*places: Destination) -> dict[str, Destination]:
    return {place.scheme: place for place in places}
