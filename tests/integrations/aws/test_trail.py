"""What CloudTrail saw near a day: deploys and the service's own changes, or nothing at all."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.assembly import parts
from bot.settings import Settings
from domain.period import Period
from integrations.aws import Trail
from tests.peers.aws.peer import KEY_ID, SECRET, alone
from tests.peers.aws.trail import ASSUMED, HOME, TrailPeer, event
from tests.peers.trouble import Fault

DAYS = Period(date(2026, 11, 17), date(2026, 11, 20))
EC2 = "Amazon Elastic Compute Cloud"
AT = datetime(2026, 11, 18, 7, tzinfo=UTC).timestamp()


@pytest.fixture
async def peer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TrailPeer]:
    async with TrailPeer() as peer:
        peer.settings(monkeypatch)
        yield peer


async def look(
    trail: Trail | None = None, account: str = HOME, region: str | None = "eu-central-1"
) -> list[str]:
    found = await (trail or Trail(deadline_seconds=5)).near(DAYS, account, region, EC2)
    return [f"{one.what} {one.about}".strip() for one in found]


async def test_changes_of_the_service_and_deploys_are_told_and_nothing_else(
    peer: TrailPeer,
) -> None:
    peer.events = [
        event("RunInstances", AT, resources=["i-1", "vpc-1"]),
        event("UpdateService20141113", AT - 60, "ecs.amazonaws.com", "deployer", ["web"]),
        event("UpdateFunctionCode20150331v2", AT - 30, "lambda.amazonaws.com"),
        event("CreateLogStream", AT - 20, "logs.amazonaws.com"),
        event("PutObject", AT - 10, "s3.amazonaws.com"),
    ]
    found = await Trail(deadline_seconds=5).near(DAYS, HOME, "eu-central-1", EC2)
    assert [(one.what, one.who, one.about, one.deploy) for one in found] == [
        ("UpdateService20141113", "deployer", "web", True),
        ("UpdateFunctionCode20150331v2", "ann", "", True),
        ("RunInstances", "ann", "i-1", False),
    ]
    assert found[-1].at == datetime.fromtimestamp(AT, UTC)
    (looked,) = peer.looks
    assert (looked.key, looked.region) == (KEY_ID, "eu-central-1")


async def test_what_was_refused_changed_nothing(peer: TrailPeer) -> None:
    peer.events = [event("RunInstances", AT, error="Client.UnauthorizedOperation")]
    assert await look() == []


async def test_a_hundred_of_the_same_are_one_line(peer: TrailPeer) -> None:
    peer.events = [event("RunInstances", AT + n, resources=[f"i-{n}"]) for n in range(100, 0, -1)]
    assert await look() == ["RunInstances i-1"]
    assert len(peer.looks) == 2


async def test_no_more_than_three_pages_are_read(peer: TrailPeer) -> None:
    peer.page = 2
    peer.events = [event(f"Event{n}", AT - n) for n in range(20)]
    await look()
    assert len(peer.looks) == 3


async def test_a_service_without_a_region_is_looked_for_where_those_write(peer: TrailPeer) -> None:
    await look(region=None)
    assert peer.looks[0].region == "us-east-1"


async def test_another_account_is_not_asked_without_a_role(peer: TrailPeer) -> None:
    peer.events = [event("RunInstances", AT)]
    assert await look(account="222222222222") == []
    assert peer.looks == [] and peer.assumed == []


async def test_another_account_is_asked_by_its_role(peer: TrailPeer) -> None:
    peer.events = [event("RunInstances", AT)]
    trail = Trail("ops/costbot-read", deadline_seconds=5)
    assert await look(trail, account="222222222222") == ["RunInstances"]
    assert peer.assumed == ["arn:aws:iam::222222222222:role/ops/costbot-read"]
    assert peer.looks[0].key == ASSUMED


async def test_what_is_not_allowed_is_said_in_the_log_and_nowhere_else(
    peer: TrailPeer, caplog: pytest.LogCaptureFixture
) -> None:
    peer.code = "AccessDeniedException"
    with caplog.at_level(logging.WARNING):
        assert await look() == []
    assert "cloudtrail:LookupEvents" in caplog.text
    assert SECRET not in caplog.text
    assert len(peer.looks) == 1, "tried once"


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "InternalError", "InvalidTimeRangeException"]
)
async def test_trouble_at_aws_leaves_the_answer_as_it_is(peer: TrailPeer, code: str) -> None:
    peer.code = code
    assert await look() == []
    assert len(peer.looks) == 1


async def test_an_event_that_is_half_there_harms_no_answer(peer: TrailPeer) -> None:
    half = {"EventName": "RunInstances", "EventSource": "ec2.amazonaws.com"}
    broken = event("StopInstances", AT) | {"CloudTrailEvent": "{", "Resources": []}
    peer.events = [half, broken]
    assert await look() == ["StopInstances"]


async def test_an_answer_that_hangs_is_not_waited_for(peer: TrailPeer) -> None:
    peer.troubles.next(Fault(seconds=60))
    assert await look(Trail(deadline_seconds=0.3)) == []


async def test_without_credentials_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)
    assert await look() == []


def test_nobody_is_asked_unless_it_is_switched_on() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert parts(Settings(), lambda: now).use.happenings is None
    assert isinstance(parts(Settings(cloudtrail=True), lambda: now).use.happenings, Trail)
