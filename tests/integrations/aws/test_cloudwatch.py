"""CloudWatch's numbers by day: asked as it wants it, all pages, and every refusal in words."""

import traceback
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import NotTakenError, PermanentError, TemporaryError
from domain.period import Period
from domain.unit import CloudWatchMetric, DatadogMetric, Unit
from integrations.aws import CloudWatch
from tests.peers.aws.cloudwatch import CloudWatchPeer
from tests.peers.aws.peer import SECRETS, alone, body_of
from tests.peers.trouble import Fault

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 6))
METRIC = CloudWatchMetric("AWS/ApplicationELB", "RequestCount", ((("LoadBalancer", "app/shop"),),))
SHOP = "AWS/ApplicationELB:RequestCount:LoadBalancer=app/shop:Sum"
DAYS = {"2026-11-01": 10.0, "2026-11-02": 20.5, "2026-11-04": 0.0}


@pytest.fixture
async def peer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CloudWatchPeer]:
    async with CloudWatchPeer() as peer:
        peer.settings(monkeypatch)
        peer.series[SHOP] = DAYS
        yield peer
        assert peer.problems == []


async def asked(metric: CloudWatchMetric = METRIC, period: Period = NOVEMBER) -> dict[date, Any]:
    return dict(await CloudWatch(deadline_seconds=5).daily(Unit("request", metric), period))


async def test_days_that_cloudwatch_knows_have_a_number_and_others_have_none(peer: CloudWatchPeer):
    found = await asked()
    assert found == {
        date(2026, 11, 1): Decimal(10),
        date(2026, 11, 2): Decimal("20.5"),
        date(2026, 11, 4): Decimal(0),
    }
    assert len(peer.requests) == 1


async def test_all_pages_are_read(peer: CloudWatchPeer):
    peer.page = 2
    assert sum((await asked()).values()) == Decimal("30.5")
    assert [request.get("NextToken") for request in peer.requests] == [None, "2"]


async def test_an_answer_that_does_not_end_is_given_up(peer: CloudWatchPeer):
    peer.page = 0
    with pytest.raises(TemporaryError, match="does not end"):
        await asked()


async def test_several_load_balancers_are_summed_in_batches_of_500(peer: CloudWatchPeer):
    many = tuple((("LoadBalancer", f"app/{n}"),) for n in range(501))
    for n in range(501):
        name = f"AWS/ApplicationELB:RequestCount:LoadBalancer=app/{n}:Sum"
        peer.series[name] = {"2026-11-03": 1.0}
    metric = CloudWatchMetric("AWS/ApplicationELB", "RequestCount", many)
    assert await asked(metric) == {date(2026, 11, 3): Decimal(501)}
    assert [len(request["MetricDataQueries"]) for request in peer.requests] == [500, 1]


async def test_an_expression_is_asked_as_it_is_written(peer: CloudWatchPeer):
    said = "SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer} RequestCount', 'Sum', 86400))"
    peer.series[said] = {"2026-11-03": 7.0}
    assert await asked(CloudWatchMetric(expression=said)) == {date(2026, 11, 3): Decimal(7)}


async def test_a_region_of_its_own_is_asked_there(peer: CloudWatchPeer):
    peer.series["A:B::Maximum"] = {"2026-11-03": 7.0}
    metric = CloudWatchMetric("A", "B", stat="Maximum", region="us-east-1")
    assert await asked(metric) == {date(2026, 11, 3): Decimal(7)}


async def test_who_may_not_ask_is_told_which_permission_is_missing(peer: CloudWatchPeer):
    peer.troubles.next(Fault(status=403, body=body_of("AccessDeniedException")))
    with pytest.raises(PermanentError, match="cloudwatch:GetMetricData"):
        await asked()
    peer.status = "Forbidden"
    with pytest.raises(PermanentError, match="cloudwatch:GetMetricData"):
        await asked()


@pytest.mark.parametrize(
    ("fault", "kind", "told"),
    [
        (Fault(status=500, body=body_of("InternalFailure")), TemporaryError, "answered 500"),
        (Fault(status=400, body=body_of("ThrottlingException")), NotTakenError, "asks to wait"),
        (Fault(status=400, body=body_of("InvalidParameterValue")), PermanentError, "the request"),
        (Fault(status=403, body=body_of("ExpiredTokenException")), PermanentError, "credentials"),
    ],
)
async def test_every_refusal_has_its_kind_and_no_secret(
    peer: CloudWatchPeer, fault: Fault, kind: type[Exception], told: str
):
    peer.troubles.next(fault)
    with pytest.raises(kind, match=told) as caught:
        await asked()
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(secret in shown for secret in SECRETS)
    assert len(peer.requests) == 1, "who asks in a chat tries again, not the client"


async def test_numbers_that_are_not_all_there_are_not_taken_for_all(peer: CloudWatchPeer):
    peer.status = "InternalError"
    with pytest.raises(TemporaryError):
        await asked()


async def test_a_slow_answer_is_given_up(peer: CloudWatchPeer):
    peer.troubles.next(Fault(seconds=30))
    cloudwatch = CloudWatch(deadline_seconds=0.3)
    with pytest.raises(TemporaryError, match=r"within 0.3 s"):
        await cloudwatch.daily(Unit("request", METRIC), NOVEMBER)


async def test_without_credentials_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch):
    alone(monkeypatch)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(PermanentError, match="no AWS credentials"):
        await asked()


async def test_without_a_region_it_says_so(monkeypatch: pytest.MonkeyPatch):
    alone(monkeypatch)
    with pytest.raises(PermanentError, match="AWS_DEFAULT_REGION"):
        await asked()


async def test_a_unit_of_another_source_is_a_mistake_of_ours():
    with pytest.raises(PermanentError, match="none of CloudWatch"):
        await CloudWatch().daily(Unit("request", DatadogMetric("x")), NOVEMBER)


async def test_another_cloudwatch_agrees(monkeypatch: pytest.MonkeyPatch):
    """The stand-in of the package moto, where it is installed."""
    moto = pytest.importorskip("moto", reason="the package moto is not there")
    import boto3

    alone(monkeypatch)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with moto.mock_aws():
        client = boto3.client("cloudwatch", region_name="eu-west-1")
        day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        start = day - timedelta(days=3)
        for hours, value in ((1, 5.0), (20, 6.0), (30, 7.0)):
            datum = {
                "MetricName": "Hits",
                "Value": value,
                "Timestamp": start + timedelta(hours=hours),
                "Dimensions": [{"Name": "Shop", "Value": "a"}],
            }
            client.put_metric_data(Namespace="Own", MetricData=[datum])
        period = Period(start.date(), day.date())
        found = await asked(CloudWatchMetric("Own", "Hits", ((("Shop", "a"),),)), period)
    assert found == {
        start.date(): Decimal(11),
        start.date() + timedelta(days=1): Decimal(7),
    }
