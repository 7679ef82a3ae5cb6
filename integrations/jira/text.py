"""What an issue says about a finding: its marks, summary, description and comments."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from domain.delivery import Receipts
from domain.finding import Finding
from integrations.jira import wiki

#: Every issue of ours carries it, so that a webhook can be narrowed to `labels = costbot`.
MARK = "costbot"
#: Jira's own limit: developer.atlassian.com, "summary must be less than 255 characters".
SUMMARY_LENGTH = 255
#: Below Jira's 32,767 characters for a text field (`jira.text.field.character.limit`).
TEXT_LENGTH = 32_000
FACTS = 40
LINES_OF_HISTORY = 15
_PLACES = {"slack": "Slack", "teams": "Teams", "pagerduty": "PagerDuty", "datadog": "Datadog"}
_KEPT = "Kept up to date by costbot until somebody edits it"
_NOTE = re.compile(
    r"Impact is now (.+?)(?:; it was .+?)?\.\s+costbot note (\d+) \(([0-9a-f]{16})\)"
)


def label(finding: Finding) -> str:
    """`costbot-<hash>`, by which an issue is found: one for each occurrence of a finding.

    It has no blanks, for JQL. News of an issue carries it among its labels.
    """
    return f"{MARK}-{_hash(finding.id, str(finding.occurrence))}"


def summary(finding: Finding, wish: Mapping[str, str]) -> str:
    """One line of 1 to 255 characters; Jira shows a summary as plain text."""
    wished = wiki.line(wish.get("summary", ""), SUMMARY_LENGTH)
    return wished or wiki.line(finding.title, SUMMARY_LENGTH) or finding.name


def amount(finding: Finding) -> str:
    """`1,234.00 USD`, or "" where nothing is at stake that can be counted."""
    if finding.impact is None:
        return ""
    money = finding.impact.rounded()
    return f"{money.amount:,.2f} {wiki.line(money.currency, 8)}"


def description(finding: Finding, receipts: Receipts) -> str:
    """The issue's body; its last line certifies that costbot wrote what is above it."""
    top = [f"*{wiki.plain(finding.title)}*", "", *_state(finding)]
    if note := receipts.mine.wish.get("note", "").strip():
        top += ["", *(wiki.plain(part, 400) for part in note.splitlines()[:10] if part.strip())]
    facts = [_fact(name, value) for name, value in finding.facts[:FACTS]]
    below = [*_history(finding), *_copies(receipts)]
    if finding.command:
        below += ["", f"More in chat: /cost {wiki.plain(finding.command)}"]
    room = TEXT_LENGTH - 200 - _size(top) - _size(below)
    while facts and _size(facts) > room:
        facts.pop()
    text = "\n".join([*top, "", *facts, *below])[: TEXT_LENGTH - 200]
    return f"{text}\n\n{_KEPT} ({_seal(text)})."


def untouched(description: str) -> bool:
    """Whether the text is what costbot wrote, however Jira keeps it, and nobody edited it."""
    text, _, rest = description.rpartition(_KEPT)
    found = re.search(r"\(([0-9a-f]{12})", rest.replace("\\", ""))
    return found is not None and found[1] == _seal(text)


def shown(finding: Finding, receipts: Receipts) -> str:
    """A short hash of what makes a description worth writing anew: not facts of the day alone."""
    links = sorted(copy.receipt.url for copy in receipts.others if copy.receipt.url)
    said = (entry.what for entry in finding.log)
    state = (finding.title, amount(finding), finding.status, finding.owner, finding.assignee)
    return _hash(*map(str, state), *links, *said)[:12]


def note(before: str, now: str, number: int, label: str) -> str:
    """A comment about a new impact; its last line tells our comments apart, the same for ever."""
    was = f"; it was {wiki.plain(before, 60)}" if before else ""
    mark = label.removeprefix(f"{MARK}-")
    return f"Impact is now {wiki.plain(now, 60)}{was}.\n\n{MARK} note {number} ({mark})"


def noted(comment: str, label: str) -> tuple[int, str] | None:
    """The number of one of our comments, and the impact it told; None for anybody's words."""
    found = _NOTE.search(comment.replace("\\", ""))
    if found is None or f"{MARK}-{found[3]}" != label:
        return None
    return int(found[2]), found[1]


def _state(finding: Finding) -> list[str]:
    pairs = [
        ("Impact", amount(finding)),
        ("Severity", finding.severity.value),
        ("Status", finding.status.value),
        ("Owner", finding.owner),
        ("Assignee", finding.assignee),
        ("Found", _moment(finding.opened_at or finding.seen_at)),
        ("Resolved", _moment(finding.resolved_at) if finding.resolved_at else ""),
        ("Finding", finding.name if finding.number else ""),
    ]
    return [_fact(name, value) for name, value in pairs if value]


def _history(finding: Finding) -> list[str]:
    entries = finding.log[-LINES_OF_HISTORY:]
    lines = [
        f"* {_moment(entry.at)} {wiki.plain(entry.who, 60)}: {wiki.plain(entry.what, 200)}"
        for entry in entries
    ]
    return ["", "h4. History", *lines] if lines else []


def _copies(receipts: Receipts) -> list[str]:
    lines = [
        f"* {wiki.link(_PLACES.get(copy.scheme, copy.scheme), copy.receipt.url)}"
        for copy in receipts.others
        if copy.receipt.url
    ]
    return ["", "h4. Also here", *lines[:8]] if lines else []


def _fact(name: str, value: str) -> str:
    return f"* *{wiki.plain(name, 60)}:* {wiki.plain(value)}"


def _moment(at: datetime) -> str:
    return at.strftime("%d %b %Y %H:%M UTC")


def _size(lines: list[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _seal(text: str) -> str:
    return _hash(wiki.words(text))[:12]


def _hash(*parts: str) -> str:
    joined = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]
