"""The delivery loop: what an error leads to, and that no place holds up another."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.delivery import GIVE_UP_AFTER, LONGEST_WAIT, ROOM, Delivery, back_off
from domain.delivery import Stage
from domain.errors import NotTakenError, PermanentError, TemporaryError, TooSoonError
from domain.finding import Finding
from integrations.sim import Simulator
from store.state import Job
from tests.delivery.conftest import Place, World, by_scheme


def fails(error: Exception) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


async def test_what_is_reported_is_shown_everywhere_and_links_to_each_other(world: World) -> None:
    jira, slack = Place("jira"), Place("slack")
    delivery = Delivery(world.outbox, by_scheme(jira, slack))
    await world.spike("ec2", "jira:OPS", "slack:C1")
    await delivery.settle()
    assert set(jira.shown) == set(slack.shown) == {"spike:ec2"}
    last = slack.calls[-1]
    assert [copy.receipt.ref for copy in last.others] == ["jira-1"]
    assert await world.outbox.depth() == {}


async def test_one_that_hangs_holds_up_no_other(world: World) -> None:
    jira, slack = Place("jira"), Place("slack")
    jira.gate.clear()
    delivery = Delivery(world.outbox, by_scheme(jira, slack), poll_seconds=0.01)
    for number in range(3 * ROOM):
        await world.spike(f"s{number}", "jira:OPS", "slack:C1")
    await delivery.start()
    async with asyncio.timeout(20):
        while len(slack.shown) < 3 * ROOM:
            await asyncio.sleep(0.01)
    assert jira.at_once["most"] == ROOM
    jira.gate.set()
    async with asyncio.timeout(20):
        while len(jira.shown) < 3 * ROOM:
            await asyncio.sleep(0.01)
    await delivery.stop()
    assert jira.closed
    assert slack.closed


@pytest.mark.parametrize(
    ("error", "unsure", "paused", "dead"),
    [
        (PermanentError("no such project"), False, False, True),
        (NotTakenError("Jira cannot be reached"), False, False, False),
        (NotTakenError("Jira asks to wait", 30), False, True, False),
        (TooSoonError("not known yet", 30), False, False, False),
        (TemporaryError("Jira answered 503"), True, False, False),
        (TemporaryError("the line broke", 30), True, False, False),
        (TimeoutError(), True, False, False),
        (RuntimeError("a mistake of ours"), True, False, False),
    ],
)
async def test_what_an_error_leads_to(
    world: World, error: Exception, unsure: bool, paused: bool, dead: bool
) -> None:
    jira = Place("jira", [fails(error)])
    delivery = Delivery(world.outbox, by_scheme(jira))
    await world.spike("ec2", "jira:OPS")
    await delivery.settle_once()
    copy = await world.copy("ec2", "jira:OPS")
    assert (copy.unsure_since is not None) == unsure
    assert (copy.stage is Stage.DEAD) == dead
    assert copy.reason
    await world.spike("s3", "jira:OPS")
    await delivery.settle_once()
    assert ("spike:s3" in jira.shown) == (not paused)
    world.clock.on(301)
    await delivery.settle()
    assert ("spike:ec2" in jira.shown) == (not dead)


async def test_a_wait_that_was_asked_for_is_kept(world: World) -> None:
    slack = Place("slack", [fails(NotTakenError("Slack asks to wait", 60))])
    delivery = Delivery(world.outbox, by_scheme(slack))
    await world.spike("ec2", "slack:C1")
    await delivery.settle_once()
    world.clock.on(59)
    await delivery.settle_once()
    assert slack.shown == {}
    world.clock.on(2)
    await delivery.settle_once()
    assert set(slack.shown) == {"spike:ec2"}


def test_back_off_grows_and_is_never_longer_than_five_minutes() -> None:
    longest = [back_off(attempts, lambda: 1.0) for attempts in range(1, 40)]
    assert longest == sorted(longest)
    assert longest[0] == timedelta(seconds=2)
    assert longest[-1] == LONGEST_WAIT == timedelta(minutes=5)
    assert back_off(10, lambda: 0.0) == timedelta(0)


async def test_after_a_day_it_is_given_up_and_can_be_tried_again(world: World) -> None:
    jira = Place("jira", [fails(TemporaryError("down")) for _ in range(2)])
    delivery = Delivery(world.outbox, by_scheme(jira))
    await world.spike("ec2", "jira:OPS")
    await delivery.settle_once()
    world.clock.on(GIVE_UP_AFTER.total_seconds() + 1)
    await delivery.settle_once()
    copy = await world.copy("ec2", "jira:OPS")
    assert copy.stage is Stage.DEAD
    assert copy.reason == "given up after 24 hours: down"
    assert await world.letters.replay("spike:ec2") == 1
    await delivery.settle()
    assert set(jira.shown) == {"spike:ec2"}


async def test_a_place_that_hangs_past_its_deadline_is_left_unsure(world: World) -> None:
    jira = Place("jira")
    jira.gate.clear()
    delivery = Delivery(world.outbox, by_scheme(jira), deadline=timedelta(milliseconds=20))
    await world.spike("ec2", "jira:OPS")
    await delivery.settle_once()
    copy = await world.copy("ec2", "jira:OPS")
    assert copy.reason == "TimeoutError"
    assert copy.unsure_since == world.clock.at


async def test_stopping_waits_for_what_is_under_way_and_starts_nothing_new(world: World) -> None:
    jira = Place("jira")
    jira.gate.clear()
    delivery = Delivery(world.outbox, by_scheme(jira), poll_seconds=0.01)
    for number in range(ROOM + 3):
        await world.spike(f"s{number}", "jira:OPS")
    await delivery.start()
    async with asyncio.timeout(10):
        while jira.at_once["now"] < ROOM:
            await asyncio.sleep(0.01)
    asyncio.get_running_loop().call_later(0.05, jira.gate.set)
    await delivery.stop()
    assert len(jira.shown) == ROOM
    depth, _ = (await world.outbox.depth())["jira"]
    assert depth == 3


async def test_stopping_leaves_nothing_claimed_that_nobody_attempts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, claim = Place("slack"), world.outbox.claim
    claimed, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(scheme: str, limit: int, lease: timedelta) -> list[Job]:
        jobs = await claim(scheme, limit, lease)
        claimed.set()
        await go_on.wait()
        return jobs

    monkeypatch.setattr(world.outbox, "claim", slowly)
    delivery = Delivery(world.outbox, by_scheme(slack), poll_seconds=0.01)
    await world.spike("ec2", "slack:C1")
    await delivery.start()
    await claimed.wait()
    stopping = asyncio.create_task(delivery.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert slack.shown == {}
    (job,) = await claim("slack", 1, timedelta(minutes=1))
    assert (job.attempts, job.receipts.mine.unsure_since) == (1, None), "given back untried"


async def test_what_stopping_cuts_off_is_unsure_and_done_again(world: World) -> None:
    jira = Place("jira")
    jira.gate.clear()
    delivery = Delivery(world.outbox, by_scheme(jira), poll_seconds=0.01)
    await world.spike("ec2", "jira:OPS")
    await delivery.start()
    async with asyncio.timeout(10):
        while not jira.at_once["now"]:
            await asyncio.sleep(0.01)
    await delivery.stop(0.01)
    jira.gate.set()
    if not world.database.is_sqlite:
        world.clock.on(120)
    again = Delivery(world.outbox, by_scheme(jira))
    await world.outbox.take_over()
    await again.settle()
    assert jira.calls[-1].mine.unsure_since is not None
    assert set(jira.shown) == {"spike:ec2"}


async def test_the_database_away_for_a_while_stops_nothing_for_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = Place("slack")
    delivery = Delivery(world.outbox, by_scheme(slack), poll_seconds=0.01)
    due, broken = world.outbox.due, 3

    async def away() -> tuple[str, ...]:
        nonlocal broken
        broken -= 1
        if broken >= 0:
            raise ConnectionError("the database restarts")
        return await due()

    monkeypatch.setattr(world.outbox, "due", away)
    await world.spike("ec2", "slack:C1")
    await delivery.start()
    async with asyncio.timeout(10):
        while not slack.shown:
            await asyncio.sleep(0.01)
    await delivery.stop()


@pytest.mark.parametrize(
    ("way", "attempts"), [("ok", 1), ("429", 2), ("5xx", 3), ("late", 2), ("slow", 1)]
)
async def test_each_simulator_ends_well_in_its_own_way(
    world: World, way: str, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.sim.SLOW_SECONDS", 0.01)
    told: list[Finding] = []
    sim = Simulator(told=lambda _where, found: told.append(found))
    delivery = Delivery(world.outbox, by_scheme(sim))
    await world.spike("ec2", f"sim://{way}")
    for _ in range(5):
        await delivery.settle()
        world.clock.on(301)
    assert (await world.copy("ec2", f"sim://{way}")).receipt.ref == "SIM-1"
    assert sum(delivery.results.values()) == attempts
    assert len(sim.shown) == 1


async def test_the_dead_simulator_ends_in_the_dead_letters(world: World) -> None:
    delivery = Delivery(world.outbox, by_scheme(Simulator()))
    await world.spike("ec2", "sim://dead")
    await delivery.settle()
    (letter,) = await world.letters.listed()
    assert letter.showing.reason == "refuses for good"


async def test_looking_again_and_again_makes_no_later_back_off_longer(world: World) -> None:
    """Jira looks five times after a lost reply; what fails then was tried for the second time."""
    jira = Place("jira", [*(fails(TooSoonError("not known yet", 5)) for _ in range(5))])
    await world.spike("ec2", "jira:OPS")
    delivery = Delivery(world.outbox, by_scheme(jira))
    for _ in range(5):
        assert await delivery.settle_once() == 1
        world.clock.on(5)
    (job,) = await world.outbox.claim("jira", 1, timedelta(seconds=60))
    assert job.attempts == 1


async def test_what_is_claimed_while_the_bot_stops_is_given_back(world: World) -> None:
    """Nobody waits for a lease of a bot that has left; nothing was tried, so nothing is unsure."""
    jira = Place("jira")
    delivery = Delivery(world.outbox, by_scheme(jira))
    await world.spike("ec2", "jira:OPS")
    await delivery.stop()
    await delivery.settle_once()
    assert jira.calls == []
    (job,) = await world.outbox.claim("jira", 1, timedelta(seconds=60))
    assert (job.attempts, job.receipts.mine.unsure_since) == (1, None)
