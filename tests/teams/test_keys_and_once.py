"""Signing keys under rotation, outage and attack; repeated deliveries; and how Teams is set up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web
from yarl import URL

from bot.adapters import teams
from bot.adapters.teams.auth import TeamsAuthentication
from bot.adapters.teams.cloud import cloud_of
from bot.adapters.teams.connector import Sender
from bot.adapters.teams.keys import SigningKeys
from bot.adapters.teams.once import Once
from bot.settings import Bind
from bot.tasks import Tasks
from domain.errors import SettingsError, TemporaryError
from tests.peers.teams import TeamsPeer
from tests.peers.teams.peer import Fault
from tests.peers.teams.signing import Key
from tests.teams.conftest import Bot, Drawn, Start, settings

DAY = 24 * 3600.0


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(peer: TeamsPeer, clock: Clock) -> AsyncIterator[SigningKeys]:
    async with ClientSession() as session:
        yield SigningKeys(session, peer.openid_url, clock)


async def test_many_requests_at_once_fetch_the_keys_once(
    peer: TeamsPeer, keys: SigningKeys
) -> None:
    found = await asyncio.gather(*(keys.find("key-1") for _ in range(20)))
    assert all(found)
    assert peer.count("openidconfiguration") == 1


async def test_a_rotation_is_noticed_by_the_first_new_token(
    peer: TeamsPeer, keys: SigningKeys
) -> None:
    for kid in ("key-1", "key-2", "key-3"):
        assert await keys.find(kid) is not None
        peer.keyring.rotate()


async def test_invented_key_ids_do_not_cause_a_storm_of_fetches(
    peer: TeamsPeer, keys: SigningKeys, clock: Clock
) -> None:
    await keys.find("key-1")
    for number in range(600):
        clock.now += 0.5
        assert await keys.find(f"invented-{number}") is None
    assert peer.count("openidconfiguration") <= 1 + 12
    peer.keyring.rotate()
    clock.now += 60
    assert await keys.find("key-2") is not None


async def test_a_burst_of_invented_key_ids_costs_one_fetch(
    peer: TeamsPeer, keys: SigningKeys
) -> None:
    await keys.find("key-1")
    await asyncio.gather(*(keys.find(f"invented-{number}") for number in range(50)))
    assert peer.count("openidconfiguration") == 2


async def test_known_keys_outlive_an_outage_and_are_renewed_after_a_day(
    peer: TeamsPeer, keys: SigningKeys, clock: Clock
) -> None:
    await keys.find("key-1")
    clock.now += DAY - 1
    await keys.find("key-1")
    assert peer.count("openidconfiguration") == 1
    peer.openid_fault = Fault(status=503)
    clock.now += 2
    assert await keys.find("key-1") is not None
    assert peer.count("openidconfiguration") == 2
    with pytest.raises(TemporaryError):
        await keys.find("key-2")
    clock.now += 2 * DAY
    with pytest.raises(TemporaryError):
        await keys.find("key-1")
    peer.openid_fault = None
    clock.now += 60
    assert await keys.find("key-1") is not None


async def test_a_withdrawn_key_is_no_longer_good(
    peer: TeamsPeer, keys: SigningKeys, clock: Clock
) -> None:
    await keys.find("key-1")
    peer.keyring.rotate()
    clock.now += DAY + 1
    assert await keys.find("key-1") is None


@pytest.mark.parametrize("document", [None, [], {}, {"keys": []}, {"keys": "x"}])
async def test_rubbish_in_the_place_of_keys_is_an_outage(
    peer: TeamsPeer, keys: SigningKeys, document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer.keyring, "document", lambda: document)
    with pytest.raises(TemporaryError):
        await keys.find("key-1")


async def test_one_broken_key_does_not_hide_the_good_ones(
    peer: TeamsPeer, keys: SigningKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = Key("good", "first").jwk()
    listed = {
        "keys": [{"kty": "RSA", "kid": "bad", "n": "!", "e": "AQAB"}, {"kty": "EC"}, 1, {}, good]
    }
    monkeypatch.setattr(peer.keyring, "document", lambda: listed)
    assert await keys.find("good") is not None
    assert await keys.find("bad") is None


async def test_the_key_document_is_not_fetched_over_plain_http_from_elsewhere(
    peer: TeamsPeer, keys: SigningKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    fetch = keys._json

    async def note(url: URL) -> Any:
        fetched.append(url.host or "")
        return await fetch(url)

    monkeypatch.setattr(keys, "_json", note)
    monkeypatch.setattr(peer, "url", "http://keys.example.com")
    with pytest.raises(TemporaryError):
        await keys.find("key-1")
    assert fetched == ["127.0.0.1"]


async def test_work_runs_once_per_key_and_failed_work_may_run_again() -> None:
    clock, runs = Clock(), list[str]()
    once: Once[int] = Once(keep_seconds=10, limit=3, clock=clock)

    def work(name: str, fail: bool = False) -> Callable[[], Any]:
        async def run() -> int:
            runs.append(name)
            await asyncio.sleep(0)
            if fail:
                raise ValueError(name)
            return len(runs)

        return run

    assert await asyncio.gather(*(once.do("a", work("a")) for _ in range(3))) == [1, 1, 1]
    for _ in range(2):
        with pytest.raises(ValueError, match="b"):
            await once.do("b", work("b", fail=True))
    assert runs == ["a", "b", "b"]
    clock.now += 11
    assert await once.do("a", work("a")) == 4
    for name in "cdef":
        await once.do(name, work(name))
    assert len(once._known) <= 3


async def test_a_caller_that_gives_up_does_not_stop_the_work() -> None:
    once: Once[str] = Once()
    gate = asyncio.Event()

    async def run() -> str:
        await gate.wait()
        return "done"

    first = asyncio.create_task(once.do("a", run))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await once.do("a", run) == "done"


async def test_without_authentication_the_bot_serves_this_machine_only(
    peer: TeamsPeer, start: Start
) -> None:
    peer.needs_token = False
    bot = await start(
        teams_anonymous=True, teams_app_id=None, teams_app_password=None, teams_tenants=()
    )
    ann = peer.person("Ann")
    room = peer.personal(ann)
    assert (await peer.deliver(room.message(ann, "cost"), None)).status == 200
    await peer.until(lambda: room.from_bot)
    outside = room.message(ann, "cost", serviceUrl="https://forger.example.com/")
    assert (await peer.deliver(outside, None)).status == 401
    assert (len(bot.asked), peer.count("/oauth2/")) == (1, 0)


async def test_without_authentication_a_named_tenant_still_counts(
    peer: TeamsPeer, start: Start
) -> None:
    peer.needs_token = False
    await start(teams_anonymous=True, teams_tenants=("another",))
    ann = peer.person("Ann")
    assert (await peer.personal(ann).say(ann, "cost")).status == 401


async def test_anonymous_off_loopback_is_refused_here_too(peer: TeamsPeer) -> None:
    given = settings(peer, teams_anonymous=True)
    object.__setattr__(given, "bind", Bind("0.0.0.0", 8080))
    cloud = cloud_of(peer.openid_url, anonymous=True)
    async with ClientSession() as session:
        with pytest.raises(SettingsError, match="loopback"):
            TeamsAuthentication(
                given, cloud, SigningKeys(session, "http://x"), Sender(session, cloud, None)
            )


@pytest.mark.parametrize("missing", ["teams_app_id", "teams_app_password", "teams_tenants"])
async def test_teams_does_not_start_half_configured(peer: TeamsPeer, missing: str) -> None:
    empty = () if missing == "teams_tenants" else None
    with pytest.raises(SettingsError, match="TEAMS_"):
        given = settings(peer, **{missing: empty})
        await teams.attach(web.Application(), Bot().router(), Tasks(), given, Drawn())
