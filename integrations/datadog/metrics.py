"""Datadog: a query's number of each day.

https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from domain.errors import PermanentError, TemporaryError
from domain.period import Period
from domain.unit import Counts, DatadogMetric, Unit
from integrations.calls import within
from integrations.datadog.client import Client
from integrations.plain import line

#: Who asked in a chat waits no longer.
DEADLINE_SECONDS = 25.0
#: One point for each UTC day; without it Datadog chooses, and averages.
ROLLUP = ".rollup(sum, 86400)"


class DatadogMetrics:
    """Fills `domain.ports.Metrics` for units from Datadog; needs an application key."""

    def __init__(self, client: Client, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._client = client
        self._deadline_seconds = deadline_seconds

    async def daily(self, unit: Unit, period: Period) -> Counts:
        if not isinstance(unit.metric, DatadogMetric):
            raise PermanentError(f"the unit {line(unit.name, 60)} is none of Datadog")
        if not self._client.reads:
            raise PermanentError("reading metrics needs DD_APP_KEY")
        query = unit.metric.query
        asked = query if ".rollup(" in query else query + ROLLUP
        return await within(self._deadline_seconds, "Datadog", self._daily, asked, period)

    def _daily(self, query: str, period: Period) -> Counts:
        start, end = (
            int(datetime.combine(day, time(), UTC).timestamp())
            for day in (period.start, period.end)
        )
        found: dict[date, Decimal] = {}
        for series in self._client.query(query, start, end - 1):
            for moment, value in _points(series):
                day = datetime.fromtimestamp(moment / 1000, UTC).date()
                if day in period:
                    found[day] = found.get(day, Decimal(0)) + Decimal(str(value))
        return found


def _points(series: dict[str, Any]) -> Sequence[tuple[float, float]]:
    """The points that have a value."""
    try:
        points = [(float(moment), value) for moment, value in series["pointlist"]]
        return [(moment, float(value)) for moment, value in points if value is not None]
    except (KeyError, TypeError, ValueError):
        raise TemporaryError("Datadog's answer cannot be read") from None
