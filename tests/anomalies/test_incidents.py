"""An incident is one finding: it grows, survives a quiet day, and ends by itself."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from domain.finding import Severity, Status
from tests.anomalies.bill import days, usual
from tests.anomalies.world import START, World

EC2, S3 = ("111", "Amazon EC2"), ("111", "Amazon S3")


def world(**changed: object) -> World:
    """A busy service, and a quiet one beside it."""
    return World({EC2: usual(300.0), S3: usual(80.0, seed=2)}, **changed)


def name(day: int, kind: str = "spike", service: str = "Amazon EC2") -> str:
    return f"{kind}:account=111,service={service}:{START + timedelta(days=day)}"


async def test_a_spike_is_one_finding_that_grows_and_ends_by_itself():
    it = world()
    it.costs[EC2][150:154] *= 3
    seen = await it.days(147, 157)
    assert {day: [one.id for one in found] for day, found in seen.items() if found} == {
        **{day: [name(150)] for day in range(150, 157)},
    }
    impacts = [seen[day][0].impact.amount for day in range(150, 154)]
    assert impacts == sorted(impacts) and impacts[-1] > 2 * impacts[0]
    assert [seen[day][0].status for day in range(150, 156)] == [Status.OPEN] * 6
    assert seen[156][0].status is Status.RESOLVED
    assert len(it.told) == 1


async def test_nothing_new_is_told_while_an_incident_is_only_waited_for():
    """A quiet day within an incident changes nothing that a reader could see."""
    it = world()
    it.costs[EC2][[150, 151, 153]] *= 3
    seen = await it.days(150, 156)
    assert set(it.told) == {name(150)}
    assert seen[152][0].revision == seen[151][0].revision
    assert seen[153][0].revision > seen[152][0].revision
    assert it.told[name(150)].status is Status.RESOLVED


async def test_two_spikes_far_apart_are_two_findings():
    it = world()
    it.costs[EC2][[120, 150]] *= 3
    await it.days(119, 154)
    assert sorted(it.told) == sorted([name(120), name(150)])


async def test_what_costs_nothing_any_more_is_a_mild_finding_from_its_second_day():
    it = world()
    it.costs[EC2][150:] = 0
    assert await it.look(150) == (), "the newest day may only be late"
    [drop] = await it.look(151)
    assert drop.id == name(150, "drop")
    assert drop.severity is Severity.LOW
    assert drop.title == "EC2 in payments-prod costs nothing any more"
    assert drop.impact.amount < -400
    await it.days(152, 165)
    assert it.told[drop.id].status is Status.RESOLVED
    assert len(it.told) == 1


async def test_a_new_level_is_one_finding_and_is_not_told_for_ever():
    it = world()
    it.costs[EC2][150:] *= 2
    await it.days(149, 175)
    [level] = it.told.values()
    assert level.id == name(150)
    assert level.status is Status.RESOLVED
    assert "new level, +" in level.title
    assert level.seen_at.date() <= START + timedelta(days=150 + 12)


async def test_a_service_that_begins_is_told_once():
    it = world()
    it.costs[S3][:150] = 0
    await it.days(148, 170)
    [new] = it.told.values()
    assert new.id == name(150, "new", "Amazon S3")
    assert new.title == "S3 is new in payments-prod"
    assert (new.severity, new.status) == (Severity.LOW, Status.RESOLVED)


async def test_a_service_that_begins_very_dear_is_severe():
    it = world()
    it.costs[S3][:150] = 0
    it.costs[S3][150:] *= 20
    [new] = await it.look(150)
    assert new.severity is Severity.HIGH


async def test_drift_is_told_in_whole_weeks():
    rise = np.exp(0.015 * np.clip(np.arange(260) - 120, 0, 60))
    it = World({EC2: usual(300.0, 260) * rise, S3: usual(80.0, 260, seed=2)})
    await it.days(130, 158)
    [drift] = it.told.values()
    assert drift.kind == "drift"
    assert "creeps up, +" in drift.title
    costs = [value for label, value in drift.facts if label.startswith("A day")]
    assert len(costs) == 1


async def test_the_name_stays_although_the_oldest_days_leave_the_look_back(
    monkeypatch: pytest.MonkeyPatch,
):
    it = world()
    it.costs[EC2][150:] *= 2
    await it.look(152)
    first = START + timedelta(days=151)
    monkeypatch.setattr("handlers.detection._start", lambda *_: START + timedelta(days=60))
    monkeypatch.setattr("analytics.incidents.Incident.first", property(lambda _: first))
    [again] = await it.look(153)
    assert again.id == name(150)


async def test_days_that_are_still_arriving_are_no_news():
    it = world()
    it.costs[EC2][152:] *= 0.1  # still arriving
    assert await it.look(150) == ()


async def test_a_team_that_wants_to_hear_less_hears_less():
    costs = usual(300.0)
    costs[150] *= 1.45
    loud, calm = World({EC2: costs}), World({EC2: costs}, {"payments-prod": "low"})
    assert [one.id for one in await loud.look(150)] == [name(150)]
    assert await calm.look(150) == ()
    calm.sensitivity = {"": "low", "amazon ec2": "normal"}
    assert [one.id for one in await calm.look(150)] == [name(150)]


async def test_the_size_of_a_spike_is_its_severity():
    it = world()
    it.costs[EC2][150] += 600
    [spike] = await it.look(150)
    assert spike.severity is Severity.HIGH
    assert Decimal(500) < spike.impact.amount < Decimal(700)
    assert days()[150].date() == START + timedelta(days=150)
