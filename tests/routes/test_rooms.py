"""A room hears so many alerts a day; the rest is one digest, and what is critical always passes."""

from datetime import timedelta
from decimal import Decimal

from bot.digest import digest
from domain import changes
from domain.finding import Finding, Severity, Status
from domain.money import Money
from tests.routes.world import World, spike

DAY = timedelta(days=1)
TWO = '[[route]]\nto = ["slack:C1", "jira:OPS"]\n[rooms."slack:C1"]\nalerts_per_day = 2\n'


def several(count: int, **changed: object) -> list[Finding]:
    return [
        spike(f"s{number}", impact=Money(Decimal(number), "USD"), **changed)
        for number in range(count)
    ]


async def test_a_room_gets_its_number_and_one_digest_of_the_rest(world: World) -> None:
    world.write(TWO)
    stored = await world.found(*several(5))
    names = {one.key: one.name for one in stored}
    drawn = await world.appeared("slack")
    alerts = [found for _, found in drawn if found.kind == "spike"]
    assert {found.key for found in alerts} == {"s4", "s3"}, "the largest of a run come first"
    (told,) = [found for _, found in drawn if found.kind == "digest"]
    assert told.id == "digest:slack:C1:2026-11-24"
    assert told.title == "3 more alerts on Tue 24 Nov"
    assert {label for label, _ in told.facts} == {names["s0"], names["s1"], names["s2"]}
    assert told.impact == Money(Decimal(3), "USD")
    assert len(await world.appeared("jira")) == 5, "a tracker is no room"


async def test_later_runs_of_the_day_bring_the_same_digest_up_to_date(world: World) -> None:
    world.write(TWO)
    await world.found(*several(3))
    await world.appeared("slack")
    world.at += timedelta(hours=5)
    await world.found(*several(5))
    drawn = await world.appeared("slack")
    assert [(found.kind, found.title) for _, found in drawn] == [
        ("digest", "3 more alerts on Tue 24 Nov")
    ]
    (copy,) = await world.findings.showings(drawn[0][1].id)
    assert copy.destination == "slack:C1"


async def test_the_digest_is_not_redrawn_when_nothing_is_new(world: World) -> None:
    world.write(TWO)
    await world.found(*several(5))
    await world.appeared("slack")
    for _ in range(3):
        world.at += timedelta(minutes=1)
        await digest(world.findings, world.rooms, world.at)
        assert await world.appeared("slack") == []


async def test_a_digest_that_somebody_closed_stays_closed_until_more_is_held_back(
    world: World,
) -> None:
    world.write(TWO)
    await world.found(*several(3))
    world.at += timedelta(minutes=1)
    name = "digest:slack:C1:2026-11-24"
    await world.findings.change(name, lambda found: changes.resolved(found, world.ada()))
    world.at += timedelta(minutes=1)
    (told,) = await digest(world.findings, world.rooms, world.at)
    assert told.status is Status.RESOLVED
    await world.found(spike("more"))
    told = await world.findings.get(name)
    assert told is not None and told.status is Status.OPEN


async def test_the_digest_says_what_became_of_its_findings_and_ends_with_its_day(
    world: World,
) -> None:
    world.write(TWO)
    await world.found(*several(3))
    await world.findings.change("spike:s0", lambda found: changes.resolved(found, world.ada()))
    world.at += DAY
    (told,) = await digest(world.findings, world.rooms, world.at)
    assert told.status is Status.RESOLVED
    assert told.facts[0][1] == "s0 costs +214 % (high, $0.00, resolved)"
    world.at += DAY
    assert await digest(world.findings, world.rooms, world.at) == ()


async def test_the_next_day_the_room_hears_again(world: World) -> None:
    world.write(TWO)
    await world.found(*several(3))
    await world.appeared("slack")
    world.at += DAY
    await world.found(spike("new"))
    assert "new" in {found.key for _, found in await world.appeared("slack")}


async def test_seen_again_what_is_shown_takes_nobodys_place(world: World) -> None:
    world.write(TWO)
    for _ in range(3):
        world.at += timedelta(hours=1)
        await world.found(*several(2))
    verdict = await world.decide(spike("s0"))
    assert verdict.places == ("slack:C1", "jira:OPS")
    verdict = await world.decide(spike("other"))
    assert (verdict.places, verdict.held_back) == (("jira:OPS",), ("slack:C1",))


async def test_what_is_critical_is_never_held_back(world: World) -> None:
    world.write(TWO)
    await world.found(*several(5, severity=Severity.CRITICAL))
    assert len(await world.appeared("slack")) == 5
    assert await digest(world.findings, world.rooms, world.at) == ()


async def test_the_most_severe_of_a_run_come_first(world: World) -> None:
    world.write(TWO)
    low = several(4, severity=Severity.LOW)
    await world.found(*low, spike("high", impact=None), spike("medium", severity=Severity.MEDIUM))
    drawn = [found.key for _, found in await world.appeared("slack") if found.kind == "spike"]
    assert drawn == ["high", "medium"]


async def test_a_night_of_alerts_counts_for_the_day_on_which_they_appear(world: World) -> None:
    world.write(TWO.replace("to =", 'quiet = "20:00-07:00"\nto ='))
    world.at += timedelta(hours=12)
    await world.found(*several(3))
    for hours in (0, 4, 5):
        world.at += timedelta(hours=hours)
        await digest(world.findings, world.rooms, world.at)
        assert await world.appeared("slack") == [], world.at
    world.at += timedelta(hours=1)
    await digest(world.findings, world.rooms, world.at)
    drawn = await world.appeared("slack")
    assert sorted(found.kind for _, found in drawn) == ["digest", "spike", "spike"]
    verdict = await world.decide(spike("other"))
    assert verdict.held_back == ("slack:C1",)


async def test_what_somebody_has_dealt_with_is_not_shown_in_new_places(world: World) -> None:
    world.write(TWO)
    await world.found(*several(3))
    await world.appeared("slack")
    await world.findings.change("spike:s0", lambda found: changes.dismissed(found, world.ada()))
    world.at += DAY
    await world.found(spike("s0"))
    assert "s0" not in {found.key for _, found in await world.appeared("slack")}


async def test_what_comes_back_as_a_new_message_takes_a_place_of_its_day(world: World) -> None:
    world.write(TWO.replace("= 2", "= 1"))
    await world.found(spike("old"))
    await world.findings.change("spike:old", lambda found: changes.resolved(found, world.ada()))
    world.at += 30 * DAY
    await world.found(spike("new", seen_at=world.at))
    back = await world.decide(spike("old", seen_at=world.at))
    assert (back.places, back.held_back) == (("jira:OPS",), ("slack:C1",))
