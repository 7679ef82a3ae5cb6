"""What people make of an anomaly of AWS reaches Cost Anomaly Detection, once and as it wants it."""

import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.destinations import outside
from bot.settings import Settings
from domain.delivery import Receipt
from domain.errors import DeliveryError, NotTakenError, PermanentError, TemporaryError
from domain.finding import Status
from handlers import feedback
from integrations.aws import AnomalyFeedback
from tests.integrations.findings import NOW, attempt, spike
from tests.peers.aws import CostExplorerPeer
from tests.peers.aws.peer import KEY_ID, SECRETS, alone, body_of
from tests.peers.trouble import Fault

ANOMALY = "12345678-abcd-ef12-3456-987654321a12"


@pytest.fixture
async def peer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CostExplorerPeer]:
    async with CostExplorerPeer() as peer:
        peer.settings(monkeypatch)
        yield peer
        assert peer.problems == []


@pytest.fixture
async def aws() -> AsyncIterator[AnomalyFeedback]:
    aws = AnomalyFeedback(deadline_seconds=5)
    yield aws
    await aws.close()


async def say(aws: AnomalyFeedback, verdict: str, last: Receipt | None = None, **more: Any) -> Any:
    wish = {"anomaly": ANOMALY, "feedback": verdict}
    return await aws.upsert(spike(), attempt("aws", last, wish=wish, **more))


# -- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["YES", "NO", "PLANNED_ACTIVITY"])
async def test_a_verdict_is_one_signed_request(
    peer: CostExplorerPeer, aws: AnomalyFeedback, verdict: str
) -> None:
    receipt = await say(aws, verdict)
    assert peer.requests == [{"AnomalyId": ANOMALY, "Feedback": verdict}]
    assert receipt == Receipt("aws", ANOMALY, "", verdict)


async def test_what_a_handler_asks_for_is_what_aws_is_told(
    peer: CostExplorerPeer, aws: AnomalyFeedback
) -> None:
    found = spike(labels={feedback.ANOMALY: ANOMALY})
    (wish,) = feedback.wish(found, "PLANNED_ACTIVITY").values()
    await aws.upsert(found, attempt("aws", wish=wish))
    assert peer.feedback == {ANOMALY: "PLANNED_ACTIVITY"}


async def test_a_change_of_the_finding_alone_costs_no_request(
    peer: CostExplorerPeer, aws: AnomalyFeedback
) -> None:
    first = await say(aws, "NO")
    wish = {"anomaly": ANOMALY, "feedback": "NO"}
    resolved = replace(spike(), status=Status.RESOLVED, revision=2)
    assert await aws.upsert(resolved, attempt("aws", first, wish=wish)) == first
    assert len(peer.requests) == 1


async def test_another_verdict_replaces_the_first(
    peer: CostExplorerPeer, aws: AnomalyFeedback
) -> None:
    first = await say(aws, "NO")
    second = await say(aws, "PLANNED_ACTIVITY", first)
    assert (second.memo, peer.feedback[ANOMALY]) == ("PLANNED_ACTIVITY", "PLANNED_ACTIVITY")


async def test_after_an_unsure_attempt_it_is_said_again(
    peer: CostExplorerPeer, aws: AnomalyFeedback
) -> None:
    first = await say(aws, "NO")
    await say(aws, "NO", first, unsure_since=NOW)
    assert len(peer.requests) == 2


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"anomaly": ANOMALY},
        {"anomaly": ANOMALY, "feedback": "MAYBE"},
        {"anomaly": "", "feedback": "NO"},
        {"anomaly": "a" * 1025, "feedback": "NO"},
    ],
)
async def test_what_is_no_feedback_is_not_sent(
    peer: CostExplorerPeer, aws: AnomalyFeedback, wish: dict[str, str]
) -> None:
    with pytest.raises(PermanentError):
        await aws.upsert(spike(), attempt("aws", wish=wish))
    assert peer.requests == []


def test_it_is_always_there_and_connects_when_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)
    assert isinstance(outside(Settings())["aws"], AnomalyFeedback)


async def test_the_api_of_botocore_takes_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's own description of the operation, without a line."""
    alone(monkeypatch)
    client = boto3.Session().client("ce", region_name="us-east-1")
    aws = AnomalyFeedback()
    monkeypatch.setattr(aws, "_client", client)
    asked = {"AnomalyId": ANOMALY, "Feedback": "NO"}
    with Stubber(client) as stub:
        stub.add_response("provide_anomaly_feedback", {"AnomalyId": ANOMALY}, asked)
        assert (await say(aws, "NO")).ref == ANOMALY
        stub.add_client_error(
            "provide_anomaly_feedback",
            "LimitExceededException",
            http_status_code=400,
            response_meta={"HTTPHeaders": {"retry-after": "9"}},
        )
        with pytest.raises(NotTakenError) as waits:
            await say(aws, "YES")
        assert waits.value.retry_after == 9
        stub.assert_no_pending_responses()


# -- what goes wrong ------------------------------------------------------------------------------

