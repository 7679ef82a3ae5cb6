"""What PagerDuty is told about a finding: the bodies of Events API v2.

Limits and fields: developer.pagerduty.com/docs/send-alert-event (summary 1,024 characters,
dedup_key 255, an event 512 KB).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from domain.delivery import Receipts
from domain.finding import Finding
from integrations.plain import line, lines, web_address

SUMMARY = 1024
DEDUP_KEY = 255
#: Facts stop here (bytes of JSON), so that the whole event stays below PagerDuty's 512 KB.
DETAILS_BYTES = 400_000
_VALUE = 4000
#: From our severities, and from PagerDuty's own words, which a person may have asked for.
SEVERITIES = {
    "critical": "critical",
    "high": "error",
    "error": "error",
    "medium": "warning",
    "warning": "warning",
    "low": "info",
    "info": "info",
}


def dedup_key(finding: Finding) -> str:
    """`costbot:<finding id>`; what is long or odd in it is told by a hash. The same for ever."""
    key = f"costbot:{finding.id}"
    if len(key.encode("utf-8", "replace")) <= DEDUP_KEY and line(key, DEDUP_KEY) == key:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    # At most four bytes a character: 50 of them and the hash fit by any way of counting.
    return f"{line(key, 50)}~{digest}"


def severity(finding: Finding, wish: Mapping[str, str]) -> str:
    """critical, error, warning or info; what a person asked for goes first."""
    return SEVERITIES.get(wish.get("severity", "").lower()) or SEVERITIES[finding.severity]


def trigger(finding: Finding, receipts: Receipts, client_url: str) -> dict[str, Any]:
    """The body of a trigger, without its action, its dedup_key and its routing_key."""
    labels = finding.labels
    payload = {
        "summary": line(finding.title, SUMMARY) or line(finding.id, SUMMARY),
        "source": line(labels.get("account", ""), 255) or "AWS",
        "severity": severity(finding, receipts.mine.wish),
        "timestamp": finding.seen_at.isoformat(timespec="seconds"),
        "component": line(labels.get("service", ""), 255),
        "group": line(labels.get("team", "") or labels.get("region", ""), 255),
        "class": line(finding.kind, 255),
        "custom_details": dict(_details(finding, receipts.mine.wish)),
    }
    body: dict[str, Any] = {
        "payload": {name: value for name, value in payload.items() if value},
        "client": "costbot",
    }
    if web_address(client_url):
        body["client_url"] = client_url
    if links := _links(receipts):
        body["links"] = links
    return body


def _links(receipts: Receipts) -> list[dict[str, str]]:
    """Where else the finding is shown; 20 are more than anybody reads."""
    return [
        {"href": other.receipt.url, "text": line(other.scheme, 100).title()}
        for other in receipts.others
        if web_address(other.receipt.url)
    ][:20]


def _details(finding: Finding, wish: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    room, used = DETAILS_BYTES, set[str]()
    for label, value in _facts(finding, wish):
        name, text = line(label, 200), lines(value, _VALUE)
        if not name or not text:
            continue
        while name in used:
            name += " +"
        room -= len(json.dumps({name: text}))
        if room < 0:
            yield "More", "There are more facts than PagerDuty takes; costbot shows them all."
            return
        used.add(name)
        yield name, text


def _facts(finding: Finding, wish: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if finding.number:
        yield "Finding", finding.name
    if finding.impact is not None:
        yield "Impact", f"{finding.impact.rounded().amount} {finding.impact.currency}"
    yield "Asked for by", wish.get("who", "")
    yield "Note", wish.get("note", "")
    yield "Owner", finding.owner
    yield "Show more", f"/cost {finding.command}" if finding.command else ""
    yield from finding.facts
