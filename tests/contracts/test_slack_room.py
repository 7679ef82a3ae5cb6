"""Slack's channels keep the contract of a destination: a lost message is looked for."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.drawings import Drawings
from bot.adapters.slack.room import SlackRoom
from tests.contracts.stands import draw
from tests.contracts.suite import NOW, DestinationContract, Stand, nobody
from tests.slack.rooms import written
from tests.slack.stage import Stage, staged


class SlackStand:
    """A refusal or a fault meets the message that is posted."""

    patience = 1.0

    def __init__(self, stage: Stage) -> None:
        self.peer = peer = stage.peer
        self.place = f"slack:{stage.room.id}"
        self.room = stage.room
        self.secrets = (peer.bot_token, peer.signing_secret)
        drawings = Drawings(stage.scene)
        self.destination = stage.surface.room(draw)
        self.impatient = SlackRoom(stage.surface.client, draw, drawings, seconds=self.patience)
        client = AsyncWebClient(peer.bot_token, base_url=f"{nobody()}/api/", retry_handlers=[])
        self.absent = SlackRoom(client, draw, drawings)
        peer.workspace.set_clock(NOW)

    def effects(self) -> int:
        return len([one for one in self.peer.workspace.messages if one.channel is self.room])

    def writes(self) -> int:
        return len(written([name for name, _ in self.peer.web_api.calls]))

    def fail(self, status: int, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.peer.fail_next("chat.postMessage", status, "whatever", headers=named)

    def drop(self, *, after: bool) -> None:
        self.peer.fail_next("chat.postMessage", 0, after_effect=after)

    def stall(self, seconds: float) -> None:
        self.peer.stall("chat.postMessage")

    def tick(self, seconds: float) -> None:
        self.peer.workspace.set_clock(self.peer.workspace.moment(), seconds)


class TestSlackRoom(DestinationContract):
    #: There is no key that makes one of two: delivery alone sees to it that nothing is sent twice.
    test_the_same_finding_at_the_same_time_is_there_once = None

    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with staged() as stage:
            yield SlackStand(stage)
