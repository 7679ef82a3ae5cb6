"""Charges that are no usage: what was bought, what is given, what follows from the rest."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: Support plans are services of their own: "AWS Support (Business)", "AWSDeveloperSupport".
SUPPORT_SERVICE = r"(?i)\bsupport\b|^aws\w*support"
#: Services that are reserved by paying upfront, for bills that say "Fee" and no more; elsewhere a
#: fee is none of a commitment.
RESERVED_SERVICE = (
    r"(?i)elastic compute|^ec2 - other|relational database|elasticache|redshift|opensearch|"
    r"memorydb|dynamo"
)


@dataclass(frozen=True, slots=True)
class Fee:
    """What a day's purchases of one thing cost: a commitment, a contract, a subscription.

    `bought` is the id of the commitment or else the usage type, `recurring` whether the bill says
    that it comes again, `said` its description. `ends` is the day after the charge's own period.
    """

    account: str
    service: str
    charge: str
    bought: str
    recurring: bool
    day: date
    cost: Decimal
    said: str
    ends: date

    @property
    def series(self) -> tuple[str, ...]:
        """What tells one fee from another; its instances differ by their days."""
        again = "recurring" if self.recurring else "once"
        return (self.account, self.service, self.charge, self.bought, again)


@dataclass(frozen=True, slots=True)
class Bought:
    """A fee that is new: nothing like it was billed a month or a quarter before.

    `months` is its term, None where the bill does not say; `monthly` what a month of it costs.
    `before` is what was paid for the same about a year ago.
    """

    fee: Fee
    months: int | None
    monthly: Decimal | None
    before: Fee | None = None

    @property
    def ends(self) -> date | None:
        """The first day after its term."""
        if self.months is None or self.fee.recurring:
            return None
        return _later(self.fee.day, self.months)


@dataclass(frozen=True, slots=True)
class Altered:
    """A fee that came again, by another amount; or did not: `fee` costs nothing since `day`."""

    fee: Fee
    day: date
    now: Decimal
    before: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """What came back on a day, and what the bill says it was for."""

    account: str
    service: str
    day: date
    amount: Decimal
    said: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A credit as somebody knows it: `amount` is what was left before `since`, or before the first
    loaded day; nothing of it can be used after the day `expires`."""

    name: str
    amount: Decimal | None = None
    since: date | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Runway:
    """How a credit is doing: what was applied so far, and a month at the newest pace.

    `left` and `ends`, the last day it pays for, are None where nobody can tell; `why` says what
    ends it. `stopped` is the first day without it, where it is not applied any more.
    """

    name: str
    drawn: Decimal
    monthly: Decimal
    left: Decimal | None = None
    ends: date | None = None
    why: str = ""
    stopped: date | None = None
    used_up: bool = False


@dataclass(frozen=True, slots=True)
class Rated:
    """A month's charge that follows from others, and what it usually is of them."""

    month: date
    account: str
    cost: Decimal
    expected: Decimal

    @property
    def extra(self) -> Decimal:
        return self.cost - self.expected


def _later(day: date, months: int) -> date:
    """The same day so many months later; the first of the next where that month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)
