"""The PagerDuty of the tests behaves as the real one is known to."""

from typing import Any

import aiohttp
import pytest

from tests.peers.pagerduty import PagerDutyPeer
from tests.peers.pagerduty.peer import KEY

PAYLOAD = {"summary": "Costs", "source": "AWS", "severity": "critical"}


async def post(peer: PagerDutyPeer, action: str, **changes: Any) -> int:
    event = {"routing_key": KEY, "event_action": action, "dedup_key": "k", **changes}
    if action == "trigger":
        event.setdefault("payload", PAYLOAD)
    async with aiohttp.ClientSession() as session:
        answer = await session.post(peer.url + "/v2/enqueue", json=event)
        return answer.status


async def test_one_incident_per_key_until_it_is_resolved(peer: PagerDutyPeer):
    for action in ("trigger", "trigger", "acknowledge", "trigger", "resolve", "trigger"):
        assert await post(peer, action) == 202
    assert [each.status for each in peer.incidents] == ["resolved", "triggered"]


async def test_what_is_not_open_cannot_be_taken_or_closed(peer: PagerDutyPeer):
    assert await post(peer, "acknowledge") == 202
    assert await post(peer, "resolve") == 202
    assert peer.pages == 0 and len(peer.dropped) == 2


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        ("trigger", {"routing_key": "X" * 32}),
        ("trigger", {"routing_key": "short"}),
        ("trigger", {"payload": {"summary": "Costs"}}),
        ("trigger", {"payload": {**PAYLOAD, "summary": "x" * 1025}}),
        ("trigger", {"payload": {**PAYLOAD, "summary": "two\nlines"}}),
        ("trigger", {"payload": {**PAYLOAD, "severity": "high"}}),
        ("trigger", {"payload": {**PAYLOAD, "component": ""}}),
        ("trigger", {"payload": {**PAYLOAD, "custom_details": {"a": "x" * 600_000}}}),
        ("trigger", {"dedup_key": "x" * 256}),
        ("trigger", {"links": [{"text": "nowhere"}]}),
        ("acknowledge", {"dedup_key": None}),
        ("snooze", {}),
    ],
)
async def test_what_pagerduty_refuses_is_refused(
    peer: PagerDutyPeer, action: str, changes: dict[str, Any]
):
    assert await post(peer, action, **changes) == 400
    assert peer.pages == 0
    peer.problems.clear()
