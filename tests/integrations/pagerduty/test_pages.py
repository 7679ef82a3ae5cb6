"""Who is paged, how often, and what the page says."""

from datetime import timedelta
from typing import Any

import pytest

from domain.delivery import Receipt, Showing
from domain.errors import PermanentError
from domain.finding import Finding, Severity, Status
from integrations.pagerduty import PagerDuty
from tests.cards.hostile import HOSTILE, UNSEEN
from tests.integrations.findings import NOW, attempt, money, spike
from tests.integrations.pagerduty.conftest import OTHER_KEY
from tests.peers.pagerduty import PagerDutyPeer


class Copy:
    """One copy as delivery keeps it: each attempt knows the receipt of the last."""

    def __init__(self, pagerduty: PagerDuty, destination: str = "pagerduty") -> None:
        self.pagerduty = pagerduty
        self.receipt = Receipt(destination)

    async def show(self, finding: Finding, **knowing: Any) -> Receipt:
        receipts = attempt(self.receipt.destination, self.receipt, **knowing)
        self.receipt = await self.pagerduty.upsert(finding, receipts)
        return self.receipt


@pytest.fixture
def copy(pagerduty: PagerDuty) -> Copy:
    return Copy(pagerduty)


async def test_a_finding_is_paged_once_and_the_page_is_then_kept_up_to_date(
    copy: Copy, peer: PagerDutyPeer
):
    receipt = await copy.show(spike())
    assert receipt.ref == "costbot:spike:service=Amazon EC2:2026-11-19"
    await copy.show(spike(impact=money("2000")))
    await copy.show(spike(impact=money("2000"), severity=Severity.HIGH))
    assert peer.pages == 1
    assert peer.actions == ["trigger", "trigger", "trigger"]
    assert peer.incidents[0].payload["severity"] == "error"


async def test_a_finding_that_did_not_change_sends_nothing(copy: Copy, peer: PagerDutyPeer):
    await copy.show(spike())
    later = NOW + timedelta(days=2)
    for same in (spike(), spike(revision=9, owner="someone"), spike(title="Still up")):
        await copy.show(same, now=later)
    assert peer.actions == ["trigger"]


@pytest.mark.parametrize("status", [Status.ACKNOWLEDGED, Status.SNOOZED, Status.EXPECTED])
async def test_what_somebody_has_taken_no_longer_rings(
    copy: Copy, peer: PagerDutyPeer, status: Status
):
    await copy.show(spike())
    for _ in range(2):
        await copy.show(spike(status=status))
    assert peer.actions == ["trigger", "acknowledge"]
    assert peer.incidents[0].status == "acknowledged"


async def test_a_worse_number_does_not_ring_for_what_is_taken(copy: Copy, peer: PagerDutyPeer):
    await copy.show(spike())
    await copy.show(spike(status=Status.ACKNOWLEDGED))
    await copy.show(spike(status=Status.ACKNOWLEDGED, impact=money("99999")))
    assert peer.actions == ["trigger", "acknowledge"]


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.DISMISSED])
async def test_what_is_closed_is_resolved_once_and_stays_so(
    copy: Copy, peer: PagerDutyPeer, status: Status
):
    await copy.show(spike())
    await copy.show(spike(status=status))
    await copy.show(spike(status=status, impact=money("5")))
    assert peer.actions == ["trigger", "resolve"]
    assert peer.incidents[0].status == "resolved"


async def test_what_comes_back_is_a_new_page(copy: Copy, peer: PagerDutyPeer):
    await copy.show(spike())
    await copy.show(spike(status=Status.RESOLVED))
    await copy.show(spike(occurrence=2))
    assert peer.pages == 2


async def test_coming_back_is_noticed_though_its_end_was_not_seen(copy: Copy, peer: PagerDutyPeer):
    await copy.show(spike())
    await copy.show(spike(occurrence=2))
    assert peer.actions == ["trigger", "trigger"] and peer.pages == 1


async def test_a_late_attempt_does_not_page_for_what_was_closed_meanwhile(
    copy: Copy, peer: PagerDutyPeer
):
    """The first attempts failed for an hour; the last one comes when everything is over."""
    await copy.show(spike(status=Status.RESOLVED), unsure_since=NOW - timedelta(hours=1))
    assert peer.pages == 0
    assert peer.dropped == [peer.requests[0]]


async def test_a_late_attempt_does_not_page_for_what_was_taken_meanwhile(
    copy: Copy, peer: PagerDutyPeer
):
    await copy.show(spike(status=Status.ACKNOWLEDGED))
    assert peer.pages == 0


