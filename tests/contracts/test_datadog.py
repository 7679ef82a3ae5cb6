"""Datadog keeps the contract of a destination: with numbers, and with an event alone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import datadog_api_client.v2.api.metrics_api  # noqa: F401 - no attempt is to import it
import pytest
from datadog_api_client.v1.api import events_api  # noqa: F401

from integrations.datadog import Datadog
from tests.contracts.stands import TroubleStand
from tests.contracts.suite import FINDING, NOW, DestinationContract, Stand, nobody
from tests.integrations.findings import spike
from tests.peers.datadog import API_KEY, APP_KEY, DatadogPeer


class DatadogStand(TroubleStand):
    """What people see is counted: events under one key are one story."""

    place = "datadog"
    secrets = (API_KEY, APP_KEY)

    def __init__(self, peer: DatadogPeer, app_key: str) -> None:
        self.peer, self.troubles = peer, peer.troubles
        self.destination = Datadog(API_KEY, app_key, peer.url)
        self.impatient = Datadog(API_KEY, app_key, peer.url, deadline_seconds=self.patience)
        self.absent = Datadog(API_KEY, app_key, nobody())

    async def close(self) -> None:
        for one in (self.destination, self.impatient, self.absent):
            await one.close()

    def effects(self) -> int:
        return len(self.peer.stories)

    def writes(self) -> int:
        return len(self.peer.writes)

    def tick(self, seconds: float) -> None:
        self.peer.now += timedelta(seconds=seconds)


class TestDatadog(DestinationContract):
    @pytest.fixture(params=["with an application key", "without"])
    async def stand(self, request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
        async with DatadogPeer(NOW) as peer:
            stand = DatadogStand(peer, APP_KEY if request.param != "without" else "")
            yield stand
            await stand.close()
            assert not peer.problems


class TestDatadogWithNumbers(DestinationContract):
    """The gauges in one request, then the event; where the gauges fail there is no event."""

    finding = replace(FINDING, measurements=spike().measurements)
    writes_each = 2

    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with DatadogPeer(NOW) as peer:
            stand = DatadogStand(peer, APP_KEY)
            yield stand
            await stand.close()
            assert not peer.problems
            assert len(peer.events) <= 2
