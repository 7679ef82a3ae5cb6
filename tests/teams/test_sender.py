"""Sending: what is tried again, how long, and what the failure is called."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import ClientSession
from botbuilder.schema import Activity

from bot.adapters.teams.cloud import PUBLIC, US_GOVERNMENT, Cloud, cloud_of
from bot.adapters.teams.connector import Connector, Sender
from bot.adapters.teams.credentials import AppToken
from bot.settings import Secret
from domain.errors import NotTakenError, PermanentError, TemporaryError
from tests.peers.teams import Room, TeamsPeer
from tests.peers.teams.peer import Fault
from tests.teams.conftest import settings

HELLO = {"type": "message", "text": "hello"}
Make = Callable[..., Sender]


class Pauses:
    """Sleeps that take no time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def make(peer: TeamsPeer, pauses: Pauses) -> AsyncIterator[Make]:
    async with ClientSession() as session:
        cloud = cloud_of(peer.openid_url, anonymous=False)

        def make(**changes: Any) -> Sender:
            return Sender(session, cloud, None, **({"sleep": pauses} | changes))

        peer.needs_token = False
        yield make


@pytest.fixture
def room(peer: TeamsPeer) -> Room:
    return peer.personal(peer.person("Ann"))


def hello(peer: TeamsPeer, sender: Sender, room: Room) -> Awaitable[Any]:
    return Connector(sender, peer.service_url).send_to_conversation(room.id, HELLO)


async def test_a_try_more_only_after_a_growing_pause_and_three_in_all(
    peer: TeamsPeer, make: Make, pauses: Pauses, room: Room
) -> None:
    peer.fail(502, times=5)
    with pytest.raises(TemporaryError, match="Teams answered 502"):
        await hello(peer, make(), room)
    assert peer.count("/activities") == 3
    first, second = pauses.seconds
    assert 0.1 <= first <= 0.5 and 0.2 <= second <= 1.0


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_is_honoured(
    peer: TeamsPeer, make: Make, pauses: Pauses, room: Room, form: str
) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=5), usegmt=True)
    peer.fail(429, Retry_After="4" if form == "seconds" else then)
    sent = await hello(peer, make(), room)
    assert sent.id == room.from_bot[0].id
    assert 3.0 <= pauses.seconds[0] <= 6.0


async def test_a_wait_beyond_the_deadline_is_handed_to_the_caller(
    peer: TeamsPeer, make: Make, pauses: Pauses, room: Room
) -> None:
    peer.fail(429, Retry_After="30")
    with pytest.raises(TemporaryError) as caught:
        await hello(peer, make(), room)
    assert caught.value.retry_after == 30
    assert (pauses.seconds, peer.count("/activities")) == ([], 1)


async def test_who_tries_again_by_itself_asks_for_one_attempt(
    peer: TeamsPeer, make: Make, pauses: Pauses, room: Room
) -> None:
    peer.fail(429, times=2)
    with pytest.raises(NotTakenError):
        await Connector(make(), peer.service_url, attempts=1).send_to_conversation(room.id, HELLO)
    assert (pauses.seconds, peer.count("/activities")) == ([], 1)


async def test_a_broken_line_is_not_tried_again_by_the_http_library(
    peer: TeamsPeer, make: Make, room: Room
) -> None:
    """aiohttp repeats a PUT by itself; whether Teams took it is not known."""
    sender = make()
    sent = await hello(peer, sender, room)
    peer.lose()
    with pytest.raises(TemporaryError, match="Disconnected"):
        await Connector(sender, peer.service_url).update_activity(room.id, sent.id, HELLO)
    assert peer.count("/activities", "PUT") == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_an_unknown_outcome_is_not_sent_twice(
    peer: TeamsPeer, make: Make, room: Room, status: int
) -> None:
    peer.fail(status)
    with pytest.raises(TemporaryError):
        await hello(peer, make(), room)
    assert peer.count("/activities") == 1


async def test_a_connector_that_hangs_or_hangs_up_is_a_temporary_error(
    peer: TeamsPeer, make: Make, room: Room
) -> None:
    peer.slow(5)
    with pytest.raises(TemporaryError, match="TimeoutError"):
        await hello(peer, make(patience=0.1), room)
    peer.faults.append(Fault(status=0))
    with pytest.raises(TemporaryError, match="Disconnected"):
        await hello(peer, make(), room)
    assert peer.count("/activities") == 2


async def test_a_connector_that_is_not_there_is_tried_again(
    peer: TeamsPeer, make: Make, pauses: Pauses
) -> None:
    with pytest.raises(TemporaryError, match="cannot be reached"):
        await Connector(make(), "http://127.0.0.1:9/").send_to_conversation("a:1", HELLO)
    assert len(pauses.seconds) == 2


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 413])
async def test_a_refusal_is_permanent(peer: TeamsPeer, make: Make, room: Room, status: int) -> None:
    peer.fail(status, times=3, Location="https://forger.example.com/")
    with pytest.raises(PermanentError, match=f"Teams answered {status}"):
        await hello(peer, make(), room)
    assert peer.count("/activities") == (2 if status == 401 else 1)


