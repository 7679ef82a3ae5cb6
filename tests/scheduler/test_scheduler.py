"""The scheduler: one effect however many replicas, crashes and clocks there are."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from analytics.occasions import CATCH_UP
from bot import jobs
from bot.scheduler import Job, Scheduler, Seen
from domain.finding import Finding
from domain.ports import Lake, Sighting, Subscription
from handlers.kinds import Context, Use
from store.state import FindingStore, SubscriptionStore
from tests.scheduler.conftest import DAY, HOUR, MINUTE, NINE, World, found


def daily(name: str = "detect", seen: Sequence[Sighting] | None = None) -> Job:
    """A job that finds one thing on every date."""

    async def run(context: Context, logical: str) -> Seen:
        return seen or [Sighting(found(f"{name}:{logical}", context.now), ("slack:C1",))]

    return Job(name, lambda now: f"{now.date()}", run)


async def test_what_is_due_runs_once_however_often_it_is_looked_at(world: World) -> None:
    scheduler = world.scheduler(daily())
    assert [one.key for one in await scheduler.tick(NINE)] == ["detect:2026-11-24"]
    for minutes in range(1, 10):
        assert await scheduler.tick(NINE + minutes * MINUTE) == ()
    assert len(await scheduler.tick(NINE + DAY)) == 1


async def test_three_replicas_have_one_effect(world: World) -> None:
    replicas = [world.scheduler(daily(), replica=n) for n in range(3)]
    ticks = [replica.tick(NINE) for replica in replicas]
    recorded = await asyncio.gather(*ticks)
    assert sorted(map(len, recorded)) == [0, 0, 1]
    assert await world.every() == ["detect:2026-11-24"]
    assert len(await world.findings.showings("spike:detect:2026-11-24")) == 1


async def test_a_run_that_breaks_while_it_is_recorded_is_done_again_whole(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    good = Sighting(found("good", NINE), ("slack:C1",))
    broken = Sighting(cast("Finding", replace(found("x", NINE), severity=None)), ())  # type: ignore[arg-type]
    answers: list[Sequence[Sighting]] = [[good, broken], [good]]

    async def run(_context: Context, _logical: str) -> Seen:
        return answers.pop(0)

    scheduler = world.scheduler(Job("detect", lambda now: f"{now.date()}", run))
    assert await scheduler.tick(NINE) == ()
    assert await world.every() == []
    assert "reference" in caplog.text
    assert [one.key for one in await scheduler.tick(NINE + MINUTE)] == ["good"]
    assert await world.every() == ["good"]


async def test_a_replica_that_dies_before_it_commits_loses_nothing(world: World) -> None:
    class Dying(FindingStore):
        async def report(self, seen, now, run=None):
            raise ConnectionError("killed")

    use = Use(cast("Lake", None), {})
    dying = Scheduler(use, Dying(world.databases[0]), lambda: NINE, [daily()])
    await dying.tick(NINE)
    assert len(await world.scheduler(daily(), replica=1).tick(NINE + MINUTE)) == 1


async def test_one_that_fails_stops_no_other_and_is_asked_less_and_less(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[datetime] = []

    async def run(context: Context, _logical: str) -> Seen:
        tried.append(context.now)
        raise ValueError("no")

    def unnamed(_now: datetime) -> str:
        raise KeyError("zone")

    async def nothing(_context: Context, _logical: str) -> Seen:
        raise AssertionError

    scheduler = world.scheduler(
        Job("bad", lambda now: "always", run), Job("worse", unnamed, nothing), daily()
    )
    for minutes in range(180):
        await scheduler.tick(NINE + minutes * MINUTE)
    assert await world.every() == ["detect:2026-11-24"]
    waits = [(later - earlier) // MINUTE for earlier, later in pairwise(tried)]
    assert waits == [1, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert "job bad for always failed (try 11)" in caplog.text


async def test_a_clock_that_was_set_back_ends_the_wait(world: World) -> None:
    tried: list[datetime] = []

    async def run(context: Context, _logical: str) -> Seen:
        tried.append(context.now)
        raise ValueError("no")

    scheduler = world.scheduler(Job("bad", lambda now: "always", run))
    for now in (NINE, NINE, NINE - DAY):
        await scheduler.tick(now)
    assert tried == [NINE, NINE, NINE - DAY]


async def test_a_slow_job_is_not_started_twice_and_holds_up_no_other(world: World) -> None:
    going, began, times = asyncio.Event(), asyncio.Event(), 0

    async def slow(_context: Context, _logical: str) -> Seen:
        nonlocal times
        times += 1
        began.set()
        await going.wait()
        return ()

    scheduler = world.scheduler(Job("slow", lambda now: "always", slow), daily())
    first = asyncio.create_task(scheduler.tick(NINE))
    await began.wait()
    while not (second := await scheduler.tick(NINE + DAY)):
        await world.every()
    assert [one.key for one in second] == ["detect:2026-11-25"]
    going.set()
    await first
    assert times == 1


async def test_it_ticks_by_itself_and_leaves_in_order(world: World) -> None:
    looked = asyncio.Event()

    async def run(_context: Context, _logical: str) -> Seen:
        looked.set()
        return None

    scheduler = world.scheduler(Job("look", lambda now: "always", run))
    scheduler.start()
    async with asyncio.timeout(20):
        await looked.wait()
    await scheduler.close()
    assert scheduler.ticked_at == NINE


def subscribed(at: str, zone: str, since: datetime, every: str = "day") -> Subscription:
    return Subscription("slack:C1", f"status {at}", every, at, zone, "Ada", "slack:U1", since)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports without a bill: what is sent is not the question here."""

    async def sighting(context, one, logical, also=()):
        return Sighting(found(f"{one.number}:{logical}", context.now), (one.place,))

    monkeypatch.setattr(jobs.sending, "sighting", sighting)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", "2026-03-28 23:00"),
        ("Europe/Berlin", "2026-10-24 22:00"),
        ("America/New_York", "2026-03-08 05:00"),
        ("America/New_York", "2026-11-01 04:00"),
        ("Australia/Lord_Howe", "2026-10-03 13:30"),
    ],
)
@pytest.mark.usefixtures("plain")
async def test_over_a_change_of_clocks_three_schedulers_send_each_date_once(
    world: World, zone: str, first: str
) -> None:
    """Every minute of the night, as the clocks of the house go; some replicas a little late."""
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    for at in ("00:30", "01:30", "02:00", "02:30", "03:00"):
        await world.subscriptions.add(subscribed(at, zone, start - MINUTE))
    replicas = [
        world.scheduler(replica=n, source=jobs.reports(SubscriptionStore(world.databases[n])))
        for n in range(3)
    ]
    recorded: list[str] = []
    for minute in range(0, 5 * 60):
        now = start + minute * MINUTE
        for one in await asyncio.gather(*(replica.tick(now) for replica in replicas)):
            recorded += [finding.key for finding in one]
    day = (start + 3 * HOUR).astimezone(ZoneInfo(zone)).date()
    assert sorted(recorded) == [f"{number}:{day}" for number in range(1, 6)]
    assert await world.every() == sorted(recorded)


