"""What PagerDuty reports back: believed only when signed, read only when it is about a finding."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from domain.finding import Status
from domain.remote import RemoteChange
from integrations.pagerduty import webhook
from integrations.pagerduty.webhook import read
from tests.cards.hostile import HOSTILE, UNSEEN
from tests.peers.pagerduty import delivery, integration, person, sign
from tests.peers.pagerduty.webhooks import ping

KEY = "costbot:spike:service=Amazon EC2:2026-11-19"
BODY = delivery("incident.acknowledged", KEY)


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    return webhook.verify(secret, CIMultiDict(headers), body)


def test_a_signed_webhook_is_believed():
    assert verify("s1", sign(BODY, "s1"), BODY)
    assert verify("s1", {"x-pagerduty-signature": sign(BODY, "s1")["X-PagerDuty-Signature"]}, BODY)


@pytest.mark.parametrize("secrets", [("old", "s1"), ("s1", "new")])
def test_while_secrets_are_changed_over_either_is_enough(secrets: tuple[str, ...]):
    assert verify("s1", sign(BODY, *secrets), BODY)


GOOD = sign(BODY, "s1")["X-PagerDuty-Signature"]
FORGED = {
    "another secret": sign(BODY, "s2"),
    "no header": {},
    "empty": {"X-PagerDuty-Signature": ""},
    "no version": {"X-PagerDuty-Signature": GOOD.removeprefix("v1=")},
    "another version": {"X-PagerDuty-Signature": GOOD.replace("v1=", "v0=")},
    "one bit": {"X-PagerDuty-Signature": GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")},
    "cut": {"X-PagerDuty-Signature": GOOD[:-1]},
    "longer": {"X-PagerDuty-Signature": GOOD + "0"},
    "not ASCII": {"X-PagerDuty-Signature": "v1=é\ud800"},
    "another header": {"X-Signature": GOOD},
    "of nothing": sign(b"", "s1"),
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_a_forged_webhook_is_not_believed(headers: dict[str, str]):
    assert not verify("s1", headers, BODY)


def test_a_header_that_comes_twice_is_not_believed():
    twice = CIMultiDict([("X-PagerDuty-Signature", GOOD), ("x-pagerduty-signature", "v1=0")])
    assert not webhook.verify("s1", twice, BODY)


def test_the_bytes_are_signed_and_not_what_they_mean():
    assert not verify("s1", sign(BODY, "s1"), json.dumps(json.loads(BODY), indent=1).encode())


def test_without_a_secret_nobody_is_believed():
    assert not verify("", sign(BODY, ""), BODY)


def test_who_acknowledges_in_pagerduty_has_taken_the_finding():
    assert read(BODY) == RemoteChange(
        id="01BZYIL05THJDFF2Y08X9SVMTU",
        destination="pagerduty",
        ref=KEY,
        labels=(KEY,),
        status=Status.ACKNOWLEDGED,
        at=datetime(2026, 11, 20, 9, 35, 29, 781000, tzinfo=UTC),
        who="Ann",
        who_id="PANN001",
        url="https://acme.pagerduty.com/incidents/PINC001",
    )


@pytest.mark.parametrize(
    ("event_type", "status"),
    [
        ("incident.triggered", Status.OPEN),
        ("incident.unacknowledged", Status.OPEN),
        ("incident.reopened", Status.OPEN),
        ("incident.resolved", Status.RESOLVED),
    ],
)
def test_every_state_of_an_incident_is_one_of_ours(event_type: str, status: Status):
    change = read(delivery(event_type, KEY))
    assert change is not None and change.status is status and change.assignee is None


@pytest.mark.parametrize("event_type", ["incident.reassigned", "incident.escalated"])
def test_a_new_assignee_changes_nothing_but_the_assignee(event_type: str):
    change = read(delivery(event_type, KEY, assignees=(person("Bob", "PBOB001"), person())))
    assert change is not None and (change.status, change.assignee) == (None, "Bob")
    nobody = read(delivery(event_type, KEY))
    assert nobody is not None and nobody.assignee is None


@pytest.mark.parametrize(
    "event_type", ["incident.triggered", "incident.acknowledged", "incident.resolved"]
)
def test_the_echo_of_an_event_of_ours_brings_an_address_and_no_state(event_type: str):
    change = read(delivery(event_type, KEY, integration()))
    assert change is not None and change.status is None
    assert change.who_id == "PINT001"
    assert change.url == "https://acme.pagerduty.com/incidents/PINC001"


@pytest.mark.parametrize(
    "body",
    [
        ping(),
        delivery("incident.annotated", KEY),
        delivery("service.updated", KEY),
        delivery("incident.something_new", KEY),
        delivery("incident.resolved", "d3640fbd41094207a1c11e58e46b1662"),
        delivery("incident.resolved", None),
        delivery("incident.resolved", KEY, occurred_at="yesterday"),
        delivery("incident.resolved", KEY, occurred_at=None),
        delivery("incident.resolved", KEY, data=None),
        delivery("incident.reassigned", KEY, data={"incident_key": KEY, "assignees": [None]}),
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_concerns_no_finding_is_passed_over(body: bytes):
    assert read(body) is None


def test_names_and_addresses_from_outside_are_made_fit_to_show():
    for text in HOSTILE:
        body = delivery("incident.reassigned", KEY, person(text), (person(text),))
        change = read(body.replace(b"https://acme.pagerduty.com/incidents/PINC001", b"javascript:"))
        assert change is not None and change.url == ""
        assert not set(change.who + (change.assignee or "")) & UNSEEN
        assert len(change.who) <= 200
