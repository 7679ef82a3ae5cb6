"""A costbot.toml as a person writes it, over a real memory, at a moment that the test sets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot import route_file
from bot.digest import digest
from bot.escalation import escalate
from bot.route_file import Known
from bot.routes import RouteBook
from domain.changes import Doer
from domain.delivery import Receipt
from domain.finding import Finding, Severity
from domain.money import Money
from domain.routing import Mute, Verdict
from store.state import Database, FindingStore, MuteStore, Outbox, RoomCounts
from store.state.migrate import prepare

#: A Tuesday.
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ADA = "slack:U1"


def spike(key: str = "ec2", **changed: object) -> Finding:
    """A finding as a detector makes it; what a test does not care about is already there."""
    values: dict[str, object] = {
        "kind": "spike",
        "key": key,
        "title": f"{key} costs +214 %",
        "severity": Severity.HIGH,
        "seen_at": NOW,
        "impact": Money(Decimal(900), "USD"),
        "labels": {"service": "Amazon EC2", "team": "payments"},
    }
    return Finding(**(values | changed))  # pyright: ignore[reportArgumentType]


@dataclass
class World:
    """Routes, findings and the outbox on one database."""

    folder: Path
    database: Database
    at: datetime = NOW
    book: RouteBook = field(init=False)

    def __post_init__(self) -> None:
        self.findings = FindingStore(self.database)
        self.mutes = MuteStore(self.database)
        self.rooms = RoomCounts(self.database)
        self.outbox = Outbox(self.database)
        self.write("")

    def write(self, toml: str, *otherwise: str, known: Known | None = None) -> None:
        """The routing is now this."""
        file = self.folder / "costbot.toml"
        file.write_text(toml)
        routing = route_file.read(file, otherwise, known)
        self.book = RouteBook(routing, self.mutes, self.rooms)

    async def decide(self, finding: Finding) -> Verdict:
        return await self.book.decide(finding, self.at)

    async def found(self, *found: Finding) -> tuple[Finding, ...]:
        """What a detector's run does: decide together, record, and tell the digests."""
        sightings = await self.book.sightings(found, self.at)
        stored = await self.findings.report(sightings, self.at)
        await digest(self.findings, self.rooms, self.at)
        return stored

    async def escalate(self) -> tuple[Finding, ...]:
        return await escalate(self.findings, self.book, self.at)

    async def appeared(self, *schemes: str) -> list[tuple[str, Finding]]:
        """What a delivery draws now: each message, and each that is brought up to date."""
        drawn: list[tuple[str, Finding]] = []
        for scheme in schemes or ("slack", "pagerduty"):
            while jobs := await self.outbox.claim(scheme, 50, timedelta(minutes=1)):
                for job in jobs:
                    await self.outbox.delivered(job, Receipt(job.destination))
                    drawn.append((job.destination, job.finding))
        return drawn

    async def mute(self, until: datetime, kind: str = "", **labels: str) -> Mute:
        return await self.mutes.add(Mute(kind, labels, until, "Ada", ADA, "migration"))

    def ada(self) -> Doer:
        return Doer("Ada", self.at, ADA)


@asynccontextmanager
async def world(folder: Path, url: str) -> AsyncIterator[World]:
    made: list[World] = []
    database = Database(url, lambda: made[0].at if made else NOW, lambda: 0.0)
    await prepare(database)
    made.append(World(folder, database))
    yield made[0]
    database.close()