@pytest.mark.usefixtures("plain")
async def test_a_clock_that_is_wrong_by_a_day_sends_no_date_twice(world: World) -> None:
    await world.subscriptions.add(subscribed("09:00", "UTC", NINE - MINUTE))
    scheduler = world.scheduler(source=jobs.reports(world.subscriptions))
    for now in (NINE, NINE + DAY, NINE, NINE - DAY, NINE, NINE + DAY, NINE + 2 * DAY):
        await scheduler.tick(now)
    days = [f"1:{(NINE + n * DAY).date()}" for n in range(3)]
    assert await world.every() == days


@pytest.mark.usefixtures("plain")
async def test_after_a_long_stop_the_newest_is_sent_late_and_what_is_old_is_noted(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.subscriptions.add(subscribed("09:00", "UTC", NINE - 10 * DAY))
    scheduler = world.scheduler(source=jobs.reports(world.subscriptions))
    caplog.set_level(logging.WARNING)
    for late in (CATCH_UP + MINUTE, CATCH_UP + HOUR):
        assert await scheduler.tick(NINE + late) == ()
    assert caplog.text.count("report 1:2026-11-24 was missed") == 1
    assert len(await scheduler.tick(NINE + DAY + CATCH_UP)) == 1
    assert await world.every() == ["1:2026-11-25"]


@pytest.mark.usefixtures("plain")
async def test_what_was_stopped_is_not_sent(world: World) -> None:
    one = await world.subscriptions.add(subscribed("09:00", "UTC", NINE - DAY))
    scheduler = world.scheduler(source=jobs.reports(world.subscriptions))
    assert await world.subscriptions.remove(one.number)
    assert await scheduler.tick(NINE) == ()


@pytest.mark.usefixtures("plain")
async def test_a_subscription_that_cannot_be_read_stops_no_other(world: World) -> None:
    await world.subscriptions.add(subscribed("09:00", "Europe/Atlantis", NINE - DAY))
    await world.subscriptions.add(subscribed("09:00", "UTC", NINE - DAY))
    scheduler = world.scheduler(source=jobs.reports(world.subscriptions))
    assert [one.key for one in await scheduler.tick(NINE)] == ["2:2026-11-24"]
