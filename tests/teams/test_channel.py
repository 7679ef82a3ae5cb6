"""Findings in Teams: posted once, kept up to date in place, and honest about what is unknown."""

import logging
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.adapters.teams import channel, connector
from bot.adapters.teams.channel import TeamsChannel
from bot.adapters.teams.cloud import PUBLIC, cloud_of
from bot.adapters.teams.connector import Sender
from bot.adapters.teams.conversations import InMemory
from bot.adapters.teams.credentials import AppToken
from bot.settings import Secret
from cards.escape import web_address
from cards.model import Action, Button, Buttons, Card, Code, Link, Text
from domain.delivery import Conversation, Destination, Receipt, Receipts, Showing
from domain.errors import NotTakenError, PermanentError, TemporaryError
from domain.finding import Finding, Severity
from tests.peers.teams import Room, TeamsPeer
from tests.peers.teams.peer import Fault
from tests.teams.conftest import NOW, Drawn
from tests.teams.test_trouble import HOSTILE

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


async def test_a_finding_is_posted_once_and_then_kept_up_to_date_in_place(world: World) -> None:
    first = await world.show()
    [seen] = world.room.from_bot
    assert (first.destination, first.ref) == (f"teams:{world.room.id}", seen.id)
    assert (seen.thread, seen.activity["summary"]) == (None, "EC2 costs more")
    assert "EC2 costs more" in seen.words() and "repeat" not in seen.words()
    second = await world.show("EC2 is resolved", first)
    assert (second.ref, second.url) == (first.ref, first.url)
    assert "EC2 is resolved" in seen.words()
    assert [verb for verb, *_ in world.peer.writes] == ["POST", "PUT"]


async def test_a_picture_that_did_not_change_is_not_sent_again(world: World) -> None:
    first = await world.show()
    assert await world.show(last=first) == first
    assert len(world.peer.writes) == 1
    assert world.drawn == 2


async def test_it_is_a_destination(world: World) -> None:
    destination: Destination = world.channel
    assert destination.scheme == "teams"
    await destination.close()


@pytest.mark.parametrize(
    ("kind", "place", "url"),
    [
        (
            "channel",
            "19:a/b@thread.tacv2",
            "https://teams.microsoft.com/l/message/19:a%2Fb@thread.tacv2/17%261?tenantId=t%3D1",
        ),
        (
            "groupChat",
            "19:ab@thread.v2",
            "https://teams.microsoft.com/l/message/19:ab@thread.v2/17%261?tenantId=t%3D1"
            "&context=%7B%22contextType%22%3A%22chat%22%7D",
        ),
        ("personal", "a:1", ""),
    ],
)
def test_the_message_has_an_address_where_people_can_open_one(
    kind: str, place: str, url: str
) -> None:
    there = Conversation(place, "https://smba.trafficmanager.net/amer/", "28:b", "t=1", kind)
    assert channel.link(there, "17&1") == url
    assert not url or web_address(url)
    assert channel.link(there, "") == ""


async def test_a_message_that_was_not_confirmed_is_repeated_and_says_so(world: World) -> None:
    world.peer.lose()
    with pytest.raises(TemporaryError) as unsure:
        await world.show()
    assert not isinstance(unsure.value, NotTakenError)
    assert len(world.room.from_bot) == 1
    receipt = await world.show(unsure=True)
    first, second = world.room.from_bot
    assert channel.REPEAT in second.words() and channel.REPEAT not in first.words()
    await world.show("EC2 is resolved", receipt)
    assert channel.REPEAT not in second.words()
    assert [verb for verb, *_ in world.peer.writes] == ["POST", "POST", "PUT"]


async def test_the_word_about_a_repeat_is_no_change_of_the_picture(world: World) -> None:
    receipt = await world.show(unsure=True)
    assert await world.show(last=receipt) == receipt
    assert len(world.peer.writes) == 1


async def test_an_update_that_was_not_confirmed_is_done_again_without_a_word(
    world: World,
) -> None:
    """Even when the picture is again the one that was confirmed last."""
    first = await world.show()
    world.peer.lose()
    with pytest.raises(TemporaryError):
        await world.show("EC2 is resolved", first)
    again = await world.show(last=first, unsure=True)
    [seen] = world.room.from_bot
    assert again == first
    assert "EC2 costs more" in seen.words() and channel.REPEAT not in seen.words()


@pytest.mark.parametrize("unsure", [False, True])
async def test_an_unknown_place_says_what_to_do(world: World, unsure: bool) -> None:
    await world.known.forget(world.room.id)
    with pytest.raises(PermanentError, match="Add the app to the team or chat and say something"):
        await world.show(unsure=unsure)
    assert world.peer.count("/v3/") == 0


@pytest.mark.parametrize("posted", [False, True])
async def test_where_the_app_was_removed_the_place_is_forgotten(world: World, posted: bool) -> None:
    first = await world.show() if posted else None
    await world.room.remove_bot(told=False)
    with pytest.raises(PermanentError, match="the app was removed or blocked"):
        await world.show("EC2 is resolved", first)
    assert await world.known.find(world.room.id) is None


