"""News from Jira: only Jira's own are believed, and only what matters to findings is heard."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from multidict import CIMultiDict

from domain.finding import Status
from integrations.jira import label, webhook
from tests.contracts.suite import FINDING, receipts
from tests.integrations.jira.conftest import Make
from tests.peers.jira import Issue, JiraPeer
from tests.peers.jira.events import event, signed

SECRET = "not-a-real-webhook-secret"


def headers(*signatures: str) -> CIMultiDict[str]:
    return CIMultiDict(("x-hub-signature", one) for one in signatures)


def test_the_published_example_is_believed() -> None:
    """developer.atlassian.com/cloud/jira/platform/webhooks#secure-admin-webhooks"""
    secret, body = "It's a Secret to Everybody", b"Hello World!"
    wanted = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    assert webhook.verify(secret, headers(wanted), body)


async def test_every_other_signature_is_refused(peer: JiraPeer) -> None:
    body, good = signed(SECRET, {"webhookEvent": "jira:issue_updated"})
    assert webhook.verify(SECRET, headers(good), body)
    hexes = good.removeprefix("sha256=")
    sha1 = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    for forged in (
        (),
        ("",),
        (good, good),
        (good, "sha256=" + "0" * 64),
        ("sha256=" + "0" * 64,),
        (hexes,),
        (f"sha1={sha1}",),
        (f"SHA256={hexes}",),
        (f"sha256={hexes.upper()}",),
        (f"sha256={hexes} ",),
        (f"sha256={hexes}\n",),
        (f"sha256={hexes[:-1]}",),
        (f"sha256={hexes[:-1]}é",),
        (f"{good},{good}",),
    ):
        assert not webhook.verify(SECRET, headers(*forged), body), forged
    assert not webhook.verify(SECRET, headers(good), body + b" ")
    assert not webhook.verify("another", headers(good), body)
    unsigned = "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest()
    assert not webhook.verify("", headers(unsigned), body)


@pytest.fixture
async def issue(either: JiraPeer, make: Make) -> Issue:
    await make(either).upsert(FINDING, receipts("jira:OPS"))
    return either.issues[0]


def heard(body: dict[str, Any]) -> Any:
    return webhook.read(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("Done", Status.RESOLVED),
        ("Won't Do", Status.RESOLVED),
        ("In Progress", Status.ACKNOWLEDGED),
        ("To Do", Status.OPEN),
    ],
)
async def test_a_status_is_what_its_category_says(
    either: JiraPeer, issue: Issue, status: str, meant: Status
) -> None:
    issue.status = status
    ann = either.person("Ann")
    change = heard(event(either, issue, ann, "status"))
    assert (change.status, change.assignee) == (meant, None)
    assert (change.destination, change.ref) == ("jira", "OPS-1")
    assert change.at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (change.who, change.who_id) == ("Ann", ann.id)
    assert change.url == f"https://company.example{either.prefix}/browse/OPS-1"
    assert change.labels == tuple(issue.labels)


async def test_a_status_that_did_not_change_is_no_news(either: JiraPeer, issue: Issue) -> None:
    """Every event carries the status; only the changelog says that it is new."""
    issue.status = "Done"
    ann = either.person("Ann")
    for changed in ((), ("summary",), ("description", "labels")):
        assert heard(event(either, issue, ann, *changed)) is None


async def test_an_assignee_is_news_by_name(either: JiraPeer, issue: Issue) -> None:
    issue.assignee = either.person("Bob")
    change = heard(event(either, issue, either.person("Ann"), "assignee"))
    assert (change.assignee, change.status) == ("Bob", None)
    issue.assignee = None
    assert heard(event(either, issue, either.person("Ann"), "assignee")).assignee == ""


async def test_a_new_issue_confirms_by_its_label(either: JiraPeer, issue: Issue) -> None:
    change = heard(event(either, issue, either.bot, name="jira:issue_created"))
    assert (change.ref, change.status, change.assignee) == ("OPS-1", None, None)
    assert change.who_id == either.bot.id
    assert label(FINDING) in change.labels


async def test_the_same_news_has_the_same_id(either: JiraPeer, issue: Issue) -> None:
    ann = either.person("Ann")
    one = event(either, issue, ann, "status")
    other = one | {"changelog": one["changelog"] | {"id": "10125"}}
    assert heard(one).id == heard(one).id != heard(other).id


async def test_other_events_are_passed_over(either: JiraPeer, issue: Issue) -> None:
    for name in ("jira:issue_deleted", "comment_created", "sprint_started", "", "jira:worklog"):
        assert heard(event(either, issue, either.bot, "status", name=name)) is None


async def test_a_mangled_event_is_passed_over(either: JiraPeer, issue: Issue) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"7", b"\xff\xfe", b'{"issue": 1}'):
        assert webhook.read(body) is None
    whole = event(either, issue, either.bot, "status")
    for name in whole:
        for odd in (None, 1, "x", [], {}, [1], 1e300):
            heard(whole | {name: odd})
    for odd in (None, 1, "x", [], {"fields": 1}, {"key": "OPS-1", "fields": {"status": []}}):
        assert heard(whole | {"issue": odd}) is None


async def test_a_name_cannot_play_tricks(either: JiraPeer, issue: Issue) -> None:
    evil = either.person("Ann\u202e\n<!channel>\x00")
    assert "\n" not in (who := heard(event(either, issue, evil, "status")).who)
    assert "\u202e" not in who and "\x00" not in who
