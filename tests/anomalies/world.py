"""A bill of a few series that is asked day by day, as the scheduler would, and what becomes of
it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from analytics.watching import Watching
from domain.finding import Finding
from domain.period import ONE_DAY, Period
from domain.ports import Bill, LakeStatus, Question, Vocabulary
from handlers.alerts.spike import ALERT
from handlers.kinds import Actor, Context, Origin, Surface, Use
from tests.anomalies.bill import FIRST
from tests.peers.state import in_memory, state_of

START: date = FIRST.date()
#: Account and service.
Key = tuple[str, str]


@dataclass
class DailyLake:
    """Implements the Lake port for costs by account, service and day; it knows one question."""

    costs: Mapping[Key, np.ndarray]
    loaded: date = START
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    corrected: dict[Period, datetime] = field(default_factory=dict[Period, datetime])
    read: list[int] = field(default_factory=list[int])

    def lacks(self, query: Any) -> frozenset[Any]:
        return frozenset()

    def paid(self, query: Any) -> None:
        return None

    def status(self) -> LakeStatus:
        """A bill for each month; one that has ended was loaded for the last time a week later."""
        bills: list[Bill] = []
        first = START
        while first <= self.loaded:
            month = Period.month(first.year, first.month)
            last = min(month.last, self.loaded)
            loaded = min(month.last + timedelta(days=7), self.loaded)
            at = self.corrected.get(month, datetime.combine(loaded + ONE_DAY, time(6), UTC))
            bills.append(Bill("1", month, 1, first, last, at, "test", Decimal(1)))
            first = month.end
        return LakeStatus(tuple(bills), (), "USD")

    def vocabulary(self) -> Vocabulary:
        return Vocabulary(account_names=self.names)

    def warm(self) -> None:
        """It is open already."""

    def close(self) -> None:
        """Nothing is open."""

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: Any = None,
    ) -> list[dict[str, Any]]:
        if len(days) != 1:
            return []  # Why it is so is told elsewhere.
        if "charge_category" in columns:
            return []  # Nothing is from the Marketplace.
        [period] = days
        self.read.append(period.days)
        rows: list[dict[str, Any]] = []
        for (account, service), costs in self.costs.items():
            for number, cost in enumerate(costs):
                day = START + timedelta(days=number)
                if cost and day in period and day <= self.loaded:
                    given = Decimal(repr(round(float(cost), 6)))
                    rows.append({"g0": account, "g1": service, "g2": day, "cost": given})
        return rows


@dataclass
class World:
    """The bill's days go by; `told` is the newest state of every finding."""

    costs: Mapping[Key, np.ndarray]
    sensitivity: Mapping[str, str] = field(default_factory=dict[str, str])
    told: dict[str, Finding] = field(default_factory=dict[str, Finding])
    watching: Watching | None = field(default_factory=Watching)

    def __post_init__(self) -> None:
        self.database = in_memory(datetime.combine(START, time(), UTC))
        self.state = state_of(self.database)
        self.lake = DailyLake(self.costs, names={"111": "payments-prod"})

    async def look(self, day: int) -> Sequence[Finding]:
        """What is found when a day is the newest settled one, recorded as the bot records it."""
        settled = START + timedelta(days=day)
        self.lake.loaded = settled + timedelta(days=2)
        now = datetime.combine(settled + timedelta(days=2), time(8), UTC)
        use = Use(
            self.lake,
            {},
            state=lambda: self.state,
            sensitivity=self.sensitivity,
            watching=self.watching or Watching(),
        )
        context = Context(Actor("t", "t", "t"), Origin("t", "t", Surface.CONSOLE), now, use)
        seen = await self.state.routes.sightings(await ALERT.find(context), now)
        found = await self.state.findings.report(seen, now)
        self.told |= {one.id: one for one in found}
        return found

    async def days(self, first: int, last: int) -> dict[int, Sequence[Finding]]:
        return {day: await self.look(day) for day in range(first, last + 1)}
