"""One attempt is one write; what comes of it is told exactly, and nothing that is secret."""

import logging
import socket
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.adapters.teams import channel, connector
from cards.model import Card, Code, Link, Text
from domain.errors import NotTakenError, PermanentError, TemporaryError
from tests.peers.teams.peer import Fault
from tests.teams.delivering import World, world
from tests.teams.test_trouble import HOSTILE

__all__ = ["world"]


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
