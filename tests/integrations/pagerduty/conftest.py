"""A PagerDuty on this machine, and the destination that talks to it."""

from collections.abc import AsyncIterator

import pytest

from integrations.pagerduty import PagerDuty
from tests.peers.pagerduty import PagerDutyPeer
from tests.peers.pagerduty.peer import KEY

OTHER_KEY = "R0K3Y000000000000000000PAYMENTS1"


@pytest.fixture
async def peer() -> AsyncIterator[PagerDutyPeer]:
    async with PagerDutyPeer(KEY, OTHER_KEY) as peer:
        yield peer
        assert peer.problems == []


@pytest.fixture
def pagerduty(peer: PagerDutyPeer) -> PagerDuty:
    return PagerDuty(
        KEY,
        {"payments": OTHER_KEY},
        events_url=peer.url,
        client_url="https://costbot.example.com",
        deadline_seconds=5,
    )
