"""The early warning: one finding while it lasts, closed by the pace or by the bill."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.working import look_job
from domain.errors import PermanentError
from domain.estimate import Estimate
from domain.finding import Finding, Severity, Status
from handlers.alerts.early import ALERT
from integrations.aws import EstimatedCharges, estimated
from tests.budgets.conftest import World, world
from tests.early.test_pace import NOW, estimates
from tests.integrations.aws.stubs import Stubs

__all__ = ["world"]
DAY = timedelta(days=1)


@dataclass
class Cloud:
    """EC2 grows `fast` times as fast from `since` on, until `until`."""

    since: datetime
    until: datetime
    hourly: float = 40
    fast: float = 4.0

    async def read(self, since: datetime, until: datetime) -> tuple[Estimate, ...]:
        assert until - since >= 14 * DAY
        end = min(until, NOW + 10 * DAY)
        fast = estimates(end, self.hourly, self.fast, self.since)
        if end > self.until:
            slow = estimates(end, self.hourly, self.fast, self.since)
            before = dict(slow)[self.until]
            usual = dict(estimates(end, self.hourly))
            fast = [
                (at, value if at <= self.until else before + usual[at] - usual[self.until])
                for at, value in slow
            ]
        quiet = estimates(end, 1)
        return (
            Estimate("", tuple(fast)),
            Estimate("AmazonEC2", tuple(fast)),
            Estimate("AmazonS3", tuple(quiet)),
        )


async def look(world: World, cloud: Cloud | None, at: datetime) -> tuple[Finding, ...]:
    world.at = at
    context = replace(world.context, use=replace(world.context.use, estimates=cloud))
    seen = await world.state.routes.sightings(await ALERT.find(context), at)
    return await world.state.findings.report(seen, at)


async def test_it_is_one_finding_that_names_the_service_and_ends_with_the_pace(world: World):
    cloud = Cloud(NOW - DAY, NOW + DAY)
    [one] = await look(world, cloud, NOW)
    assert one.title == "AWS estimates 4.0 times the usual cost of a day"
    assert one.severity is Severity.HIGH
    told = dict(one.facts)
    assert told["Mostly"] == "AmazonEC2 +$2,880.00"
    assert told["In 24 hours"] == "$3,840.00, usually $960.00"
    [again] = await look(world, cloud, NOW + timedelta(hours=6))
    assert again.id == one.id and again.status is Status.OPEN
    assert await look(world, cloud, NOW + 2 * DAY) != ()
    assert [f.status for f in await world.state.findings.listed(kind="early")] == [Status.RESOLVED]


async def test_the_bill_that_has_settled_the_days_speaks_for_itself(world: World):
    cloud = Cloud(NOW - DAY, NOW + 9 * DAY)
    [one] = await look(world, cloud, NOW)
    between = replace(cloud, fast=1.7)
    assert await look(world, between, NOW + timedelta(hours=2)) == ()
    world.load(NOW.date())
    [over] = await look(world, between, NOW + 2 * DAY)
    assert (over.id, over.status) == (one.id, Status.RESOLVED)


async def test_where_it_is_not_switched_on_nothing_is_asked(world: World):
    assert await look(world, None, NOW) == ()


async def test_it_is_looked_for_every_hour_whatever_is_loaded(world: World):
    job = look_job(world.router, ALERT)  # type: ignore[arg-type]
    at = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
    assert job.logical(at) == job.logical(at + timedelta(minutes=50)) == "20261120T12"
    assert job.logical(at + timedelta(hours=1)) == "20261120T13"


def answer(*results: dict[str, Any]) -> dict[str, Any]:
    return {"MetricDataResults": list(results)}


def result(name: str, label: str, **values: float) -> dict[str, Any]:
    days = [datetime(2026, 11, int(day[1:]), tzinfo=UTC) for day in values]
    return {
        "Id": name,
        "Label": label,
        "Timestamps": days,
        "Values": list(values.values()),
        "StatusCode": "Complete",
    }


async def test_cloudwatch_is_asked_for_the_whole_and_for_each_service(
    monkeypatch: pytest.MonkeyPatch,
):
    since, until = NOW - 16 * DAY, NOW
    asked: dict[str, Any] = {
        "MetricDataQueries": [estimated._ALL, estimated._BY_SERVICE],  # pyright: ignore[reportPrivateUsage]
        "StartTime": since,
        "EndTime": until,
        "ScanBy": "TimestampAscending",
    }
    first = answer(
        result("whole", "EstimatedCharges", d1=1.5, d2=3), result("services", "AmazonEC2", d1=1)
    )
    second = answer(
        result("services", "AmazonEC2", d2=2.25), result("services", "AWS\nLambda", d2=0.5)
    )
    stubs = Stubs(
        monkeypatch,
        estimated,
        {
            "cloudwatch": [
                ("get_metric_data", asked, first | {"NextToken": "2"}),
                ("get_metric_data", asked | {"NextToken": "2"}, second),
            ]
        },
    )
    found = {one.service: one.points for one in await EstimatedCharges().read(since, until)}
    assert {name: [f"{value}" for _, value in points] for name, points in found.items()} == {
        "": ["1.5", "3"],
        "AmazonEC2": ["1", "2.25"],
        "AWS Lambda": ["0.5"],
    }
    stubs.done()
    answers: Any = {"cloudwatch": [("get_metric_data", asked, "AccessDenied")]}
    Stubs(monkeypatch, estimated, answers)
    with pytest.raises(PermanentError, match="cloudwatch:GetMetricData"):
        await EstimatedCharges().read(since, until)
