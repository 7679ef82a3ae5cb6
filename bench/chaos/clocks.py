"""Clocks that jump: three schedulers over one memory, and each logical run exactly once."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.chaos.alerts import alert
from bot import jobs
from bot.scheduler import Job, Scheduler, Seen
from domain.ports import Run, Sighting, Subscription
from store.state import Database, FindingStore, SubscriptionStore, rows
from store.state.migrate import prepare_now

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC")
TIMES = ("01:30", "02:00", "02:30", "03:00", "09:00")
TICK = timedelta(minutes=15)
#: Around every change of the clocks of 2026 in these zones, a leap day, and a year's end.
NIGHTS = (
    datetime(2026, 3, 7, tzinfo=UTC),
    datetime(2026, 3, 28, tzinfo=UTC),
    datetime(2026, 4, 3, tzinfo=UTC),
    datetime(2026, 10, 2, tzinfo=UTC),
    datetime(2026, 10, 24, tzinfo=UTC),
    datetime(2026, 10, 31, tzinfo=UTC),
    datetime(2028, 2, 28, tzinfo=UTC),
    datetime(2026, 12, 30, tzinfo=UTC),
)


def scenario(_seed: int, small: bool, mutate: str) -> dict[str, Any]:
    if mutate == "run-row":
        rows.begun = lambda _database, _connection, _run, _now: True
    nights = NIGHTS[1:5:3] if small else NIGHTS
    found = [asyncio.run(_days(night, jump)) for night in nights for jump in (0, -1, 1)]
    return {
        "runs": sum(one["runs"] for one in found),
        "twice": sum(one["twice"] for one in found),
        "missing": sum(one["missing"] for one in found),
        "checks": {
            "each run once": not any(one["twice"] for one in found),
            "no run left out": not any(one["missing"] for one in found),
        },
    }


class Counting(FindingStore):
    """Counts the runs that had an effect."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.effects: Counter[tuple[str, str]] = Counter()

    async def report(self, seen: Any, now: datetime, run: Run | None = None) -> Any:
        found = await super().report(seen, now, run)
        if run is not None and found:
            self.effects[run.job, run.logical] += 1
        return found


async def _days(start: datetime, jump: int) -> dict[str, int]:
    """Three days; in the middle one every clock jumps by days, and is put right an hour later."""
    at = [start]
    database = Database("sqlite://", lambda: at[0])
    prepare_now(database)
    known, store = SubscriptionStore(database), Counting(database)
    for zone in ZONES:
        for time in TIMES:
            await known.add(Subscription("slack:C1", time, "day", time, zone, "x", "U1", start))
    source = jobs.reports(known)

    async def plain(now: datetime) -> list[Job]:
        return [replace(job, run=_report(job.name)) for job in await source(now)]

    replicas = [Scheduler(None, store, lambda: at[0], (), plain) for _ in range(3)]  # type: ignore[arg-type]
    real = start
    while real < start + timedelta(days=3):
        hour = (real - start) / timedelta(hours=1)
        at[0] = real + (timedelta(days=jump) if 36 <= hour < 37 else timedelta(0))
        await asyncio.gather(*(one.tick(at[0]) for one in replicas))
        real += TICK
    database.close()
    twice = sum(count - 1 for count in store.effects.values())
    return {
        "runs": sum(store.effects.values()),
        "twice": twice,
        "missing": len(_due(start, real, await _numbers()) - set(store.effects)),
    }


async def _numbers() -> list[tuple[str, str]]:
    return [(zone, time) for zone in ZONES for time in TIMES]


def _due(start: datetime, end: datetime, plans: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Each local day whose time lies between two moments, with an hour to spare for gaps."""
    found: set[tuple[str, str]] = set()
    for number, (zone, time) in enumerate(plans, 1):
        day = start.astimezone(ZoneInfo(zone)).date()
        for _ in range(5):
            hour, minute = map(int, time.split(":"))
            local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
            if start + TICK < local.astimezone(UTC) and local.astimezone(UTC) < end - timedelta(
                hours=2
            ):
                found.add((f"report {number}", f"{day}"))
            day += timedelta(days=1)
    return found


def _report(name: str) -> Any:
    async def run(_context: Any, logical: str) -> Seen:
        found = replace(alert(0), key=f"{name}:{logical}")
        await asyncio.sleep(0)
        return [Sighting(found, ("slack:C1",))]

    return run


MUTATIONS = ("run-row",)
