"""Nobody but Teams, speaking for a tenant on the list, gets the bot to do anything."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from aiohttp import ClientSession
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cards import form_codec
from cards.buttons import encode
from tests.peers.teams import TeamsPeer
from tests.peers.teams.signing import Key, claims
from tests.teams.conftest import Bot, Start
from tests.teams.desk import FORM, OPENING, Desk

Forge = Callable[[TeamsPeer], str | None]


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def bearer(peer: TeamsPeer, **changes: Any) -> str:
    return f"Bearer {peer.token(**changes)}"


def signed(peer: TeamsPeer, key: Key | None = None, **headers: Any) -> str:
    return f"Bearer {peer.keyring.sign(claims(peer.app_id, peer.service_url), key, **headers)}"


def by_hand(peer: TeamsPeer, header: dict[str, Any], secret: bytes | None) -> str:
    """A token that no library would write: no signature, or a public key used as a secret."""
    text = f"{encoded(header)}.{encoded(claims(peer.app_id, peer.service_url))}"
    mac = hmac.new(secret, text.encode(), hashlib.sha256).digest() if secret else b""
    return f"Bearer {text}.{encoded(mac)}"


def public_pem(peer: TeamsPeer) -> bytes:
    public = peer.keyring.current.private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def hs256(peer: TeamsPeer, secret: bytes) -> str:
    return by_hand(peer, {"alg": "HS256", "typ": "JWT", "kid": peer.keyring.current.kid}, secret)


def tampered(peer: TeamsPeer) -> str:
    header, _, signature = peer.token(aud="someone-else").split(".")
    return f"Bearer {header}.{encoded(claims(peer.app_id, peer.service_url))}.{signature}"


def another_algorithm(peer: TeamsPeer) -> str:
    key = peer.keyring.current
    given = claims(peer.app_id, peer.service_url)
    return f"Bearer {jwt.encode(given, key.private, 'RS512', headers={'kid': key.kid})}"


def with_own_key_inside(peer: TeamsPeer) -> str:
    forger = Key("mine", "forger")
    return signed(peer, forger, jwk=forger.jwk(), jku="https://forger.example.com/keys")


def published(peer: TeamsPeer, key: Key) -> str:
    peer.keyring.keys.insert(0, key)
    return signed(peer, key)


FORGED: dict[str, Forge] = {
    "no header": lambda peer: None,
    "empty header": lambda peer: "",
    "scheme alone": lambda peer: "Bearer",
    "scheme and space": lambda peer: "Bearer ",
    "garbage": lambda peer: "Bearer garbage",
    "garbage in three parts": lambda peer: "Bearer a.b.c",
    "not even ASCII": lambda peer: "Bearer \u00fc.\u00fc.\u00fc",
    "Basic": lambda peer: "Basic " + base64.b64encode(b"user:password").decode(),
    "Basic with a good token": lambda peer: f"Basic {peer.token()}",
    "no scheme": lambda peer: peer.token(),
    "two tokens": lambda peer: f"Bearer {peer.token()} {peer.token()}",
    "other key, same kid": lambda peer: signed(peer, Key(peer.keyring.current.kid, "forger")),
    "unknown kid": lambda peer: signed(peer, Key("key-99", "forger")),
    "good key, unknown kid": lambda peer: signed(peer, Key("key-99", "first")),
    "no kid": lambda peer: signed(peer, kid=None),
    "own key inside": with_own_key_inside,
    "alg none": lambda peer: by_hand(
        peer, {"alg": "none", "kid": peer.keyring.current.kid}, secret=None
    ),
    "alg none in capitals": lambda peer: by_hand(
        peer, {"alg": "NONE", "kid": peer.keyring.current.kid}, secret=None
    ),
    "no alg": lambda peer: by_hand(peer, {"kid": peer.keyring.current.kid}, secret=None),
    "HS256 with the public key": lambda peer: hs256(peer, public_pem(peer)),
    "HS256 with the password": lambda peer: hs256(peer, peer.password.encode()),
    "RS512": another_algorithm,
    "RS256 without signature": lambda peer: by_hand(
        peer, {"alg": "RS256", "kid": peer.keyring.current.kid}, secret=None
    ),
    "expired": lambda peer: bearer(peer, exp=int(time.time()) - 301),
    "no exp": lambda peer: bearer(peer, exp=None),
    "exp in words": lambda peer: bearer(peer, exp="never"),
    "not yet valid": lambda peer: bearer(peer, nbf=int(time.time()) + 600),
    "wrong aud": lambda peer: bearer(peer, aud="another-app"),
    "no aud": lambda peer: bearer(peer, aud=None),
    "wrong iss": lambda peer: bearer(peer, iss="https://forger.example.com"),
    "no iss": lambda peer: bearer(peer, iss=None),
    "emulator iss": lambda peer: bearer(
        peer, iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"
    ),
    "emulator iss v2": lambda peer: bearer(
        peer, iss="https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0"
    ),
    "wrong serviceurl": lambda peer: bearer(peer, service_url="http://127.0.0.1:9/amer/"),
    "no serviceurl": lambda peer: bearer(peer, serviceurl=None),
    "serviceurl as list": lambda peer: bearer(peer, serviceurl=[peer.service_url]),
    "tampered payload": tampered,
    "endorsed for another channel": lambda peer: published(peer, Key("w", "second", ("webchat",))),
    "endorsed for nothing": lambda peer: published(peer, Key("n", "second", ())),
    "no endorsements": lambda peer: published(peer, Key("m", "second", None)),
}

WRONG_ACTIVITIES: dict[str, dict[str, Any]] = {
    "foreign tenant": {
        "conversation": {"id": "a:1", "tenantId": "evil"},
        "channelData": {"tenant": {"id": "evil"}},
    },
    "foreign tenant in the conversation only": {"conversation": {"id": "a:1", "tenantId": "evil"}},
    "foreign tenant in channelData only": {"channelData": {"tenant": {"id": "evil"}}},
    "no tenant at all": {"conversation": {"id": "a:1"}, "channelData": {}},
    "tenant is no word": {
        "conversation": {"id": "a:1"},
        "channelData": {"tenant": {"id": {"$ne": None}}},
    },
    "channelData is a list": {"conversation": {"id": "a:1"}, "channelData": [1]},
    "another channel": {"channelId": "webchat"},
    "emulator channel": {"channelId": "emulator"},
    "no channel": {"channelId": None},
    "other serviceUrl": {"serviceUrl": "https://smba.trafficmanager.net/amer/"},
    "no serviceUrl": {"serviceUrl": None},
}


async def assert_untouched(peer: TeamsPeer, bot: Bot) -> None:
    assert (bot.asked, bot.clicks, len(bot.tasks)) == ([], [], 0)
    assert peer.count("/v3/") == peer.count("/oauth2/") == 0


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_token_is_refused(peer: TeamsPeer, bot: Bot, name: str) -> None:
    room = peer.personal(peer.person("Ann"))
    activity = room.message(room.people[0], "cost by service")
    refused = await peer.deliver(activity, FORGED[name](peer))
    assert (refused.status, refused.body) == (401, b"401: Unauthorized")
    await assert_untouched(peer, bot)


DIALOGS = [
    "task/fetch",
    "task/submit",
    *map("composeExtension/".__add__, ("fetchTask", "submitAction")),
]
SOME = [
    "no header",
    "garbage",
    "other key, same kid",
    "alg none",
    "expired",
    "wrong aud",
    "tampered payload",
]


@pytest.mark.parametrize("kind", DIALOGS)
@pytest.mark.parametrize("name", SOME)
async def test_a_forged_token_opens_and_sends_no_dialog(
    peer: TeamsPeer, start: Start, name: str, kind: str
) -> None:
    desk = Desk()
    bot = await start(actions=desk.actions)
    room = peer.personal(peer.person("Ann"))
    data = {"action": encode(OPENING), "form": form_codec.encode(FORM)}
    value = {"data": data, "commandId": "ticket", "messagePayload": {}}
    invoke = room.activity("invoke", room.people[0], name=kind, value=value)
    refused = await peer.deliver(invoke, FORGED[name](peer))
    assert (refused.status, refused.body) == (401, b"401: Unauthorized")
    await assert_untouched(peer, bot)
    assert desk.opened == desk.sent == []
    assert (await peer.deliver(invoke | {"id": "2"})).status == 200
    assert len(desk.opened + desk.sent) == 1


@pytest.mark.parametrize("name", WRONG_ACTIVITIES)
async def test_a_good_token_does_not_carry_any_activity(
    peer: TeamsPeer, bot: Bot, name: str
) -> None:
    room = peer.personal(peer.person("Ann"))
    activity = room.message(room.people[0], "cost by service", **WRONG_ACTIVITIES[name])
    assert (await peer.deliver(activity)).status == 401
    await assert_untouched(peer, bot)


async def test_a_signed_service_url_off_the_list_gets_no_answer(peer: TeamsPeer, bot: Bot) -> None:
    room = peer.personal(peer.person("Ann"))
    url = "https://smba.trafficmanager.net.forger.example.com/amer/"
    activity = room.message(room.people[0], "cost", serviceUrl=url)
    assert (await peer.deliver(activity, bearer(peer, service_url=url))).status == 401
    await assert_untouched(peer, bot)


async def test_two_authorization_headers_are_refused(peer: TeamsPeer, bot: Bot) -> None:
    room = peer.personal(peer.person("Ann"))
    body = json.dumps(room.message(room.people[0], "cost"))
    headers = [
        ("Authorization", bearer(peer)),
        ("Authorization", "Bearer garbage"),
        ("Content-Type", "application/json"),
    ]
    async with (
        ClientSession() as session,
        session.post(f"{peer.bot_url}/api/messages", data=body, headers=headers) as response,
    ):
        assert response.status == 401
    await assert_untouched(peer, bot)


async def test_clocks_may_differ_by_five_minutes(peer: TeamsPeer, bot: Bot) -> None:
    ann = peer.person("Ann")
    room = peer.personal(ann)
    late = bearer(peer, exp=int(time.time()) - 200)
    assert (await peer.deliver(room.message(ann, "cost"), late)).status == 200
    early = bearer(peer, nbf=int(time.time()) + 200)
    assert (await peer.deliver(room.message(ann, "cost"), early)).status == 200
    await peer.until(lambda: len(room.from_bot) == 2)


async def test_a_refusal_names_the_reason_in_the_log_but_never_the_token(
    peer: TeamsPeer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    token = peer.token(aud="another-app")
    room = peer.personal(peer.person("Ann"))
    await peer.deliver(room.message(room.people[0], "cost"), f"Bearer {token}")
    assert "InvalidAudienceError" in caplog.text
    assert token not in caplog.text
    assert peer.password not in caplog.text
