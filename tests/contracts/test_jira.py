"""Jira keeps the contract of a destination, Cloud and Data Center."""

import base64
from collections.abc import AsyncIterator

import jira  # noqa: F401 - so that no attempt is slow because it imports it
import pytest

from integrations.jira import Jira
from tests.contracts.suite import DestinationContract, Stand, nobody
from tests.peers.jira import JiraPeer
from tests.peers.jira.peer import EMAIL, TOKEN


class JiraStand:
    """The index lags by two seconds, as it does in life."""

    place = "jira:OPS"
    patience = 1.0
    secrets = (TOKEN, base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode())

    def __init__(self, peer: JiraPeer) -> None:
        self.peer = peer
        email = EMAIL if peer.cloud else ""
        self.destination = Jira(peer.url, TOKEN, email=email)
        self.impatient = Jira(peer.url, TOKEN, email=email, patience_seconds=self.patience)
        self.absent = Jira(nobody(), TOKEN, email=email)
        self.fail, self.drop, self.stall, self.tick = peer.fail, peer.drop, peer.stall, peer.tick

    async def close(self) -> None:
        for one in (self.destination, self.impatient, self.absent):
            await one.close()

    def effects(self) -> int:
        return len(self.peer.issues)

    def writes(self) -> int:
        return len(self.peer.writes)


class TestJiraCloud(DestinationContract):
    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with JiraPeer(lag=2) as peer:
            stand = JiraStand(peer)
            yield stand
            await stand.close()
            assert not peer.problems


class TestJiraDataCenter(DestinationContract):
    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with JiraPeer(cloud=False, lag=2) as peer:
            stand = JiraStand(peer)
            yield stand
            await stand.close()
            assert not peer.problems
