"""What people silence stays silent until its time, and everybody can see by whom."""

from datetime import timedelta

from domain.finding import Severity
from tests.routes.world import World, spike

DAY = timedelta(days=1)


async def test_a_mute_is_kept_listed_and_removed(world: World) -> None:
    first = await world.mute(world.at + DAY, service="Amazon EC2")
    second = await world.mute(world.at + 2 * DAY, "spike", team="payments")
    assert (first.number, second.number) == (1, 2)
    assert await world.mutes.active(world.at) == (first, second)
    assert await world.mutes.active(world.at + DAY) == (second,)
    assert await world.mutes.remove(1) is True
    assert await world.mutes.remove(1) is False
    assert await world.mutes.active(world.at) == (second,)


async def test_a_muted_finding_is_recorded_and_shown_nowhere(world: World) -> None:
    world.write("", "slack:C1")
    await world.mute(world.at + DAY, service="amazon ec2", team="Payments")
    (stored,) = await world.found(spike(severity=Severity.CRITICAL))
    assert stored.number and await world.appeared() == []
    verdict = await world.decide(spike())
    assert verdict.places == verdict.escalate_to == ()
    assert verdict.rule == "muted by Ada until Wed 25 Nov 09:00 UTC (migration)"


async def test_it_covers_what_has_all_of_its_labels_and_its_kind(here: World) -> None:
    here.write("", "slack:C1")
    await here.mute(here.at + DAY, "budget", team="payments")
    await here.mute(here.at + DAY, service="Amazon EC2", team="search")
    assert (await here.decide(spike())).places == ("slack:C1",)
    assert (await here.decide(spike(kind="budget"))).places == ()
    assert (await here.decide(spike(labels={"service": "Amazon EC2"}))).places == ("slack:C1",)
    searching = {"service": "Amazon EC2", "tag:Team": "Search"}
    assert (await here.decide(spike(labels=searching))).places == ()


async def test_when_it_ends_what_is_still_there_alerts(world: World) -> None:
    world.write("", "slack:C1")
    await world.mute(world.at + DAY, team="payments")
    await world.found(spike())
    world.at += DAY
    await world.found(spike())
    assert [place for place, _ in await world.appeared("slack")] == ["slack:C1"]


async def test_what_waits_for_the_morning_is_silenced_too(world: World) -> None:
    world.write('[[route]]\nquiet = "20:00-07:00"\nto = "slack:C1"')
    world.at += timedelta(hours=13)
    await world.found(spike(), spike("s3", labels={"team": "search"}))
    await world.mute(world.at + DAY, team="payments")
    world.at += timedelta(hours=12)
    assert [found.key for _, found in await world.appeared("slack")] == ["s3"]


async def test_what_comes_back_while_it_is_muted_makes_no_message(world: World) -> None:
    from domain import changes

    world.write("", "slack:C1")
    await world.found(spike())
    await world.findings.change("spike:ec2", lambda found: changes.resolved(found, world.ada()))
    await world.appeared("slack")
    world.at += 30 * DAY
    await world.mute(world.at + DAY, team="payments")
    (again,) = await world.found(spike(seen_at=world.at))
    assert again.occurrence == 2
    assert await world.appeared("slack") == []
