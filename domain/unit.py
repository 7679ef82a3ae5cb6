"""A unit of work, such as a request or a customer: where its number comes from, and its cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from domain.query import CostQuery

#: Names and values that pick one series of a CloudWatch metric.
Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CloudWatchMetric:
    """A metric, summed over every one of `dimensions`; or an `expression` that yields one series.
    `stat` makes a day's number of what was measured: Sum, Average, Maximum, SampleCount…"""

    namespace: str = ""
    metric: str = ""
    dimensions: tuple[Dimensions, ...] = ((),)
    stat: str = "Sum"
    expression: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class DatadogMetric:
    """A query of Datadog, such as `sum:trace.http.request.hits{env:prod}.as_count()`."""

    query: str


@dataclass(frozen=True, slots=True)
class CsvMetric:
    """A file with a column `date` (YYYY-MM-DD) and one with the day's number."""

    file: str
    column: str = ""


Metric = CloudWatchMetric | DatadogMetric | CsvMetric


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted, by its `name` in the singular; `filters` say, in the words of a question,
    which costs are divided by it."""

    name: str
    metric: Metric
    filters: str = ""

    @property
    def source(self) -> Literal["CloudWatch", "Datadog", "a file"]:
        match self.metric:
            case CloudWatchMetric():
                return "CloudWatch"
            case DatadogMetric():
                return "Datadog"
            case CsvMetric():
                return "a file"


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A day, week or month: its cost and count on the `days` whose count is known."""

    start: date
    cost: Decimal
    count: Decimal
    days: int

    @property
    def each(self) -> Decimal | None:
        """What one costs; None where there was none."""
        return self.cost / self.count if self.count > 0 else None


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one unit costs over the days of a query, and over those before to compare with.

    `parts` are by `grain`. `unknown` are the days whose count nobody knows: they count nowhere.
    `idle` are days without any unit, whose cost counts.
    """

    unit: Unit
    query: CostQuery
    currency: str
    grain: str
    whole: UnitPart
    parts: tuple[UnitPart, ...]
    before: UnitPart | None = None
    unknown: tuple[date, ...] = ()
    idle: tuple[date, ...] = field(default=())


#: A count for each day that is known.
Counts = Mapping[date, Decimal]
