"""What is to be expected of the days to come: an amount, and where it will probably lie."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.money import Money
from domain.period import Period
from domain.query import CostQuery


@dataclass(frozen=True, slots=True)
class Expected:
    """An amount that is not known yet, and the bounds it lies between with some certainty."""

    mean: Decimal
    lower: Decimal
    upper: Decimal

    def plus(self, amount: Decimal) -> "Expected":
        """The same with something certain added."""
        return Expected(self.mean + amount, self.lower + amount, self.upper + amount)

    @property
    def give(self) -> Decimal:
        """How far off it may be, to the farther side."""
        return max(self.upper - self.mean, self.mean - self.lower)


@dataclass(frozen=True, slots=True)
class Known:
    """A charge that is to come and follows from the bill: its day, its amount, and why.

    `key` is the group it belongs to, one value per dimension of the question.
    """

    key: tuple[str | None, ...]
    day: date
    amount: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """One group: what it has cost, and what it will have cost in the end."""

    key: tuple[str | None, ...]
    spent: Decimal
    whole: Expected


@dataclass(frozen=True, slots=True)
class Step:
    """A day or a month of the picture: its usage, where it is known, and what is expected."""

    day: date
    actual: Decimal | None
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast as it was made: of all charges of `period`, from the days up to `through`.

    `scope` says of what, "" for the whole bill, and by which measure.
    """

    scope: str
    period: Period
    through: date
    whole: Expected
    currency: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far off forecasts of `months` months were on average, as a ratio.

    `recorded` of them were kept when they were made; the others are worked out from the days
    that were settled then, as the bill has them now. `held` counts those whose interval held.
    """

    off: Decimal
    months: int
    recorded: int
    held: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer to a forecast; `parts` and `rest` add up to `whole`, to the cent.

    `query.period` is all that is summed, `spent` its settled part, `usage` and `known` what is to
    come. `whole` has the 95 % bounds, `likely` the 80 % ones. `steps` are by `grain`.
    """

    query: CostQuery
    settled_through: date
    spent: Money
    usage: Expected
    known: tuple[Known, ...]
    whole: Expected
    likely: Expected
    parts: tuple[Part, ...]
    steps: tuple[Step, ...]
    grain: str
    rest: Part | None = None
    rest_count: int = 0
    before: Money | None = None
    accuracy: Accuracy | None = None

    @property
    def currency(self) -> str:
        return self.spent.currency
