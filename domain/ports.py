"""The ports: what the house needs from outside, as shapes that anyone can fill."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from domain.period import Period

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

    @property
    def last_day(self) -> date | None:
        return max((bill.last_day for bill in self.bills), default=None)

    @property
    def first_day(self) -> date | None:
        return min((bill.first_day for bill in self.bills), default=None)

    @property
    def as_of(self) -> datetime | None:
        return max((bill.loaded_at for bill in self.bills), default=None)


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
        self, question: Question, columns: frozenset[str], days: Sequence[Period]
    ) -> list[dict[str, Any]]:
        """The rows of `question` over the narrowest table that has `columns`, pruned to `days`.

        Sums come back as Decimal, dates as date. Raises UserError while nothing is loaded.
        """
        ...
