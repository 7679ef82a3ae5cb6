"""A question as understood: the query, and the words for its days."""

from dataclasses import dataclass, field

from analytics.periods import NamedPeriod
from domain.query import CostQuery


@dataclass(frozen=True, slots=True)
class Question:
    """`period` and `compare` name the query's days; `measure_said` is False for the default.

    `period_said` likewise. `caution` says what the words might have meant besides, "" when nothing.
    """

    query: CostQuery
    period: NamedPeriod
    compare: NamedPeriod | None = None
    measure_said: bool = False
    caution: str = ""
    period_said: bool = field(default=True, compare=False)

    @property
    def note(self) -> str:
        """What the person should know about the answer, "" when there is nothing."""
        return f"{self.period.note} {self.caution}".strip()
