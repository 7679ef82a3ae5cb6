"""Teams keeps the contract of a destination, but for a lost message: it is there at least once."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.adapters import repeats
from bot.adapters.teams.channel import TeamsChannel
from bot.adapters.teams.cloud import PUBLIC, cloud_of
from bot.adapters.teams.connector import Sender
from bot.adapters.teams.conversations import InMemory
from bot.adapters.teams.credentials import AppToken
from bot.settings import Secret
from domain.delivery import Conversation
from tests.contracts.stands import draw
from tests.contracts.suite import DestinationContract, Stand, deliver, nobody
from tests.peers.teams import TeamsPeer
from tests.teams.conftest import Drawn


class TeamsStand:
    patience = 1.0

    def __init__(self, peer: TeamsPeer, session: ClientSession) -> None:
        self.peer = peer
        self.room = peer.channel("costs", peer.person("Ann"))
        self.place = f"teams:{self.room.id}"
        self.secrets = (peer.password,)
        cloud = cloud_of(peer.openid_url, anonymous=False)
        address = URL(f"{peer.url}/botframework.com/oauth2/v2.0/token")
        token = AppToken(session, address, peer.app_id, Secret(peer.password), PUBLIC.scope)
        self.destination = self._channel(Sender(session, cloud, token))
        self.impatient = self._channel(Sender(session, cloud, token, patience=self.patience))
        self.absent = self._channel(Sender(session, cloud, token), f"{nobody()}/")
        self.known = (self.destination, self.impatient, self.absent)

    def _channel(self, sender: Sender, service_url: str = "") -> TeamsChannel:
        known = InMemory()
        place, url = self.room.id, service_url or self.peer.service_url
        known._known[place] = Conversation(  # pyright: ignore[reportPrivateUsage]
            place, url, self.peer.bot_id, self.peer.tenant, self.room.kind
        )
        return TeamsChannel(sender, draw, Drawn(), known)

    def effects(self) -> int:
        return len(self.room.from_bot)

    def writes(self) -> int:
        return self.peer.count("/activities")

    def fail(self, status: int, **headers: str) -> None:
        self.peer.fail(status, **headers)

    def drop(self, *, after: bool) -> None:
        self.peer.lose() if after else self.peer.fail(0)

    def stall(self, seconds: float) -> None:
        self.peer.slow(seconds)

    def tick(self, seconds: float) -> None:
        """Teams asks no clock of ours."""


class TestTeamsChannel(DestinationContract):
    exactly_once = False
    #: There is no key that makes one of two: delivery alone sees to it that nothing is sent twice.
    test_the_same_finding_at_the_same_time_is_there_once = None

    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with TeamsPeer() as peer, ClientSession() as session:
            yield TeamsStand(peer, session)
            assert peer.problems == []

    async def test_a_message_that_is_perhaps_there_twice_says_so(self, stand: TeamsStand) -> None:
        stand.drop(after=True)
        await deliver(stand, self.finding, self.known(stand))
        first, second = stand.room.from_bot
        assert (
            repeats.words("Teams") not in first.words() and repeats.words("Teams") in second.words()
        )
