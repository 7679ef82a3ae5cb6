"""A finding: something worth knowing about the bill, with one identity for ever and a state."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.money import Money


class Severity(StrEnum):
    """How much it matters, least first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for INFO up to 4 for CRITICAL."""
        return list(Severity).index(self)


#: The kind of what brings another finding to mind.
REMINDER = "reminder"
#: Kinds that are messages about others: nobody has to deal with them, and they page nobody.
MESSAGES = frozenset({REMINDER, "digest", "report"})
#: Kinds about unusual usage: found together, told apart.
UNUSUAL = frozenset({"spike", "drop", "drift", "new"})
#: Kinds about charges that are no usage, and about costbot itself: worth knowing, and nothing that
#: anybody has to be woken for. A page needs a route that names the kind.
NOTICES = frozenset({"purchase", "refund", "credit", "charge", "self"})
#: How much of the unusual people want to hear.
SENSITIVITIES = ("low", "normal", "high")


class Status(StrEnum):
    """What people have made of it. A state other than OPEN may end by itself, at `until`."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    EXPECTED = "expected"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"

    @property
    def closed(self) -> bool:
        """Whether nobody has to do anything any more."""
        return self in (Status.DISMISSED, Status.RESOLVED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a finding's history: who did what; `by` is the platform's id of the person."""

    at: datetime
    who: str
    what: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number for a metrics system: `costbot.<name>`, with few tags, each of few values."""

    name: str
    value: Decimal
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found, and what became of it.

    `kind` and `key` are the identity; `number` is what people call it, 0 before it is stored.
    `labels` are the values it is about (service, account, region, team): routes and mutes look at
    them. `facts` are label and value pairs for people. `told` is the sum that its messages are
    about, where they are about one. `command` are the words after `/cost` that
    show more. `occurrence` counts from 1 and grows when it comes back long after it was resolved;
    `revision` grows with every change that a reader can see. `moved_at` is when anybody, costbot
    included, last took a step with its status. Times are UTC.
    """

    kind: str
    key: str
    title: str
    severity: Severity
    seen_at: datetime
    impact: Money | None = None
    told: Money | None = None
    status: Status = Status.OPEN
    until: datetime | None = None
    owner: str = ""
    assignee: str = ""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    facts: tuple[tuple[str, str], ...] = ()
    measurements: tuple[Measurement, ...] = ()
    command: str = ""
    log: tuple[Entry, ...] = ()
    number: int = 0
    occurrence: int = 1
    revision: int = 1
    opened_at: datetime | None = None
    resolved_at: datetime | None = None
    moved_at: datetime | None = None

    @property
    def id(self) -> str:
        """`kind:key`, the same for ever."""
        return f"{self.kind}:{self.key}"

    @property
    def name(self) -> str:
        """What people call it, such as `#12`."""
        return f"#{self.number}"

    def noted(self, at: datetime, who: str, what: str, by: str = "") -> "Finding":
        """The same with one more line in its history."""
        return replace(self, log=(*self.log, Entry(at, who, what, by)))
