"""AWS keeps the contract of a destination: feedback that is given again replaces itself."""

from collections.abc import AsyncIterator
from types import MappingProxyType

import boto3  # noqa: F401 - so that no attempt is slow because it imports it
import pytest

from integrations.aws import AnomalyFeedback
from tests.contracts.stands import TroubleStand
from tests.contracts.suite import DestinationContract, Stand, nobody
from tests.peers.aws import CostExplorerPeer
from tests.peers.aws.peer import SECRETS

ANOMALY = "12345678-abcd-ef12-3456-987654321a12"


class AwsStand(TroubleStand):
    place = "aws"
    secrets = SECRETS

    def __init__(self, peer: CostExplorerPeer, patch: pytest.MonkeyPatch) -> None:
        self.peer, self.troubles = peer, peer.troubles
        peer.settings(patch)
        self.destination = AnomalyFeedback()
        self.impatient = AnomalyFeedback(deadline_seconds=self.patience)
        self.absent = AnomalyFeedback()
        # So that no attempt is slow because it reads the description of the API.
        for one in (self.destination, self.impatient):
            one._connected()  # pyright: ignore[reportPrivateUsage]
        with patch.context() as elsewhere:
            elsewhere.setenv("AWS_ENDPOINT_URL", nobody())
            self.absent._connected()  # pyright: ignore[reportPrivateUsage]

    async def close(self) -> None:
        for one in (self.destination, self.impatient, self.absent):
            await one.close()

    def effects(self) -> int:
        return len(self.peer.feedback)

    def writes(self) -> int:
        return len(self.peer.requests)

    def tick(self, seconds: float) -> None:
        """The clock of a signature is the machine's own."""


class TestAnomalyFeedback(DestinationContract):
    wish = MappingProxyType({"anomaly": ANOMALY, "feedback": "NO"})
    news = MappingProxyType({"anomaly": ANOMALY, "feedback": "PLANNED_ACTIVITY"})

    @pytest.fixture
    async def stand(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
        async with CostExplorerPeer() as peer:
            stand = AwsStand(peer, monkeypatch)
            yield stand
            await stand.close()
            assert not peer.problems
