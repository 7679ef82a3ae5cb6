"""The numbers of a finding as gauges: few names, few tags, stamped with the present moment.

Every combination of a name and its tags is a custom metric that Datadog charges for, so that tags
come from a short list and never hold an id of a resource.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.finding import Finding
from integrations.plain import line

#: docs.datadoghq.com/api/latest/metrics/#submit-metrics: 512,000 bytes a request.
BATCH_BYTES = 512_000
TAGS = ("account", "service", "region", "team", "kind", "severity")
#: docs.datadoghq.com/getting_started/tagging/#define-tags: longer ones are cut by Datadog.
TAG = 200
_ODD = re.compile(r"[^\w./-]+")
_ODD_IN_NAME = re.compile(r"[^a-z0-9_.]+")


@dataclass(frozen=True, slots=True)
class Gauge:
    """One point: `at` in seconds since 1970; `tags` as `name:value`."""

    metric: str
    value: float
    at: int
    tags: tuple[str, ...] = ()


def gauges(finding: Finding, now: datetime) -> tuple[Gauge, ...]:
    """A gauge for each measurement that is a number. Datadog refuses points over an hour old."""
    return tuple(
        Gauge(metric(each.name), float(each.value), int(now.timestamp()), tags(each.tags))
        for each in finding.measurements
        if each.value.is_finite() and math.isfinite(float(each.value))
    )


def metric(name: str) -> str:
    """`costbot.<name>`: small ASCII letters, digits, underscores and dots, at most 200."""
    return f"costbot.{_ODD_IN_NAME.sub('_', name.lower())}"[:TAG].strip("._")


def tags(values: Mapping[str, str]) -> tuple[str, ...]:
    """The tags on the list that say something, in one order."""
    return tuple(tag(name, values[name]) for name in TAGS if values.get(name, "").strip())


def tag(name: str, value: str) -> str:
    """`name:value` as Datadog keeps it: small letters of any script, digits and `_ - . /`."""
    text = _ODD.sub("_", line(value, TAG).lower()).strip("_")
    return f"{name}:{text or 'other'}"[:TAG]


def batches(series: Iterable[Gauge], room: int = BATCH_BYTES) -> Iterator[list[Gauge]]:
    """The same in requests of less than `room` bytes, measured before they are compressed."""
    batch: list[Gauge] = []
    used = 0
    for gauge in series:
        # What the client writes around it: field names, brackets, two commas.
        size = len(json.dumps([gauge.metric, gauge.value, gauge.tags])) + 120
        if batch and used + size > room - 100:
            yield batch
            batch, used = [], 0
        batch.append(gauge)
        used += size
    if batch:
        yield batch
