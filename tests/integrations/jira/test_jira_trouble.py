"""What a failure is called, and what it tells an administrator to do."""

import asyncio
import logging
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
)

from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from integrations.jira import failures
from tests.contracts.suite import FINDING, receipts
from tests.integrations.jira.conftest import Make
from tests.peers.jira import JiraPeer
from tests.peers.jira.model import Fault
from tests.peers.jira.peer import TOKEN

NOBODY, DOUBT = NotTakenError, TemporaryError
ANY: Any = None
HERE = receipts("jira:OPS")


@pytest.mark.parametrize("side", ["read", "write"])
async def test_retry_after_may_be_a_date(peer: JiraPeer, make: Make, side: str) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    peer.fail(429, on=side, Retry_After=then)  # type: ignore[arg-type]
    with pytest.raises(NotTakenError) as caught:
        await make(peer).upsert(FINDING, HERE)
    assert 30 < caught.value.retry_after <= 40


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0.5", 0.5), ("", 0), ("soon", 0), ("-3", 0), ("nan", 0), ("inf", 86_400)],
)
def test_a_strange_wait_is_a_sensible_one(header: str, seconds: float) -> None:
    assert failures.retry_after(header) == seconds


async def test_a_5xx_to_a_question_changed_nothing(peer: JiraPeer, make: Make) -> None:
    peer.fail(502, on="read", Retry_After="9")
    with pytest.raises(NotTakenError) as caught:
        await make(peer).upsert(FINDING, HERE)
    assert caught.value.retry_after == 9


async def test_a_5xx_to_a_change_leaves_doubt(peer: JiraPeer, make: Make) -> None:
    peer.fail(503, Retry_After="9")
    with pytest.raises(TemporaryError) as caught:
        await make(peer).upsert(FINDING, HERE)
    assert not isinstance(caught.value, NotTakenError)
    assert caught.value.retry_after == 9


@pytest.mark.parametrize(
    ("status", "what"),
    [
        (401, "renew the token"),
        (403, "needs the permission"),
        (302, "address in the settings"),
        (413, "issue is full"),
    ],
)
async def test_an_administrator_learns_what_to_do(
    either: JiraPeer, make: Make, status: int, what: str
) -> None:
    either.fail(status, Location="https://login.example/")
    with pytest.raises(PermanentError, match=what):
        await make(either).upsert(FINDING, HERE)
    assert len(either.writes) == 1


async def test_a_redirected_question_is_not_followed(peer: JiraPeer, make: Make) -> None:
    peer.fail(302, on="read", Location=f"{peer.url}/rest/api/2/myself")
    with pytest.raises(PermanentError, match="address in the settings"):
        await make(peer).upsert(FINDING, HERE)
    assert len(peer.calls) == 1


async def test_a_captcha_is_named(peer: JiraPeer, make: Make) -> None:
    peer.fail(403, **{"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://x"})
    with pytest.raises(PermanentError, match="captcha") as caught:
        await make(peer).upsert(FINDING, HERE)
    assert "https" not in str(caught.value)


async def test_with_a_wrong_token_nothing_is_found_and_nothing_made(
    either: JiraPeer, make: Make
) -> None:
    """A stranger may search, and finds nothing: that is not "there is none"."""
    jira = make(either)
    either.token = "another"
    with pytest.raises(PermanentError, match="renew the token"):
        await jira.upsert(FINDING, HERE)
    assert either.writes == []


@pytest.mark.parametrize(("status", "what"), [(410, "no longer offers"), (404, "no Jira Cloud")])
async def test_cloud_and_data_center_mixed_up_is_said(
    peer: JiraPeer, make: Make, status: int, what: str
) -> None:
    peer.fail(status, on="read")
    with pytest.raises(PermanentError, match=what):
        await make(peer).upsert(FINDING, HERE)


@pytest.mark.parametrize("side", ["read", "write"])
async def test_words_of_jira_bring_no_address_and_no_secret(
    peer: JiraPeer, make: Make, side: str
) -> None:
    said = f'{{"errors": {{"summary": "see https://x.example/?t={TOKEN} or {TOKEN} {"x" * 900}"}}}}'
    peer.faults.append(Fault(side, 422, body=said.encode()))  # type: ignore[arg-type]
    with pytest.raises(PermanentError, match="summary: see") as caught:
        await make(peer).upsert(FINDING, HERE)
    assert TOKEN not in str(caught.value) and "://" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"errors": []}', b'{"errors": 1}']
)
async def test_a_refusal_without_reason_is_still_one(
    peer: JiraPeer, make: Make, body: bytes
) -> None:
    peer.faults.append(Fault("write", 400, body=body))
    with pytest.raises(PermanentError):
        await make(peer).upsert(FINDING, HERE)


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (requests.ConnectionError(MaxRetryError(ANY, "/", NewConnectionError(ANY, "x"))), NOBODY),
        (requests.ConnectTimeout(MaxRetryError(ANY, "/", ConnectTimeoutError(ANY, "x"))), NOBODY),
        (requests.exceptions.SSLError(ssl.SSLCertVerificationError(1, "expired")), NOBODY),
        (requests.ReadTimeout("https://jira.example"), DOUBT),
        (requests.ConnectionError(ProtocolError("x", ConnectionResetError(104, "x"))), DOUBT),
        (requests.exceptions.ChunkedEncodingError("x"), DOUBT),
        (requests.exceptions.InvalidURL("https://jira.example"), PermanentError),
        (UnicodeEncodeError("latin-1", "secret", 0, 1, "x"), PermanentError),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_line_that_breaks_is_called_by_what_is_certain(
    problem: Exception, kind: type[DeliveryError]
) -> None:
    failure = failures.broke(problem, write=True)
    assert type(failure) is kind
    assert "jira.example" not in str(failure) and "secret" not in str(failure)


async def test_a_host_that_does_not_exist(peer: JiraPeer, make: Make) -> None:
    with pytest.raises(NotTakenError, match="cannot be reached"):
        await make(peer, url="http://jira.invalid").upsert(FINDING, HERE)


@pytest.mark.parametrize("url", ["jira.example", "http://", "ftp://jira.example", "http://[::1"])
async def test_an_address_that_is_none(peer: JiraPeer, make: Make, url: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        await make(peer, url=url).upsert(FINDING, HERE)
    assert isinstance(caught.value, PermanentError)


async def test_where_tls_is_not_spoken(peer: JiraPeer, make: Make) -> None:
    with pytest.raises(NotTakenError):
        await make(peer, url=peer.url.replace("http:", "https:")).upsert(FINDING, HERE)


async def test_nothing_is_logged_about_a_refusal(
    peer: JiraPeer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """The library would write headers and bodies to the log."""
    caplog.set_level(logging.DEBUG)
    peer.fail(429, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT")
    with pytest.raises(NotTakenError) as caught:
        await make(peer).upsert(FINDING, HERE)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert TOKEN not in caplog.text
    assert not [one for one in caplog.records if one.name.startswith("jira")]


async def test_a_stalled_jira_holds_up_nobody_else(peer: JiraPeer, make: Make) -> None:
    """Its threads are its own."""
    peer.stall(0.3, on="read")
    task = asyncio.create_task(make(peer).upsert(FINDING, HERE))
    await asyncio.sleep(0.05)
    names = [one.name for one in threading.enumerate()]
    assert any(name.startswith("jira") for name in names)
    await task