async def test_a_conversation_that_is_gone_is_forgotten(world: World) -> None:
    del world.peer.rooms[world.room.id]
    with pytest.raises(PermanentError, match="the conversation is gone"):
        await world.show()
    assert await world.known.find(world.room.id) is None
    assert world.peer.problems.pop().startswith("404")


async def test_a_message_that_somebody_deleted_stays_deleted(world: World) -> None:
    first = await world.show()
    world.room.from_bot[0].deleted = True
    with pytest.raises(PermanentError, match="Somebody deleted the message"):
        await world.show("EC2 is resolved", first)
    assert await world.known.find(world.room.id) is not None
    assert world.peer.problems.pop().startswith("404")


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_a_throttled_place_is_left_alone_for_as_long_as_teams_asks(
    world: World, form: str
) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    world.peer.fail(429, Retry_After="30" if form == "seconds" else then)
    with pytest.raises(NotTakenError) as caught:
        await world.show()
    assert 28 <= caught.value.retry_after <= 30
    assert world.peer.count("/activities") == 1


#: learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability, "Status codes"
KINDS = {
    301: PermanentError,
    400: PermanentError,
    401: PermanentError,
    403: PermanentError,
    404: PermanentError,
    408: TemporaryError,
    412: NotTakenError,
    413: PermanentError,
    425: NotTakenError,
    429: NotTakenError,
    500: TemporaryError,
    502: TemporaryError,
    503: TemporaryError,
    504: TemporaryError,
    0: TemporaryError,
}


@pytest.mark.parametrize("posted", [False, True])
@pytest.mark.parametrize("status", KINDS)
async def test_an_attempt_is_one_write_whatever_comes_of_it(
    world: World, status: int, posted: bool
) -> None:
    first = await world.show() if posted else None
    before = world.peer.count("/activities")
    world.peer.tokens.clear() if status == 401 and not posted else None
    world.peer.fail(status, times=3)
    expected = NotTakenError if (status, posted) == (401, True) else KINDS[status]
    with pytest.raises(expected) as caught:
        await world.show("EC2 is resolved", first)
    assert type(caught.value).__name__ != "NotTakenError" or expected is NotTakenError
    assert world.peer.count("/activities") - before == 1


async def test_an_attempt_ends_within_its_deadline(world: World) -> None:
    world.peer.slow(5)
    with pytest.raises(TemporaryError, match="TimeoutError") as caught:
        await world.show()
    assert not isinstance(caught.value, NotTakenError)
    assert world.peer.count("/activities") == 1


async def test_a_login_that_hangs_or_fails_sent_nothing(world: World) -> None:
    world.peer.token_fault = Fault(seconds=5)
    with pytest.raises(NotTakenError):
        await world.show()
    world.peer.token_fault = Fault(status=500)
    with pytest.raises(NotTakenError):
        await world.show()
    assert world.peer.count("/activities") == 0


async def test_a_picture_that_takes_too_long_sent_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "DRAW_SECONDS", 0.0)
    with pytest.raises(NotTakenError, match="took too long"):
        await world.show()
    assert world.peer.count("/v3/") == 0


async def test_a_teams_that_cannot_be_reached_took_nothing(world: World) -> None:
    await world.known_as(service_url="http://127.0.0.1:9/")
    with pytest.raises(NotTakenError, match="cannot be reached"):
        await world.show()


async def test_a_teams_that_takes_no_connection_took_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue of a listening socket is full, so that a connection is never made."""
    monkeypatch.setattr(connector, "CONNECT_SECONDS", 0.1)
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        await world.known_as(service_url=f"http://127.0.0.1:{listening.getsockname()[1]}/")
        with pytest.raises(NotTakenError, match="cannot be reached"):
            await world.show()


async def test_our_token_goes_to_no_address_off_the_list(world: World) -> None:
    await world.known_as(service_url="https://forger.example.com/")
    with pytest.raises(PermanentError, match="not on the list"):
        await world.show()
    assert world.peer.count("/oauth2/") == 0


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text(world: World, text: str) -> None:
    blocks = (Text((text, Code(text), Link(text, "https://example.com"))),)
    world.card = Card(text, blocks)
    await world.show()
    [seen] = world.room.from_bot
    assert "text" not in seen.activity and "entities" not in seen.activity
    assert "\u202e" not in seen.activity["summary"]
    assert "'TextBlock'" not in str(seen.activity)


@pytest.mark.parametrize("status", [0, 401, 403, 429, 500])
async def test_no_secret_and_no_address_is_in_an_error_or_a_log(
    world: World, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.peer.fail(status)
    with pytest.raises((TemporaryError, PermanentError)) as caught:
        await world.show()
    told = caplog.text + str(caught.value) + repr(caught.value.__cause__)
    for secret in (world.peer.password, *world.peer.tokens, world.peer.url, world.room.id):
        assert secret not in told
