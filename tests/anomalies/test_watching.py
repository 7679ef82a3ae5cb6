"""A daily look goes through few days, and says what a look at all of them says."""

from dataclasses import replace

import numpy as np

from analytics.watching import TAIL
from domain.finding import Finding
from domain.period import Period
from tests.anomalies.bill import usual
from tests.anomalies.test_incidents import EC2, S3
from tests.anomalies.world import World

FEW = 2 * TAIL.days


def eventful() -> World:
    """A spike, a service that begins, one that stops, a new level, and one that creeps."""
    costs = {
        EC2: usual(300.0),
        S3: usual(80.0, seed=2),
        ("111", "Amazon RDS"): usual(500.0, seed=3),
        ("222", "AWS Lambda"): usual(200.0, seed=4),
        ("222", "Amazon Bedrock"): np.zeros(200),
    }
    costs[EC2][150:153] *= 3
    costs[S3][165:] = 0
    costs["111", "Amazon RDS"][160:] *= 1.8
    costs["222", "AWS Lambda"][140:] *= 1.01 ** np.arange(60)
    costs["222", "Amazon Bedrock"][170:] = 140.0
    return World(costs)


def plain(found: Finding) -> Finding:
    """Without what only says when it was recorded."""
    return replace(found, log=(), opened_at=None, resolved_at=None, moved_at=None, number=0)


async def test_what_is_remembered_changes_no_verdict() -> None:
    quick, whole = eventful(), eventful()
    whole.watching = None
    told = await quick.days(145, 198), await whole.days(145, 198)
    assert {name.partition(":")[0] for name in quick.told} >= {"spike", "drop", "new"}
    assert [[*map(plain, day)] for day in told[0].values()] == [
        [*map(plain, day)] for day in told[1].values()
    ]


async def test_a_daily_look_reads_the_newest_days_alone() -> None:
    it = eventful()
    await it.days(145, 195)
    first, *others = it.lake.read
    assert first > FEW
    assert max(others) <= FEW


async def test_a_bill_of_long_ago_that_was_loaded_anew_is_looked_at_as_a_whole() -> None:
    it = eventful()
    await it.days(145, 146)
    assert max(it.lake.read[1:]) <= FEW
    february = Period.month(2026, 2)
    it.lake.corrected[february] = it.lake.status().bills[-1].loaded_at
    await it.look(147)
    assert it.lake.read[-1] > FEW
    await it.look(148)
    assert it.lake.read[-1] <= FEW, "and from then on it is remembered again"


async def test_a_day_on_which_nothing_cost_anything_hides_nothing() -> None:
    it = eventful()
    await it.look(160)
    gap = 160 - TAIL.days + 1
    for costs in it.costs.values():
        costs[gap] = 0
    it.lake.read.clear()
    seen = await it.look(161)
    assert max(it.lake.read) > FEW, "it went through all days"
    assert [one.kind for one in seen] == ["spike"]
