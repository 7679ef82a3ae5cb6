"""The ports: what the house needs from outside, as shapes that anyone can fill."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from domain.budget import Budget
from domain.catalogue import Catalogue, Choice
from domain.collected import Collections as Collections
from domain.collected import Replies as Replies
from domain.collected import Spending as Spending
from domain.delivery import Letter, Showing
from domain.finding import Finding, Status
from domain.money import Money
from domain.outlook import Kept
from domain.outside import AwsBudgets as AwsBudgets
from domain.outside import Estimates as Estimates
from domain.outside import Happenings as Happenings
from domain.outside import Metrics as Metrics
from domain.period import Period
from domain.query import CostQuery, Dimension
from domain.routing import Mute as Mute
from domain.routing import Mutes as Mutes
from domain.routing import Routes as Routes
from domain.routing import Sighting as Sighting
from domain.routing import Verdict as Verdict
from domain.settling import Settling

#: A question over the lake, engine-neutral: an Ibis table in, an Ibis table out.
Question = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Bill:
    """One billing account's charges of one billing period, as loaded."""

    billing_account: str
    period: Period
    rows: int
    first_day: date
    last_day: date
    loaded_at: datetime
    source: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class Restatement:
    """A loaded bill that was replaced by different content; `before` and `after` are unblended."""

    billing_account: str
    period: Period
    seen_at: datetime
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words a bill knows, so that questions can be forgiving: values by dimension name.

    `values["account"]` are ids; `account_names` maps an id to its newest name.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    tag_keys: tuple[str, ...] = ()
    account_names: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class LakeStatus:
    """What is loaded: newest bill last. `currency` is None while nothing is."""

    bills: tuple[Bill, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    currency: str | None = None
    settling: Settling = field(default_factory=Settling)

    @property
    def last_day(self) -> date | None:
        return max((bill.last_day for bill in self.bills), default=None)

    @property
    def first_day(self) -> date | None:
        return min((bill.first_day for bill in self.bills), default=None)

    @property
    def as_of(self) -> datetime | None:
        return max((bill.loaded_at for bill in self.bills), default=None)


@dataclass(frozen=True, slots=True)
class Paid:
    """An answer that was asked of a vendor at `at`: what it cost, and what the day has cost of
    what it may, where there is a ceiling. Zero for an answer that was still known."""

    source: str
    at: datetime
    fee: Money
    spent: Money | None = None
    ceiling: Money | None = None


class Lake(Protocol):
    """The bill, ready to be asked."""

    def status(self) -> LakeStatus: ...

    def vocabulary(self) -> Vocabulary: ...

    def warm(self) -> None:
        """Do now, in any thread, what the first question would otherwise wait for."""
        ...

    def close(self) -> None:
        """Let go of what is open; a later question opens it again."""
        ...

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: CostQuery | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of `question` over the narrowest table that has `columns`, pruned to `days`.

        `query` is what is asked for, where somebody else may know what the bill lacks. Sums come
        back as Decimal, dates as date. Raises UserError while nothing is loaded.
        """
        ...

    def lacks(self, query: CostQuery) -> frozenset[Dimension]:
        """What `query` splits or filters by, and the bills of its days have nothing of."""
        ...

    def paid(self, query: CostQuery) -> Paid | None:
        """What the newest answer to `query` cost, None where it came from the bill."""
        ...


#: A pure step from one state of a finding to the next.
Change = Callable[[Finding], Finding]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a scheduled job, the same for every replica: `logical` is the date it is for."""

    job: str
    logical: str


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` steps of a person, whose words begin with `what`, after `since`."""

    by: str
    what: str
    since: datetime
    most: int
    said: str


class Findings(Protocol):
    """The memory of findings. What is recorded here is shown by delivery, sooner or later."""

    async def get(self, name: str) -> Finding | None:
        """By id (`kind:key`) or by number (`12`, `#12`)."""
        ...

    async def showings(self, finding_id: str) -> tuple[Showing, ...]:
        """Where it is or should be shown."""
        ...

    async def listed(
        self, statuses: frozenset[Status] | None = None, kind: str | None = None, limit: int = 50
    ) -> tuple[Finding, ...]:
        """The newest first; every status unless told."""
        ...

    async def report(
        self, seen: Sequence[Sighting], now: datetime, run: Run | None = None
    ) -> tuple[Finding, ...]:
        """Record what was found, all of it or nothing, in one step with the run that found it.

        One that is known keeps its identity and its state and takes the newer numbers; one that
        was resolved opens again. Returns nothing when the run was recorded before.
        """
        ...

    async def change(
        self,
        finding_id: str,
        change: Change,
        show: Mapping[str, Mapping[str, str]] | None = None,
        limit: Limit | None = None,
    ) -> Finding:
        """Apply `change`, and want the finding shown at `show` (destination -> wish) as well.

        Every copy is redrawn when something visible changed. New lines of its log go to the audit
        log. Raises UserError when there is no such finding, and with the words of `limit` when it
        is reached, however many are at it at once.
        """
        ...


@dataclass(frozen=True, slots=True)
class Subscription:
    """A command that is asked by itself, for a place: `every` day, workday, week:0 (Monday) or
    month:31 (its last day) `at` HH:MM in the time `zone` (an IANA name). `number` is 0 before it
    is stored, and never given twice."""

    place: str
    words: str
    every: str
    at: str
    zone: str
    who: str
    by: str
    created_at: datetime
    number: int = 0


class Subscriptions(Protocol):
    """What is sent where, again and again."""

    async def add(self, subscription: Subscription) -> Subscription: ...

    async def remove(self, number: int) -> bool: ...

    async def listed(self, place: str | None = None) -> tuple[Subscription, ...]:
        """Those of a place, or all, oldest first."""
        ...


class Forecasts(Protocol):
    """Forecasts as they were made, to be held against what came."""

    async def keep(self, made: Kept) -> bool:
        """Whether it is new: the first one made from the same days stays."""
        ...

    async def kept(self, scope: str, since: date) -> tuple[Kept, ...]:
        """Those of periods that begin at `since` or later, the oldest first."""
        ...


class Budgets(Protocol):
    """What people have agreed to spend."""

    async def listed(self) -> tuple[Budget, ...]:
        """All of them, by name."""
        ...

    async def put(self, budget: Budget) -> Budget | None:
        """Keep it in the place of the one of this name, which comes back; None for a new one."""
        ...

    async def remove(self, name: str, who: str = "costbot", by: str = "") -> Budget | None:
        """The one that was there; its parts belong to its parent then."""
        ...


class Letters(Protocol):
    """What could not be delivered."""

    async def listed(self, limit: int = 50) -> tuple[Letter, ...]:
        """The newest finding first."""
        ...

    async def replay(self, finding_id: str, destination: str | None = None) -> int:
        """Try again, at one destination or at all; how many copies that is."""
        ...


class Tickets(Protocol):
    """The ticket system, as far as a form needs it; `account` is costbot's own id there."""

    @property
    def account(self) -> str: ...

    def catalogue(self) -> Catalogue:
        """What is known of the usual project; never waits."""
        ...

    def people(self) -> tuple[Choice, ...]:
        """Whom a ticket can be given to, as far as is known."""
        ...
