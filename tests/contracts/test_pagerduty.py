"""PagerDuty keeps the contract of a destination: its dedup_key makes every repeat harmless."""

import warnings
from collections.abc import AsyncIterator

import pytest

from integrations.pagerduty import PagerDuty
from tests.contracts.stands import TroubleStand
from tests.contracts.suite import DestinationContract, Stand, nobody
from tests.peers.pagerduty import PagerDutyPeer
from tests.peers.pagerduty.peer import KEY

with warnings.catch_warnings(action="ignore"):
    import pdpyras  # noqa: F401 - so that no attempt is slow because it imports it


class PagerDutyStand(TroubleStand):
    place = "pagerduty"
    secrets = (KEY,)

    def __init__(self, peer: PagerDutyPeer) -> None:
        self.peer, self.troubles = peer, peer.troubles
        self.destination = PagerDuty(KEY, events_url=peer.url)
        self.impatient = PagerDuty(KEY, events_url=peer.url, deadline_seconds=self.patience)
        self.absent = PagerDuty(KEY, events_url=nobody())

    def effects(self) -> int:
        return self.peer.pages

    def writes(self) -> int:
        return len(self.peer.requests)

    def tick(self, seconds: float) -> None:
        """PagerDuty asks no clock."""


class TestPagerDuty(DestinationContract):
    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with PagerDutyPeer() as peer:
            yield PagerDutyStand(peer)
            assert not peer.problems