async def test_botbuilders_own_calls_go_the_same_way(
    peer: TeamsPeer, make: Make, room: Room
) -> None:
    calls = Connector(make(), peer.service_url).conversations
    sent = await calls.send_to_conversation(room.id, Activity(type="message", text="one"))
    await calls.reply_to_activity(room.id, sent.id, Activity(type="message", text="two"))
    await calls.update_activity(room.id, sent.id, Activity(type="message", text="three"))
    assert [seen.words() for seen in room.from_bot] == ["three", "two"]
    await calls.delete_activity(room.id, sent.id)
    assert [seen.words() for seen in room.from_bot] == ["two"]


async def test_nothing_is_sent_to_an_address_off_the_list(peer: TeamsPeer, make: Make) -> None:
    for url in ("https://forger.example.com/", "http://smba.trafficmanager.net/", "file:///etc"):
        with pytest.raises(PermanentError, match="not on the list"):
            await Connector(make(), url).send_to_conversation("a:1", HELLO)


async def test_an_id_cannot_leave_its_place_in_the_address(
    peer: TeamsPeer, make: Make, room: Room
) -> None:
    with pytest.raises(PermanentError, match="404"):
        await Connector(make(), peer.service_url).send_to_conversation("../../v1/x?y#", HELLO)
    assert peer.problems.pop().startswith("404")


TRUSTED = [
    "https://smba.trafficmanager.net/amer/",
    "https://smba.trafficmanager.net:443/teams/",
    "https://europe.botframework.com/",
    "https://smba.infra.gcc.teams.microsoft.com/teams",
]
NOT_TRUSTED = [
    "",
    "smba.trafficmanager.net",
    "http://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "https://smba.trafficmanager.net@forger.example.com/",
    "https://user:password@smba.trafficmanager.net/",
    "https://forger.example.com/smba.trafficmanager.net/",
    "https://forger.example.com\\@smba.trafficmanager.net/",
    "https://smba.trafficmanager.net.forger.example.com/",
    "https://xsmba.trafficmanager.net/",
    "https://forgerbotframework.com/",
    "https://botframework.com.forger.example.com/",
    "https://smba.trafficmanager.net/?x=1",
    "https://smba.trafficmanager.net/#x",
    "https://127.0.0.1/",
    "http://127.0.0.1:9000/",
    "http://localhost/",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "https://10.0.0.1/",
    "ftp://smba.trafficmanager.net/",
    "https://smba.infra.gov.teams.microsoft.us/",
]


def test_only_microsofts_hosts_get_our_token() -> None:
    cloud = cloud_of("https://login.botframework.com/v1/.well-known/openidconfiguration", False)
    assert cloud == PUBLIC
    assert [url for url in TRUSTED if not cloud.trusts(url)] == []
    assert [url for url in NOT_TRUSTED if cloud.trusts(url)] == []


def test_the_government_cloud_has_its_own_hosts_and_issuer() -> None:
    cloud = cloud_of("https://login.botframework.azure.us/v1/.well-known/openid", False)
    assert cloud is US_GOVERNMENT
    assert cloud.trusts("https://smba.infra.gov.teams.microsoft.us/teams")
    assert not cloud.trusts("https://smba.trafficmanager.net/amer/")


@pytest.mark.parametrize(
    "cloud",
    [cloud_of("http://127.0.0.1:1/x", False), cloud_of("https://login.botframework.com/x", True)],
)
def test_this_machine_is_trusted_in_trials_only(cloud: Cloud) -> None:
    assert cloud.trusts("http://127.0.0.1:9000/") and cloud.trusts("http://[::1]:9000/")
    assert not cloud.trusts("http://169.254.169.254/") and not cloud.trusts("http://10.0.0.1/")


@pytest.fixture
async def token(peer: TeamsPeer) -> AsyncIterator[Callable[..., AppToken]]:
    async with ClientSession() as session:
        given = settings(peer)
        address = peer._session._build_url(f"{peer.url}/botframework.com/oauth2/v2.0/token")

        def make(clock: Callable[[], float], password: str = peer.password) -> AppToken:
            return AppToken(
                session, address, str(given.teams_app_id), Secret(password), PUBLIC.scope, clock
            )

        yield make


async def test_the_apps_token_is_kept_until_shortly_before_it_runs_out(
    peer: TeamsPeer, token: Callable[..., AppToken]
) -> None:
    now = [0.0]
    ours = token(lambda: now[0])
    first = await ours.get()
    now[0] = 3599 - 301
    assert await ours.get() == first
    now[0] = 3599 - 299
    assert await ours.get() != first
    assert peer.count("/token") == 2
    ours.forget(first)
    await ours.get()
    assert peer.count("/token") == 2


@pytest.mark.parametrize("status", [0, 429, 500, 503, 302])
async def test_a_login_that_fails_is_a_temporary_error(
    peer: TeamsPeer, token: Callable[..., AppToken], status: int
) -> None:
    peer.token_fault = Fault(status=status)
    with pytest.raises(TemporaryError, match="no token from the login service") as caught:
        await token(lambda: 0.0).get()
    assert peer.password not in str(caught.value) + repr(caught.value.__cause__)


async def test_a_wrong_password_is_a_permanent_error(
    peer: TeamsPeer, token: Callable[..., AppToken]
) -> None:
    with pytest.raises(PermanentError, match="refused TEAMS_APP_ID") as caught:
        await token(lambda: 0.0, password="hunter2").get()
    assert "hunter2" not in str(caught.value)
