"""A budget: how much something may cost in a period that comes back, and when to say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.money import Money
from domain.outlook import Expected
from domain.period import Period
from domain.query import Filter, Measure


class Cadence(StrEnum):
    """How often a budget begins anew."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        return {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.YEARLY: 12}[self]


@dataclass(frozen=True, slots=True, order=True)
class Threshold:
    """A share of the limit that is worth a word: 1 for all of it; reached, or only forecast."""

    share: Decimal
    forecast: bool = False

    def __str__(self) -> str:
        percent = f"{(self.share * 100).normalize():f} %"
        return f"{percent} forecast" if self.forecast else percent


#: What is said where nobody says otherwise.
USUAL = (
    *(Threshold(Decimal(percent) / 100) for percent in (80, 100, 150)),
    Threshold(Decimal(1), forecast=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`limit` for all charges that the filters keep, in each period.

    A period begins on day `start_day` of a month, or on the last day of a shorter one; a quarter
    and a year in `start_month` as well. `parent` is the name of the budget that this one is a part
    of, "" for none. `place` is the room where it was set, which hears of it.
    """

    name: str
    limit: Money
    cadence: Cadence = Cadence.MONTHLY
    filters: tuple[Filter, ...] = ()
    measure: Measure = Measure.UNBLENDED
    start_day: int = 1
    start_month: int = 1
    thresholds: tuple[Threshold, ...] = USUAL
    parent: str = ""
    place: str = ""
    who: str = ""
    by: str = ""
    set_at: datetime | None = None

    def period(self, day: date) -> Period:
        """The period that holds a day."""
        months = self.cadence.months
        back = (day.month - self.start_month) % months
        start = self._start(day.year, day.month - back)
        if start > day:
            start = self._start(day.year, day.month - back - months)
        return Period(start, self._start(start.year, start.month + months))

    def _start(self, year: int, month: int) -> date:
        """The day of a month, counted on beyond its year, on which a period begins."""
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        last = Period.month(year, month).last
        return last if self.start_day > last.day else last.replace(day=self.start_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a budget is doing in one of its periods.

    `spent` is all that is loaded of it, through `loaded`; `settled` is the newest day of it that
    hardly changes any more. `due` is the share of the limit that is usually spent by then, `whole`
    what the period will have cost and `used_up` the day on which the limit is reached. `sums` are
    what was spent at the end of each settled day, `ahead` what will be; `past` are the periods
    before, the newest first.
    """

    budget: Budget
    period: Period
    spent: Money
    loaded: date | None = None
    settled: date | None = None
    due: Decimal | None = None
    whole: Expected | None = None
    used_up: date | None = None
    sums: tuple[tuple[date, Decimal], ...] = ()
    ahead: tuple[tuple[date, Expected], ...] = ()
    past: tuple[tuple[Period, Money], ...] = ()

    @property
    def share(self) -> Decimal:
        """What is spent of the limit: 1 for all of it."""
        return self.spent.amount / self.budget.limit.amount

    @property
    def expected(self) -> Decimal | None:
        """The share that will be spent in the end."""
        return self.whole.mean / self.budget.limit.amount if self.whole else None

    @property
    def reached(self) -> tuple[Threshold, ...]:
        """The thresholds that are reached, least first."""
        expected = self.expected or Decimal(0)
        return tuple(
            one
            for one in sorted(self.budget.thresholds)
            if (expected if one.forecast else self.share) >= one.share
        )


@dataclass(frozen=True, slots=True)
class AwsBudget:
    """A budget that AWS keeps: its own numbers, of the period that it is in."""

    name: str
    limit: Money
    spent: Money
    forecast: Money | None
    cadence: str


def same(one: str, other: str) -> bool:
    """Whether two names of budgets are one."""
    return one.casefold() == other.casefold()


def children(budget: Budget, every: Sequence[Budget]) -> tuple[Budget, ...]:
    """The budgets right below one."""
    return tuple(one for one in every if same(one.parent, budget.name))


def unallocated(budget: Budget, below: Sequence[Budget]) -> Money | None:
    """What of a limit its parts leave; negative when they are more. None where they cannot be
    compared: another currency or another kind of period."""
    if any((one.limit.currency, one.cadence) != (budget.limit.currency, budget.cadence)
           for one in below):  # fmt: skip
        return None
    return budget.limit - Money(
        sum((one.limit.amount for one in below), Decimal(0)), budget.limit.currency
    )
