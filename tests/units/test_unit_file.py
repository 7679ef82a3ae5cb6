"""`[[units]]` of costbot.toml: what is written is read, each mistake is named with its place."""

from pathlib import Path

import pytest

from bot.settings import load_settings
from bot.unit_file import read
from domain.errors import SettingsError
from domain.unit import CloudWatchMetric, CsvMetric, DatadogMetric, Unit

GOOD = """
zone = "UTC"
[[units]]
name = "request"
source = "cloudwatch"
namespace = "AWS/ApplicationELB"
metric = "RequestCount"
dimensions = [{ LoadBalancer = "app/a" }, { LoadBalancer = "app/b" }]
filters = "where team=payments"
[[units]]
name = "call"
source = "cloudwatch"
query = "SUM(SEARCH('x', 'Sum', 86400))"
region = "us-east-1"
[[units]]
name = "hit"
source = "datadog"
query = "sum:web.hits{*}.as_count()"
[[units]]
name = "customer"
source = "csv"
file = "customers.csv"
column = "paying"
"""


def file(folder: Path, text: str) -> Path:
    path = folder / "costbot.toml"
    path.write_text(text)
    return path


def one(keys: str) -> str:
    return f"[[units]]\n{keys}"


def test_units_of_every_source_are_read(tmp_path: Path):
    balancers = ((("LoadBalancer", "app/a"),), (("LoadBalancer", "app/b"),))
    assert read(file(tmp_path, GOOD)) == (
        Unit(
            "request",
            CloudWatchMetric("AWS/ApplicationELB", "RequestCount", balancers),
            "where team=payments",
        ),
        Unit(
            "call",
            CloudWatchMetric(expression="SUM(SEARCH('x', 'Sum', 86400))", region="us-east-1"),
        ),
        Unit("hit", DatadogMetric("sum:web.hits{*}.as_count()")),
        Unit("customer", CsvMetric("customers.csv", "paying")),
    )


def test_the_settings_in_the_same_file_do_not_mind(tmp_path: Path):
    text = GOOD.replace('zone = "UTC"', 'costbot_zone = "Europe/Berlin"')
    assert load_settings({}, file(tmp_path, text)).zone == "Europe/Berlin"


def test_without_a_file_or_units_there_are_none(tmp_path: Path):
    assert read(tmp_path / "none.toml") == ()
    assert read(file(tmp_path, "")) == ()


CLOUD = 'name = "a"\nsource = "cloudwatch"\n'
NAMED = CLOUD + 'namespace = "N"\nmetric = "M"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('units = "request"', r"costbot\.toml, \[\[units\]\]: a unit is written as a list"),
        ("units = [1]", "a unit is a table"),
        (one('source = "csv"'), r"\[\[units\]\] 1, name: '' is no name"),
        (one('name = "Per Request"'), "'Per Request' is no name of a unit"),
        (one('name = "a"'), '"a", source: .* Write one of cloudwatch, datadog, csv'),
        (one('name = "a"\nsource = "graphite"'), "'graphite' is no source"),
        (one('name = "a"\nsource = "csv"'), "file: it is missing"),
        (one('name = "a"\nsource = "datadog"'), "query: it is missing"),
        (one(CLOUD + 'metric = "M"'), "namespace: it is missing"),
        (one(CLOUD + 'namespace = "N"'), "metric: it is missing"),
        (one(NAMED + 'stat = "Total"'), "stat: 'Total' is none"),
        (one(NAMED + "dimensions = 3"), "dimensions: 3 is no table"),
        (one(NAMED + "dimensions = []"), "1 to 500 tables"),
        (one(NAMED + "dimensions = { A = 3 }"), "is no table of texts"),
        (one(NAMED + 'query = "x"'), "namespace: it stands beside query"),
        (one(NAMED + 'dimension = { A = "b" }'), "Write dimensions"),
        (one('name = "a"\nsource = "csv"\nfile = "f"\nmetric = "m"'), "does not know this key"),
        (2 * one('name = "a"\nsource = "csv"\nfile = "f"\n'), "'a' is there twice"),
        ("units = [", "cannot be read as TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, told: str):
    with pytest.raises(SettingsError, match=told):
        read(file(tmp_path, text))
