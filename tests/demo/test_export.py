"""The demo bill is a FOCUS 1.2 export of AWS, in the layout in which AWS delivers one."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from domain.period import Period
from integrations import demo
from store.lake.load import load
from tests.demo.raw import Raw
from tests.shared import SHARED, needs_shared

KINDS = {
    "string": pa.string(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("ms"),
    "map<string,string>": pa.map_(pa.string(), pa.string()),
    "map<string,double>": pa.map_(pa.string(), pa.float64()),
}
PARTITIONS = {"source_account_id", "report_name", "data", "billing_period"}


@needs_shared
def test_names_and_types_are_those_of_the_aws_export(raw: Raw):
    lines = (SHARED / "data" / "focus_glue_columns.tsv").read_text().split("\n")
    published = dict(line.split("\t") for line in lines if line)
    expected = {name: KINDS[kind] for name, kind in published.items() if name not in PARTITIONS}
    for file in raw.files:
        found = pq.read_schema(file)
        assert {field.name.lower(): field.type for field in found} == expected


def test_thirteen_months_each_with_a_manifest_that_lists_its_file(raw: Raw):
    assert len(raw.files) == 13
    for file in raw.files:
        manifest = raw.folder / "metadata" / file.parent.name / "costbot-demo-Manifest.json"
        content = json.loads(manifest.read_text())
        assert [Path(uri).name for uri in content["dataFiles"]] == [file.name]
        assert content["dataFiles"][0].startswith("s3://")
        assert [column["name"] for column in content["columns"]] == pq.read_schema(file).names
        month = date.fromisoformat(content["billingPeriod"]["start"][:10])
        assert file.parent.name == f"BILLING_PERIOD={month:%Y-%m}"


def test_the_same_seed_and_day_give_the_same_bytes(raw: Raw, tmp_path: Path):
    demo.write(tmp_path, raw.truth.as_of, scale=0.25)
    for file in raw.files:
        assert (tmp_path / file.relative_to(raw.folder)).read_bytes() == file.read_bytes()
    assert (tmp_path / "truth.json").read_bytes() == (raw.folder / "truth.json").read_bytes()


def test_another_seed_is_another_bill_of_the_same_size_and_replaces_the_old_one(raw: Raw, tmp_path):
    demo.write(tmp_path, date(2025, 3, 9), scale=0.1)
    other = demo.write(tmp_path, raw.truth.as_of, seed=8, scale=0.1)
    assert other.billed != raw.truth.billed
    assert abs(float(other.billed / raw.truth.billed) - 1) < 0.05
    assert other.rows < raw.truth.rows
    assert len(list(tmp_path.glob("*/BILLING_PERIOD=*/*"))) == 26


def test_a_month_and_its_restatement_load_with_exactly_the_true_difference(tmp_path: Path):
    truth = demo.write(tmp_path, date(2026, 11, 23), scale=0.1)
    now, september = datetime(2026, 11, 23, 9, tzinfo=UTC), Period.month(2026, 9)
    manifest = tmp_path / "metadata/BILLING_PERIOD=2026-09/costbot-demo-Manifest.json"
    first = load([manifest], tmp_path / "lake", now)
    assert [bill.total for bill in first.bills] == [truth.by_month["2026-09"]]
    more = demo.restate(tmp_path, september, truth.as_of)
    again = load([manifest], tmp_path / "lake", now)
    assert more > 0
    assert [(bill.action, bill.difference) for bill in again.bills] == [("restated", more)]
