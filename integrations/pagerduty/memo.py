"""What PagerDuty knows about a finding, and what it has to be told next."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from domain.delivery import Showing
from domain.finding import Finding, Status
from integrations.pagerduty.events import severity

Event = Literal["trigger", "acknowledge", "resolve"]


class Phase(StrEnum):
    """The three states an incident can be in."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Memo:
    """What was shown last; `impact` is an amount with its currency, to the cent."""

    phase: Phase
    severity: str
    impact: str
    occurrence: int

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def memo(finding: Finding, mine: Showing) -> Memo:
    """What should be shown now.

    Snoozed and expected count as taken: somebody looked and decided that nobody has to wake up,
    which is what acknowledging says. It is not over, so that resolving would say too much.
    """
    impact = finding.impact and finding.impact.rounded()
    return Memo(
        _phase(finding.status),
        severity(finding, mine.wish),
        f"{impact.amount} {impact.currency}" if impact else "",
        finding.occurrence,
    )


def read(text: str) -> Memo | None:
    """The memo of a receipt; None where nothing was shown, or nothing readable."""
    try:
        noted: dict[str, Any] = json.loads(text)
        phase, occurrence = Phase(noted["phase"]), int(noted["occurrence"])
        return Memo(phase, str(noted["severity"]), str(noted["impact"]), occurrence)
    except (ValueError, TypeError, KeyError):
        return None


def next_event(before: Memo | None, now: Memo, mine: Showing) -> Event | None:
    """The one event that brings PagerDuty up to date; None when it is.

    While an attempt's outcome is unknown, PagerDuty may know more than the memo, so that the event
    is sent again: for the same dedup_key a repeat changes nothing.
    """
    sure = before if mine.unsure_since is None else None
    match now.phase:
        case Phase.OPEN:
            return None if sure == now else "trigger"
        case Phase.CLOSED:
            return None if sure and sure.phase is Phase.CLOSED else "resolve"
        case Phase.TAKEN:
            # Who presses "page" on a finding that a colleague has taken wants somebody paged.
            if before is None and mine.wish.get("who"):
                return "trigger"
            return None if sure and sure.phase is Phase.TAKEN else "acknowledge"


def _phase(status: Status) -> Phase:
    if status.closed:
        return Phase.CLOSED
    return Phase.OPEN if status is Status.OPEN else Phase.TAKEN