async def test_who_presses_page_on_a_taken_finding_gets_somebody_paged(
    copy: Copy, peer: PagerDutyPeer
):
    wish = {"who": "Ann", "severity": "critical", "note": "Can you look at this?"}
    taken = spike(status=Status.ACKNOWLEDGED, severity=Severity.LOW)
    for _ in range(2):
        await copy.show(taken, wish=wish)
    assert peer.actions == ["trigger"]
    payload = peer.incidents[0].payload
    assert payload["severity"] == "critical"
    assert payload["custom_details"]["Asked for by"] == "Ann"
    assert payload["custom_details"]["Note"] == "Can you look at this?"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("critical", "critical"), ("high", "error"), ("medium", "warning"), ("low", "info"),
     ("info", "info")],
)  # fmt: skip
async def test_the_page_is_as_urgent_as_the_finding(
    copy: Copy, peer: PagerDutyPeer, ours: str, theirs: str
):
    await copy.show(spike(severity=Severity(ours)), wish={"severity": "very much so"})
    assert peer.incidents[0].payload["severity"] == theirs


async def test_the_page_says_what_where_and_how_much(copy: Copy, peer: PagerDutyPeer):
    ticket = Showing("jira:OPS", Receipt("jira:OPS", "OPS-7", "https://acme.test/browse/OPS-7"))
    odd = Showing("slack:C1", Receipt("slack:C1", "1.2", "javascript:alert(1)"))
    await copy.show(spike(), others=(ticket, odd, Showing("teams:x", Receipt("teams:x"))))
    event = peer.requests[0]
    assert event["links"] == [{"href": "https://acme.test/browse/OPS-7", "text": "Jira"}]
    assert event["client_url"] == "https://costbot.example.com"
    payload = event["payload"]
    assert payload["summary"] == "Amazon EC2 is up 200 %"
    assert (payload["source"], payload["component"]) == ("123456789012", "Amazon EC2")
    assert (payload["group"], payload["class"]) == ("payments", "spike")
    assert payload["custom_details"] == {
        "Finding": "#12",
        "Impact": "1234.57 USD",
        "Owner": "payments",
        "Show more": "/cost ec2 yesterday",
        "Yesterday": "1,851.85 USD",
        "Usual": "617.28 USD",
    }


async def test_a_team_with_its_own_service_is_paged_there(
    pagerduty: PagerDuty, peer: PagerDutyPeer
):
    await Copy(pagerduty, "pagerduty:payments").show(spike())
    assert peer.incidents[0].routing_key == OTHER_KEY


async def test_an_unknown_service_is_named_with_those_there_are(pagerduty: PagerDuty):
    with pytest.raises(PermanentError, match="'nobody'; known: payments"):
        await Copy(pagerduty, "pagerduty:nobody").show(spike())
    with pytest.raises(PermanentError, match="PAGERDUTY_ROUTING_KEY"):
        await Copy(PagerDuty()).show(spike())


async def test_a_hostile_bill_makes_events_that_pagerduty_takes(
    pagerduty: PagerDuty, peer: PagerDutyPeer
):
    for text in HOSTILE:
        copy = Copy(pagerduty)
        finding = spike(
            key=text,
            title=text,
            labels=dict.fromkeys(("account", "service", "team", "region"), text),
            facts=((text, text), (text, text), ("Seen", "yes")),
        )
        await copy.show(finding, wish={"note": text, "who": text, "severity": text})
        await copy.show(spike(key=text, status=Status.RESOLVED))
    assert [each.status for each in peer.incidents] == ["resolved"] * len(HOSTILE)
    for payload in (each.payload for each in peer.incidents):
        details = payload["custom_details"]
        said = [payload["summary"], payload.get("component", ""), *details, *details.values()]
        assert not set("".join(said)) & UNSEEN
        assert details["Seen"] == "yes"


async def test_findings_that_differ_only_in_the_odd_are_two_pages(
    pagerduty: PagerDuty, peer: PagerDutyPeer
):
    for key in ("a", "a\u200b", "a\n", "x" * 300 + "1", "x" * 300 + "2", "é" * 140, "\ud800"):
        await Copy(pagerduty).show(spike(key=key))
    assert peer.pages == 7
    assert all(len(each.dedup_key.encode()) <= 255 for each in peer.incidents)


async def test_a_finding_with_endless_facts_still_fits(copy: Copy, peer: PagerDutyPeer):
    facts = tuple((f"Account {n}", "日本" * 2000) for n in range(500))
    await copy.show(spike(title="long " * 1000, facts=facts))
    payload = peer.incidents[0].payload
    assert len(payload["summary"]) <= 1024 and payload["summary"].endswith("…")
    assert "More" in payload["custom_details"]


async def test_two_facts_of_one_name_are_both_said(copy: Copy, peer: PagerDutyPeer):
    await copy.show(spike(facts=(("Account", "a"), ("Account", "b"))))
    said = peer.incidents[0].payload["custom_details"]
    assert {"a", "b"} <= set(said.values())


async def test_an_address_that_the_webhook_brought_is_kept(copy: Copy):
    copy.receipt = Receipt("pagerduty", url="https://acme.pagerduty.com/incidents/P1")
    assert (await copy.show(spike())).url == "https://acme.pagerduty.com/incidents/P1"


async def test_a_memo_that_nobody_can_read_only_costs_a_repeat(copy: Copy, peer: PagerDutyPeer):
    for memo in ("", "{}", "[]", '{"phase": "odd"}', "\x00"):
        copy.receipt = Receipt("pagerduty", memo=memo)
        await copy.show(spike())
    assert peer.pages == 1
