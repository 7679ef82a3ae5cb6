"""The simulator behaves as the contract says of a destination, as far as it goes.

It has no line to break off, no deadline of its own, nobody to be absent and no secret.
"""

import pytest

from domain.errors import NotTakenError
from integrations.sim import WAIT_SECONDS, Simulator
from tests.contracts.suite import DestinationContract, Stand

WAYS = {429: "sim://429", 408: "sim://5xx", 500: "sim://5xx", 502: "sim://5xx", 503: "sim://5xx"}


class SimStand:
    """A misfortune is an address: everything after it goes there."""

    patience = 1.0
    secrets = ()

    def __init__(self) -> None:
        self.place = "sim://ok"
        self.destination = self.absent = self.impatient = Simulator()

    def effects(self) -> int:
        return len({finding for _, finding in self.destination.shown})

    def writes(self) -> int:
        return self.destination._tries.total()  # pyright: ignore[reportPrivateUsage]

    def fail(self, status: int, **headers: str) -> None:
        self.place = WAYS.get(status, "sim://dead")

    def drop(self, *, after: bool) -> None:
        self.place = "sim://late" if after else "sim://5xx"

    def stall(self, seconds: float) -> None:
        self.place = "sim://slow"

    def tick(self, seconds: float) -> None:
        """It asks no clock."""


class TestSimulator(DestinationContract):
    test_an_attempt_ends_in_its_time = None
    test_an_attempt_that_has_ended_sends_nothing_more = None
    test_where_nobody_answers_nothing_was_taken = None
    test_no_secret_and_no_address_is_told = None
    #: It shows again whatever it is told to show again.
    test_showing_again_what_is_there_writes_nothing = None

    @pytest.fixture
    def stand(self) -> Stand:
        return SimStand()

    async def test_when_asked_to_wait_the_time_is_passed_on(self, stand: Stand) -> None:
        stand.fail(429)
        with pytest.raises(NotTakenError) as caught:
            await stand.destination.upsert(self.finding, self.known(stand))
        assert caught.value.retry_after == WAIT_SECONDS
        assert stand.effects() == 0
