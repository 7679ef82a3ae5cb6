"""A finding as an event in Datadog's stream: one key for all events of one finding.

Limits: docs.datadoghq.com/api/v1/events/#post-an-event (text 4,000 characters, aggregation_key
100). v1 and not v2, because v1 asks for nothing but the API key.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.delivery import Receipts
from domain.finding import Finding, Severity, Status
from integrations.datadog.series import tag, tags
from integrations.plain import line, lines, web_address

TITLE = 500
TEXT = 4000
SOURCE = "costbot"
_ALERT_TYPES = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
    Severity.INFO: "info",
}
_MENTION = re.compile(r"(?<!\w)@(?=\S)")


@dataclass(frozen=True, slots=True)
class Event:
    """What Datadog is sent; `at` in seconds since 1970."""

    title: str
    text: str
    alert_type: str
    priority: str
    aggregation_key: str
    tags: tuple[str, ...]
    at: int
    source: str = SOURCE


def aggregation_key(finding: Finding) -> str:
    """The same for ever for one finding; 48 characters."""
    return f"costbot:{_digest(finding.id)}"


def told(finding: Finding) -> str:
    """What an event tells: another one is due when this changes (status, severity, number)."""
    impact = finding.impact and finding.impact.rounded()
    amount = f"{impact.amount} {impact.currency}" if impact else ""
    return _digest(
        json.dumps([finding.id, finding.status, finding.severity, amount, finding.occurrence])
    )


def event(finding: Finding, receipts: Receipts) -> Event:
    """The event for a finding as it is now."""
    closed = finding.status.closed
    quiet = closed or finding.severity.rank <= Severity.LOW.rank
    own = (f"source:{SOURCE}", tag("status", finding.status), f"costbot_told:{told(finding)}")
    return Event(
        title=line(_harmless(_title(finding)), TITLE),
        text=lines(_harmless("\n".join(_lines(finding, receipts))), TEXT),
        alert_type="success" if closed else _ALERT_TYPES[finding.severity],
        priority="low" if quiet else "normal",
        aggregation_key=aggregation_key(finding),
        tags=(
            *own,
            *tags({**finding.labels, "kind": finding.kind, "severity": finding.severity}),
        ),
        at=int(receipts.now.timestamp()),
    )


def _title(finding: Finding) -> str:
    title = line(finding.title, TITLE - 60) or line(finding.id, TITLE - 60)
    return title if finding.status is Status.OPEN else f"{title} ({finding.status})"


def _lines(finding: Finding, receipts: Receipts) -> Iterator[str]:
    if finding.impact is not None:
        yield f"Impact: {finding.impact.rounded().amount} {finding.impact.currency}"
    for label, value in (
        ("Asked for by", receipts.mine.wish.get("who", "")),
        ("Note", receipts.mine.wish.get("note", "")),
        ("Owner", finding.owner),
        *finding.facts,
    ):
        if value:
            yield f"{line(label, 100)}: {line(value, 500)}"
    if finding.command:
        yield f"Show more: /cost {line(finding.command, 500)}"
    for other in receipts.others:
        if url := web_address(other.receipt.url):
            yield f"{line(other.scheme, 100).title()}: {url}"


def _harmless(text: str) -> str:
    """Without what Datadog acts on: `@name` sends a message, `%%%` starts Markdown.

    docs.datadoghq.com/service_management/events/explorer/notifications/
    """
    return _MENTION.sub("\N{FULLWIDTH COMMERCIAL AT}", text).replace("%%%", "%")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
