"""The `[[units]]` of `costbot.toml`: what costs are divided by; every mistake with its place."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from bot.mistakes import Spot, shown
from domain.errors import SettingsError
from domain.unit import CloudWatchMetric, CsvMetric, DatadogMetric, Dimensions, Metric, Unit

_OWN = {
    "cloudwatch": ("namespace", "metric", "dimensions", "stat", "query", "region"),
    "datadog": ("query",),
    "csv": ("file", "column"),
}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,29}")
#: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
_STATS = ("Sum", "Average", "Minimum", "Maximum", "SampleCount")
_PERCENTILE = re.compile(r"(?:p|tm|ts|wm)\d{1,2}(?:\.\d{1,10})?")


def read(file: Path) -> tuple[Unit, ...]:
    """The units of a file, none where there is no file. Raises SettingsError."""
    spot = Spot(file.name, "[[units]]")
    tables = _tables(file)
    if not isinstance(tables, list):
        raise spot.wrong("", "a unit is written as a list", "Write [[units]] in double brackets.")
    units: list[Unit] = []
    for number, table in enumerate(cast("list[Any]", tables), 1):
        unit = _unit(Spot(file.name, f"[[units]] {number}"), table)
        if unit.name in [one.name for one in units]:
            raise spot.wrong("name", f"{unit.name!r} is there twice", "Give each its own name.")
        units.append(unit)
    return tuple(units)


def _tables(file: Path) -> Any:
    if not file.exists():
        return []
    try:
        return tomllib.loads(file.read_text("utf-8")).get("units", [])
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read as TOML.") from error


def _unit(spot: Spot, given: Any) -> Unit:
    if not isinstance(given, dict):
        raise spot.wrong("", "a unit is a table", "Write [[units]] and its keys below.")
    table = cast("dict[str, Any]", given)
    name = spot.text(table, "name", '"request"')
    if not _NAME.fullmatch(name):
        problem = f"{shown(name)} is no name of a unit"
        raise spot.wrong("name", problem, 'Write one small word in the singular: "request".')
    spot = Spot(spot.file, f'{spot.table} "{name}"')
    source = spot.text(table, "source", '"cloudwatch"')
    if source not in _OWN:
        problem = f"{shown(source)} is no source"
        raise spot.wrong("source", problem, f"Write one of {', '.join(_OWN)}.")
    spot.known(table, ("name", "source", "filters", *_OWN[source]))
    metric = _METRICS[source](spot, table)
    return Unit(name, metric, spot.text(table, "filters", '"where team=payments"'))


def _cloudwatch(spot: Spot, table: Mapping[str, Any]) -> Metric:
    expression = spot.text(table, "query", '"SUM(SEARCH(…))"')
    region = spot.text(table, "region", '"eu-west-1"')
    if expression:
        for key in ("namespace", "metric", "dimensions", "stat"):
            if key in table:
                raise spot.wrong(key, "it stands beside query", "Keep one of the two.")
        return CloudWatchMetric(expression=expression, region=region)
    stat = spot.text(table, "stat", '"Sum"') or "Sum"
    if stat not in _STATS and not _PERCENTILE.fullmatch(stat):
        raise spot.wrong("stat", f"{shown(stat)} is none", f"Write one of {', '.join(_STATS)}.")
    namespace = _needed(spot, table, "namespace", '"AWS/ApplicationELB"')
    metric = _needed(spot, table, "metric", '"RequestCount"')
    return CloudWatchMetric(namespace, metric, _dimensions(spot, table), stat, region=region)


def _dimensions(spot: Spot, table: Mapping[str, Any]) -> tuple[Dimensions, ...]:
    """One table of names and values, or a list of them that are summed."""
    given: Any = table.get("dimensions", {})
    found: list[Dimensions] = []
    for one in cast("list[Any]", given) if isinstance(given, list) else [given]:
        texts = cast("dict[Any, Any]", one) if isinstance(one, dict) else {"": None}
        if not all(isinstance(value, str) and value for value in texts.values()):
            advice = 'Write dimensions = { LoadBalancer = "app/shop/50dc6c495c0c9188" }.'
            raise spot.wrong("dimensions", f"{shown(one)} is no table of texts", advice)
        found.append(tuple((str(name), str(value)) for name, value in texts.items()))
    if not found or len(found) > 500:
        raise spot.wrong("dimensions", "it has to be 1 to 500 tables", "Or leave it out.")
    return tuple(found)


def _datadog(spot: Spot, table: Mapping[str, Any]) -> Metric:
    return DatadogMetric(_needed(spot, table, "query", '"sum:web.hits{env:prod}.as_count()"'))


def _csv(spot: Spot, table: Mapping[str, Any]) -> Metric:
    file = _needed(spot, table, "file", '"customers.csv"')
    return CsvMetric(file, spot.text(table, "column", '"customers"'))


def _needed(spot: Spot, table: Mapping[str, Any], key: str, example: str) -> str:
    found = spot.text(table, key, example)
    if not found:
        raise spot.wrong(key, "it is missing", f"Write {key} = {example}.")
    return found


_METRICS = {"cloudwatch": _cloudwatch, "datadog": _datadog, "csv": _csv}
