"""Jira's index lags, replies are lost, effects come late: the real client, no ticket twice.

The clock is virtual. Once many alerts meet all of it together; once each alert meets the worst of
it alone: an attempt that is given up at its deadline, and a ticket that is made after that.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from aiohttp import web

from bench.chaos.alerts import alert, more_than_one
from bench.chaos.faults import Effect, Faults
from bench.chaos.mutations import MUTATIONS
from bench.chaos.places import Jira, Places
from bench.chaos.sink import Sink
from bot.delivery import Delivery
from domain.finding import Finding
from domain.ports import Sighting
from integrations import jira
from store.state import Database, FindingStore, Outbox
from store.state.migrate import prepare_now

LAGS = (0, 2, 60, 120)
STEP_SECONDS = 5.0
MOST_STEPS = 500
#: In the mixture, a request whose line was cut may have its effect so much later.
LATE_SECONDS = 40.0
#: How long the attempt lasts that is given up, and how long after its end its effect may come.
LASTING = (0.0, 10.0, 20.0)
LATENESS = (5.0, 20.0, 45.0)


@dataclass
class World:
    """One Jira, one bot and one clock, in which no time passes by itself."""

    lag: int
    faults: Faults
    passed: float = 0.0
    late: list[tuple[float, Effect]] = field(default_factory=list[tuple[float, Effect]])
    late_tickets: int = 0

    async def open(self) -> "World":
        self.jira = Jira(lag_seconds=self.lag, clock=lambda: self.passed)
        self._sink = await Sink(Places(jira=self.jira), {"jira": self.faults}).start()
        self._database = Database("sqlite://", self.now, lambda: self.passed)
        await asyncio.to_thread(prepare_now, self._database)
        address = f"{self._sink.url}/jira"
        client = jira.Jira(address, "token", email="bot@example.com", project="OPS")
        self._delivery = Delivery(Outbox(self._database), {"jira": client})
        return self

    async def close(self) -> None:
        await self._delivery.stop()
        await self._sink.stop()
        self._database.close()

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 9, tzinfo=UTC) + timedelta(seconds=self.passed)

    def comes(self, effect: Effect, after: float) -> None:
        self.late.append((self.passed + after, effect))

    async def deliver(self, alerts: Sequence[Finding]) -> None:
        """Report them, and let the time pass until nothing is waited for any more."""
        seen = [Sighting(one, ("jira:OPS",)) for one in alerts]
        await FindingStore(self._database).report(seen, self.now())
        for _ in range(MOST_STEPS):
            while await self._delivery.settle_once():
                pass
            if not self.late and not await Outbox(self._database).depth():
                return
            self.passed += STEP_SECONDS
            self._come_in()

    def _come_in(self) -> None:
        while self.late and self.late[0][0] <= self.passed:
            _, effect = self.late.pop(0)
            before = len(self.jira.issues)
            effect()
            self.late_tickets += len(self.jira.issues) - before

    def figures(self, alerts: int) -> dict[str, Any]:
        tickets = self.jira.counted()
        return {
            "tickets": len(self.jira.issues),
            "twice": more_than_one(tickets),
            "missing": alerts - len(tickets),
            "lost_replies": self.faults.seen["lost"],
            "late_tickets": self.late_tickets,
            "virtual_minutes": round(self.passed / 60, 1),
        }


@dataclass
class GivenUp(Faults):
    """The next ticket is asked for in vain: whoever asks gives up, and then it is made."""

    share: float = 0.0
    kinds: tuple[str, ...] = ("late",)
    armed: bool = False

    async def answer(self, request: web.Request, effect: Effect, status: int = 200) -> web.Response:
        meant = self.armed and request.method == "POST"
        self.armed, self.share = self.armed and not meant, float(meant)
        return await super().answer(request, effect, status)


def scenario(seed: int, small: bool, mutate: str) -> dict[str, Any]:
    if mutate:
        MUTATIONS[mutate]()
    alerts = 60 if small else 300
    mixed = {f"{lag} s": asyncio.run(mixture(lag, alerts, seed)) for lag in LAGS}
    alone = {f"{lag} s": asyncio.run(given_up(lag, seed)) for lag in LAGS}
    all_of_them = [*mixed.values(), *alone.values()]
    return {
        "alerts_each": alerts,
        "by_lag": mixed,
        "given_up_by_lag": alone,
        "checks": {
            "no ticket twice": all(one["twice"] == 0 for one in all_of_them),
            "nothing lost": all(one["missing"] == 0 for one in all_of_them),
            "replies were lost": all(one["lost_replies"] > 0 for one in mixed.values()),
            "tickets came late": all(one["late_tickets"] > 0 for one in alone.values())
            and any(one["late_tickets"] > 0 for one in mixed.values()),
        },
    }


async def mixture(lag: int, alerts: int, seed: int) -> dict[str, Any]:
    """Many alerts at once, and all faults; an attempt takes no time."""
    kinds = ("500", "lost", "lost", "late", "reset", "429")
    faults = Faults(seed + lag, 0.3, kinds=kinds)
    world = await World(lag, faults).open()
    faults.later = lambda effect: world.comes(effect, LATE_SECONDS)
    await world.deliver([alert(number) for number in range(alerts)])
    await world.close()
    return world.figures(alerts)


async def given_up(lag: int, seed: int) -> dict[str, Any]:
    """One alert after the other: each attempt's length with each lateness of its effect."""
    cases = [*product(LASTING, LATENESS)]
    faults = GivenUp(seed)
    world = await World(lag, faults).open()
    for number, (lasting, lateness) in enumerate(cases):

        def later(effect: Effect, lasting: float = lasting, lateness: float = lateness) -> None:
            world.passed += lasting
            world.comes(effect, lateness)

        faults.later, faults.armed = later, True
        await world.deliver([alert(number)])
    await world.close()
    return world.figures(len(cases))
