"""What Datadog shows of a finding: its numbers as graphs, its news in the stream."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.delivery import Receipt, Showing
from domain.finding import Finding, Measurement, Severity, Status
from integrations.datadog import Datadog
from integrations.datadog.series import BATCH_BYTES, metric, tag
from tests.cards.hostile import HOSTILE, UNSEEN
from tests.integrations.findings import NOW, attempt, money, spike
from tests.peers.datadog import API_KEY, DatadogPeer

SERIES, EVENTS = "/api/v2/series", "/api/v1/events"


class Copy:
    """One copy as delivery keeps it: each attempt knows the receipt of the last."""

    def __init__(self, datadog: Datadog, peer: DatadogPeer) -> None:
        self.datadog, self.peer = datadog, peer
        self.receipt = Receipt("datadog")

    async def show(self, finding: Finding, **knowing: Any) -> list[str]:
        """The writes it took."""
        before = len(self.peer.writes)
        self.peer.now = knowing.get("now", NOW)
        receipts = attempt("datadog", self.receipt, **knowing)
        self.receipt = await self.datadog.upsert(finding, receipts)
        return self.peer.writes[before:]


@pytest.fixture
def copy(datadog: Datadog, peer: DatadogPeer) -> Copy:
    return Copy(datadog, peer)


async def test_a_finding_is_a_gauge_for_each_number_and_one_event(copy: Copy, peer: DatadogPeer):
    assert await copy.show(spike()) == [SERIES, EVENTS]
    assert peer.latest("costbot.cost.daily") == {("service:amazon_ec2",): 1851.85}
    assert peer.latest("costbot.budget.percent") == {("team:payments",): 150.0}
    (event,) = peer.events
    assert event.body["title"] == "Amazon EC2 is up 200 %"
    assert event.body["source_type_name"] == "costbot"
    assert event.body["alert_type"] == "error" and event.body["priority"] == "normal"
    assert {"source:costbot", "severity:critical", "kind:spike", "team:payments"} <= set(
        event.body["tags"]
    )
    assert copy.receipt.url == "https://app.datadoghq.com/event/event?id=1"
    assert copy.receipt.ref == event.key


async def test_a_finding_that_did_not_change_sends_nothing(copy: Copy, peer: DatadogPeer):
    await copy.show(spike())
    for same in (spike(), spike(revision=7), spike(owner="someone")):
        assert await copy.show(same, now=NOW + timedelta(hours=2)) == []
    assert peer.calls == [("POST", SERIES), ("POST", EVENTS)]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.ACKNOWLEDGED},
        {"severity": Severity.HIGH},
        {"impact": money("2000")},
        {"occurrence": 2},
    ],
)
async def test_news_is_one_more_event_of_the_same_story(
    copy: Copy, peer: DatadogPeer, changes: dict[str, Any]
):
    await copy.show(spike())
    url = copy.receipt.url
    assert await copy.show(spike(**changes)) == [EVENTS]
    assert len(peer.stories) == 1 and len(peer.events) == 2
    assert copy.receipt.url != url


async def test_a_new_number_is_a_gauge_and_no_event(copy: Copy, peer: DatadogPeer):
    await copy.show(spike())
    numbers = (Measurement("cost.daily", Decimal("1900"), {"service": "Amazon EC2"}),)
    assert await copy.show(spike(measurements=numbers)) == [SERIES]
    assert peer.latest("costbot.cost.daily") == {("service:amazon_ec2",): 1900.0}


async def test_the_graph_gets_its_point_every_day(copy: Copy, peer: DatadogPeer):
    await copy.show(spike())
    assert await copy.show(spike(), now=NOW + timedelta(days=1)) == [SERIES]
    assert len(peer.points["costbot.cost.daily", ("service:amazon_ec2",)]) == 2


async def test_a_finding_without_numbers_is_only_an_event(copy: Copy):
    assert await copy.show(spike(measurements=())) == [EVENTS]
    assert await copy.show(spike(measurements=()), now=NOW + timedelta(days=1)) == []


async def test_what_is_over_is_shown_as_over(copy: Copy, peer: DatadogPeer):
    await copy.show(spike())
    await copy.show(spike(status=Status.RESOLVED))
    last = peer.events[-1].body
    assert (last["alert_type"], last["priority"]) == ("success", "low")
    assert last["title"] == "Amazon EC2 is up 200 % (resolved)"


async def test_points_are_stamped_with_now_however_old_the_finding(copy: Copy, peer: DatadogPeer):
    """Datadog refuses points over an hour old, and events over 18 hours."""
    await copy.show(spike(seen_at=NOW - timedelta(days=30)))
    assert set(peer.points["costbot.cost.daily", ("service:amazon_ec2",)]) == {int(NOW.timestamp())}
    assert peer.events[0].body["date_happened"] == int(NOW.timestamp())


async def test_numbers_that_are_none_are_left_out(copy: Copy, peer: DatadogPeer):
    odd = tuple(Measurement("odd", Decimal(value)) for value in ("NaN", "Infinity", "1e400"))
    good = Measurement("good", Decimal("1"))
    await copy.show(spike(measurements=(*odd, good)))
    assert set(peer.points) == {("costbot.good", ())}
    assert await copy.show(spike(impact=money("1"), measurements=odd)) == [EVENTS]


async def test_tags_come_from_a_short_list(copy: Copy, peer: DatadogPeer):
    """Each combination is billed: a resource id among the tags would be a bill of its own."""
    known = ("account", "service", "region", "team", "kind", "severity")
    labels = dict.fromkeys((*known, "resource", "host", "invoice"), "x")
    numbers = (Measurement("cost.daily", Decimal(1), labels),)
    await copy.show(spike(labels=labels, measurements=numbers))
    ((_, sent),) = peer.points
    assert sent == tuple(sorted(f"{name}:x" for name in known))
    names = {each.partition(":")[0] for each in peer.events[0].body["tags"]}
    assert names == {*known, "source", "status", "costbot_told"}


async def test_a_hostile_bill_sends_what_datadog_takes(datadog: Datadog, peer: DatadogPeer):
    for text in HOSTILE:
        labels = dict.fromkeys(("account", "service", "team", "region"), text)
        finding = spike(
            key=text,
            title=text,
            labels=labels,
            facts=((text, text), ("Seen", "yes")),
            measurements=(Measurement(text, Decimal(1), labels), Measurement("n", Decimal(2))),
        )
        wish = {"note": text, "who": text}
        await Copy(datadog, peer).show(finding, wish=wish)
    assert len(peer.stories) == len(HOSTILE)
    for body in (event.body for event in peer.events):
        assert not set(body["title"] + body["text"]) & UNSEEN
        assert "Seen: yes" in body["text"] or len(body["text"]) == 4000


async def test_a_tag_on_the_bill_calls_nobody(copy: Copy, peer: DatadogPeer):
    """`@name` in an event sends a message to that person or room; `%%%` turns markup on."""
    text = "@all %%% [x](https://evil.example) (@pagerduty) ann@acme.test @slack-general"
    await copy.show(spike(title=text, facts=(("Tag", text),)), wish={"note": text})
    body = peer.events[0].body
    assert "%%%" not in body["title"] + body["text"]
    words = (body["title"] + " " + body["text"]).replace("ann@acme.test", "")
    assert "@" not in words and "ann@acme.test" in body["text"]


async def test_the_event_leads_to_the_other_copies(copy: Copy, peer: DatadogPeer):
    ticket = Showing("jira:OPS", Receipt("jira:OPS", "OPS-7", "https://acme.test/browse/OPS-7"))
    odd = Showing("slack:C1", Receipt("slack:C1", "1.2", "javascript:alert(1)"))
    await copy.show(spike(), others=(ticket, odd), wish={"note": "Look!", "who": "Ann"})
    assert peer.events[0].body["text"].splitlines() == [
        "Impact: 1234.57 USD",
        "Asked for by: Ann",
        "Note: Look!",
        "Owner: payments",
        "Yesterday: 1,851.85 USD",
        "Usual: 617.28 USD",
        "Show more: /cost ec2 yesterday",
        "Jira: https://acme.test/browse/OPS-7",
    ]


async def test_thousands_of_numbers_are_several_requests_below_the_limit(
    copy: Copy, peer: DatadogPeer
):
    numbers = tuple(
        Measurement("cost.daily", Decimal(n), {"service": f"{n}" + "é" * 150, "team": "x" * 190})
        for n in range(1500)
    )
    writes = await copy.show(spike(measurements=numbers))
    assert writes[-1] == EVENTS and set(writes[:-1]) == {SERIES} and len(writes) > 2
    assert max(peer.sizes) <= BATCH_BYTES
    assert min(peer.sizes[:-1]) > BATCH_BYTES / 2
    assert len(peer.points) == 1500


def test_names_and_tags_are_as_datadog_keeps_them():
    assert metric("Cost Daily/€") == "costbot.cost_daily"
    assert len(metric("x" * 500)) == 200
    assert tag("service", "Amazon EC2: a,b|c") == "service:amazon_ec2_a_b_c"
    assert tag("team", "!!!") == "team:other"
    assert tag("team", "Küche/日本") == "team:küche/日本"
    assert len(tag("team", "x" * 500)) == 200


async def test_two_findings_are_two_stories(datadog: Datadog, peer: DatadogPeer):
    for key in ("a", "b", "x" * 500 + "1", "x" * 500 + "2"):
        await Copy(datadog, peer).show(spike(key=key))
    assert len(peer.stories) == 4 and all(len(key) <= 100 for key in peer.stories)


async def test_one_key_is_enough_to_show_findings(peer: DatadogPeer):
    datadog = Datadog(API_KEY, host=peer.url)
    receipt = await datadog.upsert(spike(), attempt("datadog"))
    again = attempt("datadog", replace(receipt, memo="?"), unsure_since=NOW)
    await datadog.upsert(spike(), again)
    assert len(peer.stories) == 1 and len(peer.events) == 2
    assert {method for method, _ in peer.calls} == {"POST"}
    await datadog.close()
