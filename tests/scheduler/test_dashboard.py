"""Datadog's dashboard is there once and kept as it is written, whatever the replicas do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.scheduler import Scheduler
from bot.working import dashboard_job
from integrations.datadog import Datadog
from integrations.datadog.dashboard import dashboard
from integrations.sim import Simulator
from store.state import MarkStore
from tests.peers.datadog import API_KEY, APP_KEY, DatadogPeer
from tests.peers.trouble import Fault
from tests.scheduler.conftest import DAY, MINUTE, NINE, World

BOARD = "/api/v1/dashboard"


@pytest.fixture
async def peer() -> AsyncIterator[DatadogPeer]:
    async with DatadogPeer(NINE) as peer:
        yield peer
        assert peer.problems == []


def replicas(world: World, peer: DatadogPeer, app_key: str = APP_KEY) -> list[Scheduler]:
    made = list[Scheduler]()
    for number, database in enumerate(world.databases):
        datadog = Datadog(API_KEY, app_key, peer.url)
        jobs = dashboard_job(MarkStore(database), {"datadog": datadog})
        made.append(world.scheduler(*jobs, replica=number))
    return made


async def tick(world: World, schedulers: list[Scheduler], later: timedelta) -> None:
    """The same moment for everybody."""
    world.at = NINE + later
    await asyncio.gather(*(one.tick(world.at) for one in schedulers))


async def test_replicas_that_start_together_make_one(world: World, peer: DatadogPeer) -> None:
    schedulers = replicas(world, peer)
    for later in (timedelta(), MINUTE, DAY, 2 * DAY):
        await tick(world, schedulers, later)
    assert peer.writes == [BOARD]
    looks = [call for call in peer.calls if call[0] == "GET"]
    assert len(looks) == 3


async def test_a_newer_costbot_brings_it_up_to_date(world: World, peer: DatadogPeer) -> None:
    old = peer.dashboards.add({**dashboard(), "widgets": [], "description": "older"})
    await tick(world, replicas(world, peer), timedelta())
    assert peer.writes == [f"{BOARD}/{old['id']}"]
    assert peer.dashboards.kept[old["id"]]["widgets"] == dashboard()["widgets"]


async def test_trouble_over_there_is_tried_again_the_same_day(
    world: World, peer: DatadogPeer
) -> None:
    peer.troubles.next(Fault(status=503, body={}))
    schedulers = replicas(world, peer)[:1]
    await tick(world, schedulers, timedelta())
    assert peer.writes == []
    await tick(world, schedulers, MINUTE)
    assert peer.writes == [BOARD]


async def test_a_key_that_may_not_is_said_once_a_day(
    world: World, peer: DatadogPeer, caplog: pytest.LogCaptureFixture
) -> None:
    peer.may_read = False
    schedulers = replicas(world, peer)
    for later in (timedelta(), MINUTE, 2 * MINUTE):
        await tick(world, schedulers, later)
    said = [one.getMessage() for one in caplog.records if one.name == "bot.working"]
    assert len(said) == 1 and "DD_APP_KEY" in said[0]
    assert len(peer.calls) == 1 and "Traceback" not in caplog.text


async def test_without_a_key_for_it_there_is_no_such_job(world: World, peer: DatadogPeer) -> None:
    marks = MarkStore(world.databases[0])
    assert dashboard_job(marks, {"datadog": Datadog(API_KEY, "", peer.url)}) == ()
    assert dashboard_job(marks, {"sim": Simulator(), "datadog": Simulator("datadog")}) == ()
    assert dashboard_job(marks, {}) == ()
