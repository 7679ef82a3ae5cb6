"""The ports to what others know: AWS's budgets and estimates, what people did, what is counted."""

from datetime import datetime
from typing import Protocol

from domain.budget import AwsBudget
from domain.cause import Happening
from domain.estimate import Estimate
from domain.period import Period
from domain.unit import Counts, Unit


class AwsBudgets(Protocol):
    """The budgets that AWS itself keeps."""

    async def listed(self) -> tuple[AwsBudget, ...]:
        """All of them, by name. Raises DeliveryError."""
        ...


class Estimates(Protocol):
    """Where AWS's own estimates come from."""

    async def read(self, since: datetime, until: datetime) -> tuple[Estimate, ...]:
        """All of them between two moments. Raises DeliveryError."""
        ...


class Happenings(Protocol):
    """What people and programs did, as far as somebody wrote it down."""

    async def near(
        self, days: Period, account: str, region: str | None, service: str | None
    ) -> tuple[Happening, ...]:
        """Changes in an account on these days, those of a service's own kind first; nothing where
        nobody may look. Raises nothing: an answer does not depend on it."""
        ...


class Metrics(Protocol):
    """Numbers from outside that costs are divided by."""

    async def daily(self, unit: Unit, period: Period) -> Counts:
        """How many there were on each UTC day of a period; a day that is missing is not known.

        Raises TemporaryError or PermanentError, within its own deadline.
        """
        ...
