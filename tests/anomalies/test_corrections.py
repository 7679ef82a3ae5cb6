"""AWS corrects days that were told before: what ended is put right, in the same message."""

from decimal import Decimal

import pytest

from domain.finding import Finding, Status
from tests.anomalies.test_incidents import EC2, START, name, world

DAYS = slice(150, 153)


async def ended() -> tuple:
    it = world()
    it.costs[EC2][DAYS] *= 3
    await it.days(149, 156)
    known = it.told[name(150)]
    assert known.status is Status.RESOLVED
    return it, known


def facts(found: Finding) -> list[str]:
    return [f"{label}: {said}" for label, said in found.facts if label.startswith("Corrected")]


async def test_an_incident_that_ended_tells_what_its_days_cost():
    it, known = await ended()
    cost = sum((Decimal(repr(round(float(one), 6))) for one in it.costs[EC2][DAYS]), Decimal(0))
    assert known.told is not None and known.told.amount == cost
    first, last = START.replace(month=6, day=4), START.replace(month=6, day=6)
    assert f"by day {first}..{last} where" in known.command


@pytest.mark.parametrize(("factor", "edited"), [(1.019, False), (1.021, True), (0.9, True)])
async def test_its_message_is_edited_when_its_number_moved_by_two_percent(
    factor: float, edited: bool
):
    it, known = await ended()
    it.costs[EC2][DAYS] *= factor
    seen = await it.look(157)
    assert [one.id for one in seen] == ([known.id] if edited else [])
    now = it.told[known.id]
    assert (now.revision > known.revision) is edited
    assert now.status is Status.RESOLVED
    if edited:
        change = f"{(Decimal(repr(factor)) - 1) * 100:+.1f} %"
        [said] = facts(now)
        assert "it was $" in said and change in said
        assert now.impact is not None and known.impact is not None
        assert now.told is not None and known.told is not None
        moved = now.told.amount - known.told.amount
        assert abs(now.impact.amount - known.impact.amount - moved) <= Decimal("0.01")
        assert await it.look(158) == (), "once is enough"


async def test_every_correction_stays_to_be_read_and_the_oldest_go():
    it, known = await ended()
    for day in range(157, 162):
        it.costs[EC2][DAYS] *= 1.05
        await it.look(day)
    now = it.told[known.id]
    assert len(facts(now)) == 3
    assert len(now.facts) == len(known.facts) + 3


async def test_what_ended_long_ago_keeps_its_number():
    it = world()
    it.costs[EC2][100:103] *= 3
    await it.days(99, 106)
    assert it.told[name(100)].status is Status.RESOLVED
    it.costs[EC2][100:103] *= 1.5
    assert await it.look(198) == ()
