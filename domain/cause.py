"""Why a cost changed: parts that add up to the change, and what stands behind each of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal

from domain.answer import CostRow
from domain.query import CostQuery, Dimension

#: Python's own 28 digits could round a difference of the lake's DECIMAL(38).
_EXACT = Context(prec=60)

#: What holds for every charge of a part: values by dimension, None for no value.
Where = tuple[tuple[Dimension, str | None], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The charges at `where` in both periods; () is what no other part holds, or all of it."""

    where: Where
    before: Decimal
    now: Decimal

    @property
    def change(self) -> Decimal:
        return _EXACT.subtract(self.now, self.before)


@dataclass(frozen=True, slots=True)
class Effects:
    """A change, split exactly: more or less was used, a unit became dearer or cheaper, something
    came or went. `unmetered` is what was charged without a quantity."""

    usage: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    new: Decimal = Decimal(0)
    gone: Decimal = Decimal(0)
    unmetered: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that somebody did near the first day; `deploy` for a release of software."""

    at: datetime
    what: str
    who: str = ""
    source: str = ""
    region: str = ""
    about: str = ""
    deploy: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """One part of an explanation. `path` leads from the whole bill down to where most of it is:
    each step is inside the one before."""

    part: Part
    path: tuple[Part, ...] = ()
    first_day: date | None = None
    effects: Effects | None = None
    resources: tuple[CostRow, ...] = ()
    happenings: tuple[Happening, ...] = ()

    @property
    def deepest(self) -> Part:
        """The last step of the path."""
        return self.path[-1] if self.path else self.part


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to why: `causes` and `rest` add up to `whole` exactly, and share no charge.

    `query` has both periods. `alike` is the ratio by which nearly all of the rest changed, None
    where it did not change alike. `found` says that the causes stand out; without it they are the
    largest contributions and no more.
    """

    query: CostQuery
    whole: Part
    causes: tuple[Cause, ...]
    rest: Part
    currency: str
    alike: Decimal | None = None
    found: bool = True
