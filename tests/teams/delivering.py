"""A destination in Teams, the Teams around it, and one finding to show there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.adapters.teams.channel import TeamsChannel
from bot.adapters.teams.cloud import PUBLIC, cloud_of
from bot.adapters.teams.connector import Sender
from bot.adapters.teams.conversations import InMemory
from bot.adapters.teams.credentials import AppToken
from bot.settings import Secret
from cards.model import Action, Button, Buttons, Card, Text
from domain.delivery import Conversation, Receipt, Receipts, Showing
from domain.finding import Finding, Severity
from tests.peers.teams import Room, TeamsPeer
from tests.teams.conftest import NOW, Drawn

FINDING = Finding(
    kind="spike",
    key="service=EC2",
    title="EC2 costs more",
    severity=Severity.HIGH,
    seen_at=NOW,
    number=12,
)


@dataclass
class World:
    """A destination and the Teams around it; `card` is what is drawn of any finding."""

    peer: TeamsPeer
    room: Room
    known: InMemory
    channel: TeamsChannel = field(init=False)
    card: Card | None = None
    drawn: int = 0

    async def draw(self, finding: Finding, receipts: Receipts) -> Card:
        self.drawn += 1
        button = Button("Ticket", Action("ticket", {"finding": "12"}), opens=True)
        return self.card or Card(finding.title, (Text(("more",)), Buttons((button,))))

    def receipts(self, last: Receipt | None = None, unsure: bool = False) -> Receipts:
        destination = f"teams:{self.room.id}"
        since = NOW - timedelta(minutes=1) if unsure else None
        mine = Showing(destination, last or Receipt(destination), unsure_since=since)
        return Receipts(mine, NOW)

    async def show(
        self, title: str = "EC2 costs more", last: Receipt | None = None, unsure: bool = False
    ) -> Receipt:
        finding = replace(FINDING, title=title)
        return await self.channel.upsert(finding, self.receipts(last, unsure))

    async def known_as(self, **changes: str) -> None:
        here = Conversation(
            self.room.id, self.peer.service_url, self.peer.bot_id, self.peer.tenant, self.room.kind
        )
        await self.known.remember(replace(here, **changes))


@pytest.fixture
async def world(peer: TeamsPeer) -> AsyncIterator[World]:
    async with ClientSession() as session:
        cloud = cloud_of(peer.openid_url, anonymous=False)
        address = URL(f"{peer.url}/botframework.com/oauth2/v2.0/token")
        token = AppToken(session, address, peer.app_id, Secret(peer.password), PUBLIC.scope)
        world = World(peer, peer.channel("costs", peer.person("Ann")), InMemory())
        sender = Sender(session, cloud, token, patience=0.5)
        world.channel = TeamsChannel(sender, world.draw, Drawn(), world.known)
        await world.known_as()
        yield world
