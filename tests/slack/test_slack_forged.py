"""Only what Slack signed gets in: every forgery is answered 401 and no listener runs."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.adapters.body import LIMIT as BODY_LIMIT
from tests.peers.slack import payloads, sign
from tests.peers.slack.delivery import encode
from tests.slack.stage import Stage

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"


@dataclass
class Request:
    """A correctly signed command, to be spoilt in one way."""

    secret: str
    body: bytes
    timestamp: str
    headers: CIMultiDict[str]

    def sign(self, **changed: Any) -> None:
        """Sign anew, with one thing changed but everything else right."""
        self.timestamp = changed.get("timestamp", self.timestamp)
        secret = changed.get("secret", self.secret)
        self.headers[TIMESTAMP] = self.timestamp
        self.headers[SIGNATURE] = sign(secret, self.timestamp, changed.get("body", self.body))

    @property
    def signature(self) -> str:
        return self.headers[SIGNATURE]

    @signature.setter
    def signature(self, value: str) -> None:
        self.headers[SIGNATURE] = value


def signed(stage: Stage) -> Request:
    payload = payloads.command(stage.peer, stage.ann, stage.room, "by service")
    request = Request(
        stage.peer.signing_secret, encode(payload, "slash_commands"), "", CIMultiDict()
    )
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    request.sign(timestamp=str(int(time.time())))
    return request


def ago(seconds: int) -> str:
    return str(int(time.time()) - seconds)


def flip(text: str, at: int) -> str:
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def without(header: str) -> Callable[[Request], None]:
    return lambda request: request.headers.popall(header) and None


def signature(change: Callable[[str], str]) -> Callable[[Request], None]:
    def spoil(request: Request) -> None:
        request.signature = change(request.signature)

    return spoil


def timestamp(value: str) -> Callable[[Request], None]:
    """The header is changed and the signature is right for it."""
    return lambda request: request.sign(timestamp=value)


def seconds_ago(seconds: int) -> Callable[[Request], None]:
    """Counted when the request is sent, however long the tests before it took."""
    return lambda request: request.sign(timestamp=ago(seconds))


def header(name: str, value: str) -> Callable[[Request], None]:
    def spoil(request: Request) -> None:
        request.headers[name] = value

    return spoil


def again(name: str, value: str) -> Callable[[Request], None]:
    return lambda request: request.headers.add(name, value)


def body(change: Callable[[bytes], bytes]) -> Callable[[Request], None]:
    def spoil(request: Request) -> None:
        request.body = change(request.body)

    return spoil


def bare_json(request: Request) -> None:
    request.body = b'{"type":"url_verification","challenge":"c"}'
    request.headers["Content-Type"] = "application/json"


def unsigned(content: bytes) -> Callable[[Request], None]:
    def spoil(request: Request) -> None:
        request.body = content
        del request.headers[SIGNATURE]

    return spoil


def twice(request: Request) -> None:
    request.headers.add(SIGNATURE, request.signature)


FORGED: dict[str, Callable[[Request], None]] = {
    "no signature": without(SIGNATURE),
    "no timestamp": without(TIMESTAMP),
    "empty signature": signature(lambda _: ""),
    "empty timestamp": header(TIMESTAMP, ""),
    "first digit changed": signature(lambda s: flip(s, 3)),
    "last digit changed": signature(lambda s: s[:-1] + flip(s[-1], 0)),
    "a digit too few": signature(lambda s: s[:-1]),
    "a digit too many": signature(lambda s: s + "0"),
    "only the version": signature(lambda _: "v0="),
    "no version": signature(lambda s: s.removeprefix("v0=")),
    "version 1": signature(lambda s: s.replace("v0=", "v1=")),
    "version V0": signature(lambda s: s.replace("v0=", "V0=")),
    "upper case digest": signature(lambda s: "v0=" + s[3:].upper()),
    "space before": signature(lambda s: "v0= " + s[3:]),
    "two signatures in one header": signature(lambda s: f"{s},{s}"),
    "all zeros": signature(lambda _: "v0=" + "0" * 64),
    "letters that are not ASCII": signature(lambda s: "v0=" + "é" * 64),
    "signed with another secret": lambda r: r.sign(secret="e6b19c573432dcc6b075501d51b51bb8"),
    "signed with an empty secret": lambda r: r.sign(secret=""),
    "signed with half the secret": lambda r: r.sign(secret=r.secret[:16]),
    "signed with the secret in capitals": lambda r: r.sign(secret=r.secret.upper()),
    "301 seconds old": seconds_ago(302),
    "a day old": seconds_ago(86_400),
    "from the future": seconds_ago(-303),
    "from 1970": timestamp("0"),
    "in milliseconds": timestamp(ago(0) + "000"),
    "not a number": timestamp("soon"),
    "a fraction": timestamp(ago(0) + ".5"),
    "negative": timestamp("-" + ago(0)),
    "exponent": timestamp("1e9"),
    "spaces around": timestamp(ago(0) + " x"),
    "a huge number": timestamp("9" * 400),
    "digits of another script": timestamp("".join(chr(0x660 + int(d)) for d in ago(0))),
    "another timestamp than signed": header(TIMESTAMP, ago(1)),
    "the timestamp twice": again(TIMESTAMP, ago(0)),
    "the signature twice": twice,
    "a second, wrong signature": again(SIGNATURE, "v0=" + "0" * 64),
    "body with a byte more": body(lambda b: b + b" "),
    "body with a byte less": body(lambda b: b[:-1]),
    "body with another command": body(lambda b: b.replace(b"service", b"account")),
    "body with a field more": body(lambda b: b + b"&user_id=U0ADMIN"),
    "empty body": body(lambda _: b""),
    "another body altogether": bare_json,
    "body that is not UTF-8": lambda r: r.sign(body=b"x") or body(lambda _: b"\xff\xfe")(r),
    "ssl_check without signature": unsigned(b"ssl_check=1&token=x"),
    "url_verification without signature": unsigned(b'{"type":"url_verification"}'),
    "nothing at all": unsigned(b""),
}


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_request_is_refused_before_anything_runs(stage: Stage, name: str) -> None:
    request = signed(stage)
    FORGED[name](request)
    ack = await stage.peer.http.raw(request.body, request.headers)
    await stage.settle()
    assert ack.status == 401
    assert stage.peer.signing_secret not in ack.body
    assert stage.scene.questions == []
    assert stage.peer.web_api.calls == []
    assert stage.peer.response_urls.posts == []


async def test_the_unspoilt_request_of_the_table_is_taken(stage: Stage) -> None:
    request = signed(stage)
    ack = await stage.peer.http.raw(request.body, request.headers)
    await stage.settle()
    assert ack.status == 200
    assert stage.scene.questions == ["by service"]


async def test_a_signature_is_good_for_five_minutes(stage: Stage) -> None:
    request = signed(stage)
    request.sign(timestamp=ago(295))
    assert (await stage.peer.http.raw(request.body, request.headers)).status == 200


async def test_the_same_bytes_twice_have_one_effect(stage: Stage) -> None:
    body = encode(
        payloads.said(
            stage.peer,
            stage.peer.workspace.post(stage.room, stage.ann.id, "by service"),
            "app_mention",
        )
        | {"event_id": None},
        "events_api",
    )
    stamp = ago(0)
    headers = {
        TIMESTAMP: stamp,
        SIGNATURE: sign(stage.peer.signing_secret, stamp, body),
        "Content-Type": "application/json",
    }
    statuses = [(await stage.peer.http.raw(body, headers)).status for _ in range(3)]
    await stage.settle()
    assert statuses == [200, 200, 200]
    assert stage.scene.questions == ["by service"]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_huge_body_is_refused_before_it_is_parsed(stage: Stage, declared: bool) -> None:
    async def chunks() -> Any:
        for _ in range(5):
            yield b"x" * (BODY_LIMIT // 4)

    content = b"x" * (BODY_LIMIT + 1) if declared else chunks()
    ack = await stage.peer.http.raw(content, {SIGNATURE: "v0=" + "0" * 64, TIMESTAMP: ago(0)})
    assert ack.status == 413


async def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(stage: Stage) -> None:
    packed = gzip.compress(b"x" * (8 * BODY_LIMIT))
    headers = {"Content-Encoding": "gzip", SIGNATURE: "v0=" + "0" * 64, TIMESTAMP: ago(0)}
    ack = await stage.peer.http.raw(packed, headers)
    assert ack.status in (400, 413)
    assert len(packed) < BODY_LIMIT


@pytest.mark.parametrize("content", [b"{broken", b"payload={broken", b"[]", b'"text"', b"{}"])
async def test_a_signed_body_of_nonsense_is_no_crash(stage: Stage, content: bytes) -> None:
    ack = await stage.peer.http.post(content, "application/json")
    assert ack.status in (200, 400)
    assert stage.scene.questions == []
