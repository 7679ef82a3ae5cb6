"""Jira's index lags and replies are lost: the real client, a virtual clock, no ticket twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.chaos.alerts import alert, more_than_one
from bench.chaos.faults import Effect, Faults
from bench.chaos.mutations import MUTATIONS
from bench.chaos.places import Jira, Places
from bench.chaos.sink import Sink
from bot.delivery import Delivery
from domain.ports import Sighting
from integrations import jira
from store.state import Database, FindingStore, Outbox
from store.state.migrate import prepare_now

LAGS = (0, 2, 60, 120)
#: A request whose line was cut may have its effect so much later.
LATE_SECONDS = 40.0
STEP_SECONDS = 5.0
MOST_STEPS = 500


class Clock:
    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 9, tzinfo=UTC) + timedelta(seconds=self.passed)


def scenario(seed: int, small: bool, mutate: str) -> dict[str, Any]:
    if mutate:
        MUTATIONS[mutate]()
    alerts = 60 if small else 300
    by_lag = {f"{lag} s": asyncio.run(_with(lag, alerts, seed)) for lag in LAGS}
    return {
        "alerts_each": alerts,
        "by_lag": by_lag,
        "checks": {
            "no ticket twice": all(one["twice"] == 0 for one in by_lag.values()),
            "nothing lost": all(one["missing"] == 0 for one in by_lag.values()),
            "replies were lost": all(one["lost_replies"] > 0 for one in by_lag.values()),
            "effects came late": all(one["late_effects"] > 0 for one in by_lag.values()),
        },
    }


async def _with(lag: int, alerts: int, seed: int) -> dict[str, Any]:
    clock = Clock()
    places = Places(jira=Jira(lag_seconds=lag, clock=lambda: clock.passed))
    late: list[tuple[float, Effect]] = []
    faults = Faults(
        seed + lag,
        0.3,
        kinds=("500", "lost", "lost", "late", "reset", "429"),
        later=lambda effect: late.append((clock.passed + LATE_SECONDS, effect)),
    )
    sink = await Sink(places, {"jira": faults}).start()
    database = Database("sqlite://", clock.now, lambda: clock.passed)
    await asyncio.to_thread(prepare_now, database)
    client = jira.Jira(f"{sink.url}/jira", "token", email="bot@example.com", project="OPS")
    delivery = Delivery(Outbox(database), {"jira": client})
    seen = [Sighting(alert(number), ("jira:OPS",)) for number in range(alerts)]
    await FindingStore(database).report(seen, clock.now())
    steps = 0
    while steps < MOST_STEPS and await Outbox(database).depth():
        while await delivery.settle_once():
            pass
        clock.passed += STEP_SECONDS
        steps += 1
        while late and late[0][0] <= clock.passed:
            late.pop(0)[1]()
    await delivery.stop()
    await sink.stop()
    database.close()
    tickets = places.jira.counted()
    return {
        "tickets": len(places.jira.issues),
        "twice": more_than_one(tickets),
        "missing": alerts - len(tickets),
        "lost_replies": faults.seen["lost"],
        "late_effects": faults.seen["late"],
        "virtual_minutes": round(clock.passed / 60, 1),
    }
