"""What keeps findings in order: every replica does it, and it happens once."""

from bot import jobs
from bot.reminders import AFTER
from bot.scheduler import Job
from domain import changes
from domain.finding import Finding, Status
from domain.ports import Sighting, Verdict
from store.state import RoomCounts
from tests.scheduler.conftest import HOUR, MINUTE, NINE, World, found


async def spike(world: World, step=None, **changed: object) -> Finding:
    (one,) = await world.findings.report([Sighting(found("ec2", NINE, **changed))], NINE)
    return await world.findings.change(one.id, step) if step else one


def upkeep(world: World) -> tuple[Job, ...]:
    database = world.databases[0]
    return jobs.upkeep(world.findings, RoomCounts(database), database)


async def test_a_state_that_has_ended_opens_again_once(world: World) -> None:
    doer = changes.Doer("Ann", NINE, "slack:U1")
    one = await spike(world, lambda known: changes.snoozed(known, doer, NINE + HOUR))
    sweeps = upkeep(world)
    replicas = [world.scheduler(*sweeps, replica=n) for n in range(3)]
    for minutes in (59, 60, 61, 90):
        for replica in replicas:
            await replica.tick(NINE + minutes * MINUTE)
    assert (await world.findings.get(one.id)).status is Status.OPEN
    lines = await world.findings.history(one.id)
    assert [line.what for line in lines if "opened it again" in line.what] == [
        "opened it again: the snooze is over"
    ]


async def test_what_was_acknowledged_and_forgotten_is_brought_to_mind(world: World) -> None:
    doer = changes.Doer("Ann", NINE, "slack:U1")
    one = await spike(world, lambda known: changes.acknowledged(known, doer))
    sweeps = upkeep(world)
    replicas = [world.scheduler(*sweeps, replica=n) for n in range(2)]
    for hours in range(0, 8 * 24, 2):
        for replica in replicas:
            await replica.tick(NINE + hours * HOUR)
    lines = [line for line in await world.findings.history(one.id) if "reminded" in line.what]
    assert [line.at for line in lines] == [NINE + AFTER, NINE + 2 * AFTER]
    assert lines[0].what == "reminded Ann: nothing has happened for 3 days"


async def test_what_nobody_takes_is_shown_in_further_places_once(world: World) -> None:
    world.routes.verdict = Verdict(
        ("slack:C1",), "r", escalate_to=("pagerduty:ops",), escalate_after_minutes=30
    )
    one = await spike(world)
    sweeps = upkeep(world)
    replicas = [world.scheduler(*sweeps, replica=n) for n in range(2)]
    for minutes in (29, 30, 31, 60):
        for replica in replicas:
            await replica.tick(NINE + minutes * MINUTE)
        shown = [copy.destination for copy in await world.findings.showings(one.id)]
        assert shown == ([] if minutes < 30 else ["pagerduty:ops"])
    lines = [line.what for line in await world.findings.history(one.id)]
    assert lines.count("escalated: nobody acknowledged it within 30 minutes") == 1


async def test_what_somebody_has_taken_is_not_escalated(world: World) -> None:
    world.routes.verdict = Verdict(
        (), "r", escalate_to=("pagerduty:ops",), escalate_after_minutes=30
    )
    doer = changes.Doer("Ann", NINE, "slack:U1")
    one = await spike(world, lambda known: changes.acknowledged(known, doer))
    scheduler = world.scheduler(*upkeep(world))
    await scheduler.tick(NINE + HOUR)
    assert await world.findings.showings(one.id) == ()
