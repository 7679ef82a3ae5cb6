"""A finding on its way to a Slack room: what delivery remembers between attempts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.adapters.slack.room import SlackRoom
from cards.model import Action, Bold, Button, Buttons, Card, Facts, Text
from domain.delivery import Receipt, Receipts, Showing
from domain.errors import NotTakenError, TemporaryError
from domain.finding import Finding, Severity, Status
from tests.peers.slack import Channel, Message
from tests.slack.stage import CHART, Stage, staged

SEEN = datetime(2026, 11, 22, tzinfo=UTC)
FINDING = Finding(
    kind="spike",
    key="service=Amazon EC2:2026-11-20",
    title="Amazon EC2 cost three times as much",
    severity=Severity.HIGH,
    seen_at=SEEN,
    number=12,
)


RESOLVED = replace(FINDING, status=Status.RESOLVED, revision=2)


def written(calls: list[str]) -> list[str]:
    """The calls that change something."""
    return [name for name in calls if name in ("chat.postMessage", "chat.update")]


async def draw(finding: Finding, receipts: Receipts) -> Card:
    buttons = (Button("Acknowledge", Action("finding", {"id": finding.id, "do": "ack"})),)
    status = Text(("Status: ", Bold(finding.status.value)))
    facts = Facts(tuple((label, (value,)) for label, value in finding.facts))
    blocks = (status, facts, CHART, Buttons(buttons))
    return Card(f"{finding.name} {finding.title}", blocks)


@dataclass
class Delivery:
    """Shows one finding in one room, as the delivery loop does it."""

    stage: Stage
    room: SlackRoom
    channel: Channel
    showing: Showing = field(init=False)

    def __post_init__(self) -> None:
        destination = f"slack:{self.channel.id}"
        self.showing = Showing(destination, Receipt(destination))

    async def attempt(self, finding: Finding = FINDING) -> Receipt:
        now = self.stage.peer.workspace.moment()
        try:
            receipt = await self.room.upsert(finding, Receipts(self.showing, now))
        except NotTakenError:
            raise
        except TemporaryError:
            since = self.showing.unsure_since or now
            ended = self.stage.peer.workspace.moment()
            self.showing = replace(self.showing, unsure_since=since, unsure_until=ended)
            raise
        self.showing = Showing(self.showing.destination, receipt)
        return receipt

    @property
    def seen(self) -> list[Message]:
        """The messages that a person finds in the channel."""
        return self.stage.peer.seen(self.stage.ann, self.channel)

    @property
    def calls(self) -> list[str]:
        """What was asked of Slack since the last look."""
        calls = self.stage.peer.web_api.calls
        names = [name for name, _ in calls]
        calls.clear()
        return names


@asynccontextmanager
async def delivering() -> AsyncIterator[Delivery]:
    async with staged() as stage:
        yield Delivery(stage, stage.surface.room(draw), stage.room)
