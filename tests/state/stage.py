"""A state with a clock that only the test moves, on both engines."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.delivery import Receipt
from domain.finding import Finding, Severity
from domain.money import Money
from domain.ports import Sighting
from store.state import Database, FindingStore, Job, LetterStore, Outbox

MINUTE = timedelta(minutes=1)


@dataclass
class Clock:
    """A moment that only the test moves."""

    at: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    steady: float = 1000.0

    def on(self, step: timedelta) -> datetime:
        self.at += step
        self.steady += step.total_seconds()
        return self.at


@dataclass
class State:
    database: Database
    clock: Clock
    findings: FindingStore = field(init=False)
    outbox: Outbox = field(init=False)
    letters: LetterStore = field(init=False)

    def __post_init__(self) -> None:
        self.findings = FindingStore(self.database)
        self.outbox = Outbox(self.database)
        self.letters = LetterStore(self.database)

    async def spike(self, key: str = "ec2", *places: str, **changed: object) -> Finding:
        found = spike(key, self.clock.at, **changed)
        (stored,) = await self.findings.report([Sighting(found, places)], self.clock.at)
        return stored

    async def claim(self, scheme: str, limit: int = 10) -> list[Job]:
        return await self.outbox.claim(scheme, limit, MINUTE)

    async def deliver(self, *schemes: str) -> int:
        """Show everything until nothing is behind; how many attempts that took."""
        attempts = 0
        while jobs := [job for scheme in schemes for job in await self.claim(scheme)]:
            for job in jobs:
                attempts += await self.shown(job)
        return attempts

    async def shown(self, job: Job, ref: str = "1") -> bool:
        return await self.outbox.delivered(job, Receipt(job.destination, ref, f"https://x/{ref}"))


def spike(key: str, at: datetime, **changed: object) -> Finding:
    values: dict[str, object] = {
        "kind": "spike",
        "key": key,
        "title": "EC2 costs +214 %",
        "severity": Severity.HIGH,
        "seen_at": at,
        "impact": Money(Decimal("1234.5678901234"), "USD"),
        "labels": {"service": "Amazon EC2", "team": "payments"},
    }
    return Finding(**(values | changed))  # pyright: ignore[reportArgumentType]
