"""What nobody acknowledges in time goes further, once."""

import asyncio
from datetime import timedelta

import pytest

from domain import changes
from domain.changes import Doer
from domain.finding import Severity
from tests.routes.world import ADA, World, spike

MINUTE = timedelta(minutes=1)
ROUTE = """
[[route]]
name = "pages"
to = ["slack:C1"]
escalate_after = "30m"
escalate_to = ["pagerduty", "slack:C1", "jira:OPS"]
"""


async def places(world: World, name: str = "spike:ec2") -> set[str]:
    return {copy.destination for copy in await world.findings.showings(name)}


async def test_after_the_wait_it_is_shown_where_it_escalates_to_and_says_so(world: World) -> None:
    world.write(ROUTE)
    await world.found(spike())
    world.at += 29 * MINUTE
    assert await world.escalate() == ()
    world.at += MINUTE
    (escalated,) = await world.escalate()
    assert escalated.log[-1].what == "escalated: nobody acknowledged it within 30 minutes"
    assert await places(world) == {"slack:C1", "pagerduty", "jira:OPS"}


async def test_it_happens_once_however_often_it_is_looked_at(world: World) -> None:
    world.write(ROUTE)
    await world.found(spike())
    world.at += 30 * MINUTE
    for _ in range(3):
        await world.escalate()
        await world.found(spike())
        world.at += MINUTE
    stored = await world.findings.get("spike:ec2")
    assert stored is not None
    assert sum("escalated" in line.what for line in stored.log) == 1
    assert len(await world.appeared("pagerduty")) == 1


async def test_two_replicas_escalate_once(world: World) -> None:
    world.write(ROUTE)
    await world.found(spike())
    world.at += 30 * MINUTE
    await asyncio.gather(world.escalate(), world.escalate(), world.escalate())
    lines = [line.what for line in await world.findings.history("spike:ec2")]
    assert sum("escalated" in line for line in lines) == 1


@pytest.mark.parametrize(
    "step",
    [
        lambda found, doer: changes.acknowledged(found, doer),
        lambda found, doer: changes.snoozed(found, doer, doer.at + timedelta(days=1)),
        lambda found, doer: changes.expected(found, doer, doer.at + timedelta(days=1)),
        lambda found, doer: changes.dismissed(found, doer),
        lambda found, doer: changes.resolved(found, doer),
    ],
)
async def test_what_somebody_answered_goes_no_further(here: World, step) -> None:  # type: ignore[no-untyped-def]
    here.write(ROUTE)
    await here.found(spike())
    await here.findings.change("spike:ec2", lambda found: step(found, here.ada()))
    here.at += 60 * MINUTE
    assert await here.escalate() == ()
    assert await places(here) == {"slack:C1"}


async def test_an_answer_in_the_last_moment_wins(world: World) -> None:
    """Between looking and writing somebody acknowledges it: nobody is paged."""
    world.write(ROUTE)
    await world.found(spike())
    world.at += 30 * MINUTE
    showings = world.findings.showings

    async def slow(finding_id: str):  # type: ignore[no-untyped-def]
        doer = Doer("Ada", world.at, ADA)
        await world.findings.change(finding_id, lambda one: changes.acknowledged(one, doer))
        return await showings(finding_id)

    world.findings.showings = slow  # type: ignore[method-assign]
    assert await world.escalate() == ()
    world.findings.showings = showings  # type: ignore[method-assign]
    assert await places(world) == {"slack:C1"}


async def test_a_new_occurrence_is_escalated_anew_and_not_before_its_time(world: World) -> None:
    world.write(ROUTE)
    await world.found(spike())
    world.at += 30 * MINUTE
    await world.escalate()
    await world.appeared("slack", "pagerduty", "jira")
    await world.findings.change("spike:ec2", lambda found: changes.resolved(found, world.ada()))
    await world.appeared("slack", "pagerduty", "jira")
    world.at += timedelta(days=30)
    (again,) = await world.found(spike(seen_at=world.at))
    assert again.occurrence == 2
    assert await places(world) == {"slack:C1"}, "the pager waits for its turn"
    world.at += 29 * MINUTE
    assert await world.escalate() == ()
    world.at += MINUTE
    assert len(await world.escalate()) == 1
    assert [place for place, _ in await world.appeared("pagerduty")] == ["pagerduty"]


async def test_what_comes_back_soon_has_its_full_time_again(world: World) -> None:
    world.write(ROUTE)
    await world.found(spike())
    world.at += 20 * MINUTE
    await world.findings.change("spike:ec2", lambda found: changes.resolved(found, world.ada()))
    world.at += timedelta(hours=5)
    await world.found(spike(seen_at=world.at))
    assert await world.escalate() == ()
    world.at += 30 * MINUTE
    assert len(await world.escalate()) == 1


async def test_time_in_which_it_was_quiet_does_not_count(world: World) -> None:
    world.write(ROUTE + 'quiet = "20:00-07:00"\n')
    world.at += timedelta(hours=13)
    await world.found(spike())
    world.at += timedelta(hours=2)
    assert await world.escalate() == ()
    world.at += timedelta(hours=7)
    assert world.at.hour == 7 and await world.escalate() == ()
    world.at += 30 * MINUTE
    assert len(await world.escalate()) == 1


async def test_what_is_critical_escalates_in_the_night(world: World) -> None:
    world.write(ROUTE + 'quiet = "20:00-07:00"\n')
    world.at += timedelta(hours=13)
    await world.found(spike(severity=Severity.CRITICAL))
    world.at += 30 * MINUTE
    assert len(await world.escalate()) == 1


async def test_what_is_muted_goes_no_further(here: World) -> None:
    here.write(ROUTE)
    await here.found(spike())
    await here.mute(here.at + timedelta(days=1), team="payments")
    here.at += 60 * MINUTE
    assert await here.escalate() == ()


async def test_a_new_route_does_not_page_for_the_past(here: World) -> None:
    await here.found(spike())
    here.at += timedelta(days=10)
    here.write(ROUTE)
    assert await here.escalate() == ()


async def test_a_place_that_shows_it_already_is_not_shown_it_again(here: World) -> None:
    here.write(ROUTE)
    await here.found(spike())
    show = {"pagerduty": {"urgency": "low"}, "jira:OPS": {}}
    await here.findings.change("spike:ec2", lambda found: found, show)
    here.at += 30 * MINUTE
    assert await here.escalate() == ()


async def test_one_that_looked_before_another_wrote_adds_no_second_note(here: World) -> None:
    here.write(ROUTE)
    await here.found(spike())
    here.at += 30 * MINUTE

    async def nothing_yet(_finding_id: str):  # type: ignore[no-untyped-def]
        return ()

    here.findings.showings = nothing_yet  # type: ignore[method-assign]
    for _ in range(2):
        await here.escalate()
        here.at += MINUTE
    lines = [line.what for line in await here.findings.history("spike:ec2")]
    assert sum("escalated" in line for line in lines) == 1


async def test_what_falls_due_in_quiet_hours_waits_for_their_end(here: World) -> None:
    here.write(ROUTE + 'quiet = "9:20-12:00"\n')
    await here.found(spike())
    here.at += 31 * MINUTE
    assert await here.escalate() == ()
    here.at += timedelta(hours=3)
    assert len(await here.escalate()) == 1