THROTTLED = ("LimitExceededException", "ThrottlingException", "TooManyRequestsException")
KINDS = [
    *((400, code, NotTakenError, "asks to wait") for code in THROTTLED),
    (429, "", NotTakenError, "asks to wait"),
    (400, "AccessDeniedException", PermanentError, "ce:ProvideAnomalyFeedback"),
    (403, "AccessDenied", PermanentError, "ce:ProvideAnomalyFeedback"),
    (400, "UnrecognizedClientException", PermanentError, "credentials"),
    (400, "ExpiredTokenException", PermanentError, "credentials"),
    (403, "InvalidSignatureException", PermanentError, "clock"),
    (400, "ValidationException", PermanentError, "refuses"),
    (400, "UnknownMonitorException", PermanentError, "refuses"),
    (404, "", PermanentError, "refuses"),
    (408, "", TemporaryError, "408"),
    (400, "RequestTimeoutException", TemporaryError, "400"),
    (500, "InternalFailure", TemporaryError, "500"),
    (502, "", TemporaryError, "502"),
    (503, "ServiceUnavailable", TemporaryError, "503"),
]


@pytest.mark.parametrize(("status", "code", "kind", "words"), KINDS)
async def test_an_attempt_is_one_request_whatever_comes_of_it(
    peer: CostExplorerPeer,
    aws: AnomalyFeedback,
    status: int,
    code: str,
    kind: type[DeliveryError],
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    hostile = f"{KEY_ID} {' '.join(SECRETS)} http://127.0.0.1/"
    body = body_of(code, hostile) if code else {}
    peer.troubles.next(*[Fault(status=status, body=body)] * 3)
    with pytest.raises(DeliveryError, match=words) as caught:
        await say(aws, "NO")
    assert type(caught.value) is kind
    assert len(peer.requests) == 1 and peer.feedback == {}
    told = "".join(traceback.format_exception(caught.value))
    assert not any(secret in told for secret in (*SECRETS, KEY_ID, "127.0.0.1"))


async def test_the_wait_is_what_aws_asks_for_or_half_a_minute(
    peer: CostExplorerPeer, aws: AnomalyFeedback
) -> None:
    slow = body_of("ThrottlingException")
    for headers, seconds in (({"Retry-After": "7"}, 7), ({}, 30)):
        peer.troubles.next(Fault(status=400, body=slow, headers=headers))
        with pytest.raises(NotTakenError) as caught:
            await say(aws, "NO")
        assert caught.value.retry_after == seconds


@pytest.mark.parametrize("line", ["reset", "lost"])
async def test_a_broken_line_is_one_request_and_may_have_been_taken(
    peer: CostExplorerPeer, aws: AnomalyFeedback, line: Any
) -> None:
    peer.troubles.next(Fault(line=line))
    with pytest.raises(TemporaryError) as caught:
        await say(aws, "NO")
    assert type(caught.value) is TemporaryError
    assert len(peer.requests) == 1 and len(peer.feedback) == (line == "lost")


async def test_a_stall_ends_with_the_deadline(peer: CostExplorerPeer) -> None:
    peer.troubles.next(Fault(seconds=3))
    aws = AnomalyFeedback(deadline_seconds=0.5)
    aws._connected()  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(TemporaryError, match=r"0\.5 s"):
        await say(aws, "NO")
    assert len(peer.requests) == 1


@pytest.mark.parametrize("body", [None, [], "log in first"])
async def test_an_answer_in_the_place_of_aws_is_temporary(
    peer: CostExplorerPeer, aws: AnomalyFeedback, body: Any
) -> None:
    for status in (503, 200):
        peer.troubles.next(Fault(status=status, body=body))
        with pytest.raises(TemporaryError):
            await say(aws, "NO")


# -- what is not set ------------------------------------------------------------------------------


async def test_without_credentials_it_says_what_to_set(
    peer: CostExplorerPeer, aws: AnomalyFeedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", peer.url)
    with pytest.raises(PermanentError, match="AWS_ACCESS_KEY_ID"):
        await say(aws, "NO")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    with pytest.raises(PermanentError, match="AWS_SECRET_ACCESS_KEY"):
        await say(AnomalyFeedback(), "NO")
    assert peer.requests == []


async def test_credentials_that_came_later_are_found(
    peer: CostExplorerPeer, aws: AnomalyFeedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(monkeypatch)
    with pytest.raises(PermanentError):
        await say(aws, "NO")
    peer.settings(monkeypatch)
    await say(aws, "NO")
    assert peer.feedback == {ANOMALY: "NO"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AWS_PROFILE", "nobody", "AWS_PROFILE"),
        ("AWS_ENDPOINT_URL", "no address", "AWS_ENDPOINT_URL"),
    ],
)
async def test_a_wrong_setting_is_named(
    peer: CostExplorerPeer,
    aws: AnomalyFeedback,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    words: str,
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(PermanentError, match=words):
        await say(aws, "NO")


async def test_where_nobody_answers_nothing_was_taken(
    peer: CostExplorerPeer, aws: AnomalyFeedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(NotTakenError, match="cannot be reached") as caught:
        await say(aws, "NO")
    assert "127.0.0.1" not in "".join(traceback.format_exception(caught.value))


async def test_a_settings_file_with_retries_still_makes_one_request(
    peer: CostExplorerPeer,
    aws: AnomalyFeedback,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nretry_mode = standard\nmax_attempts = 5\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")
    peer.troubles.next(*[Fault(status=500)] * 5)
    with pytest.raises(TemporaryError):
        await say(aws, "NO")
    assert len(peer.requests) == 1
