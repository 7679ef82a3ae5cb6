"""Deliveries: which files are a bill, and that none is counted twice or left out in silence."""

import gzip
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import InputError
from store.lake import DuckLake
from tests.lake.bills import CUR_ROW, put, total, write_csv

TWICE = "Together they would count it twice: load one of the two."
BILL = "the bill of 2026-10 of 111111111111"


def export(
    folder: Path, execution: str, cost: str, partition: str = "BILLING_PERIOD=2026-10"
) -> Path:
    """An export that keeps its deliveries, as it lies in a bucket."""
    name = f"cost-{execution}.csv"
    write_csv(folder / "data" / partition / execution / name, [{"BilledCost": cost}])
    manifest = folder / "metadata" / partition / execution / "cost-Manifest.json"
    manifest.parent.mkdir(parents=True)
    key = f"s3://bucket/prefix/{folder.name}/data/BILLING_PERIOD=2026-10/{execution}/{name}"
    manifest.write_text(json.dumps({"dataFiles": [key]}))
    return manifest


def test_a_manifest_says_which_files_are_the_bill(tmp_path: Path) -> None:
    manifest = export(tmp_path / "cost", "20261101T000000Z", "5", "billing_period=2026-10")
    stray = tmp_path / "cost" / "data" / "billing_period=2026-10" / "20261101T000000Z" / "old.csv"
    write_csv(stray, [{"BilledCost": "100"}])
    assert put(tmp_path, manifest).bills[0].total == Decimal(5)


def test_of_a_folder_with_several_deliveries_the_newest_counts(tmp_path: Path) -> None:
    export(tmp_path / "cost", "20261102T000000Z", "7")
    export(tmp_path / "cost", "20261101T000000Z", "5")
    assert put(tmp_path, tmp_path / "cost").bills[0].total == Decimal(7)


def test_the_legacy_manifest_is_understood(tmp_path: Path) -> None:
    folder = tmp_path / "report" / "20261001-20261101"
    write_csv(folder / "abc" / "report-1.csv", [{"lineItem/UnblendedCost": "4"}], CUR_ROW)
    keys = ["prefix/report/20261001-20261101/abc/report-1.csv"]
    content = json.dumps({"assemblyId": "abc", "reportKeys": keys})
    (folder / "report-Manifest.json").write_text(content)
    shutil.copy(folder / "report-Manifest.json", folder / "abc" / "report-Manifest.json")
    assert put(tmp_path, tmp_path / "report").bills[0].total == Decimal(4)


def refused(data: Path, *paths: Path) -> str:
    with pytest.raises(InputError) as caught:
        put(data, *paths)
    assert DuckLake(data).status().bills == ()
    return str(caught.value)


def test_a_file_beside_its_compressed_copy_is_not_counted_twice(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "in" / "oct.csv", [{"BilledCost": "1"}, {"BilledCost": "2"}])
    packed = tmp_path / "in" / "oct.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    message = f"{packed}: it holds the same charges as {plain}. {TWICE}"
    assert refused(tmp_path, tmp_path / "in") == message


def test_two_executions_without_their_manifests_are_not_added_up(tmp_path: Path) -> None:
    executions = ("20261101T000000Z-1f3a", "20261102T000000Z-77b2")
    files = [
        write_csv(tmp_path / "in" / execution / "x-00001.csv", [{"BilledCost": str(cost)}])
        for cost, execution in enumerate(executions)
    ]
    message = f"{files[1]}: {BILL} is also in another delivery: {files[0]}. {TWICE}"
    assert refused(tmp_path, tmp_path / "in") == message


def test_a_bill_in_two_formats_is_not_added_up(tmp_path: Path) -> None:
    cur = write_csv(tmp_path / "in" / "a.csv", [{}], CUR_ROW)
    focus = write_csv(tmp_path / "in" / "b.csv", [{}])
    message = f"{focus}: {BILL} is here as FOCUS 1.1, as legacy CUR in {cur}. {TWICE}"
    assert refused(tmp_path, tmp_path / "in") == message


def test_a_stray_file_of_the_same_bill_is_no_part_of_a_delivery(tmp_path: Path) -> None:
    export(tmp_path / "cost", "20261101T000000Z", "5")
    stray = write_csv(tmp_path / "cost" / "copy.csv", [{"BilledCost": "4"}])
    assert f"{stray}: {BILL} is also in another delivery" in refused(tmp_path, tmp_path / "cost")


def test_a_manifest_hides_no_other_bill(tmp_path: Path) -> None:
    export(tmp_path / "in" / "cost", "20261101T000000Z", "5")
    september = {"BillingPeriodStart": "2026-09-01", "ChargePeriodStart": "2026-09-03"}
    write_csv(tmp_path / "in" / "other" / "september.csv", [{**september, "BilledCost": "2"}])
    assert [bill.total for bill in put(tmp_path, tmp_path / "in").bills] == [Decimal(2), Decimal(5)]


def test_an_older_delivery_is_not_loaded_beside_the_newest(tmp_path: Path) -> None:
    """Also where the manifests lie beside their files, in no folder of a period."""
    for place, name in enumerate(("first", "second")):
        write_csv(tmp_path / "in" / name / "part.csv", [{"BilledCost": str(place)}])
        content = {"createdAt": f"2026-11-0{place + 1}", "dataFiles": [f"s3://b/{name}/part.csv"]}
        (tmp_path / "in" / name / "x-Manifest.json").write_text(json.dumps(content))
    assert put(tmp_path, tmp_path / "in").bills[0].total == Decimal(1)


@pytest.mark.parametrize("place", ["", "in", "in/data/BILLING_PERIOD=2026-10/20261101T000000Z"])
def test_a_file_above_the_export_is_not_taken_for_its_own(tmp_path: Path, place: str) -> None:
    manifest = export(tmp_path / "in" / "cost", "20261101T000000Z", "5")
    shutil.rmtree(tmp_path / "in" / "cost" / "data")
    write_csv(tmp_path / place / "cost-20261101T000000Z.csv", [{"BilledCost": "100"}])
    assert "which is not there" in refused(tmp_path, manifest)


def test_a_file_of_that_name_in_no_folder_of_the_period_is_another_one(tmp_path: Path) -> None:
    manifest = export(tmp_path / "cost", "20261101T000000Z", "5")
    shutil.rmtree(tmp_path / "cost" / "data")
    write_csv(tmp_path / "cost" / "cost-20261101T000000Z.csv", [{"BilledCost": "100"}])
    assert "which is not there" in refused(tmp_path, manifest)


FORMATS: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("FOCUS 1.0", {"SkuMeter": "-"}, {}),
    ("FOCUS 1.1", {}, {}),
    ("FOCUS 1.2", {"InvoiceId": "1"}, {}),
    ("legacy CUR", {}, CUR_ROW),
    ("CUR 2.0", {"resource_tags": "{}"}, CUR_ROW),
]


@pytest.mark.parametrize(("label", "row", "base"), FORMATS, ids=[case[0] for case in FORMATS])
def test_a_bill_says_where_it_comes_from(
    tmp_path: Path, label: str, row: dict[str, str], base: dict[str, str]
) -> None:
    path = (
        write_csv(tmp_path / "oct.csv", [row], base)
        if base
        else write_csv(tmp_path / "oct.csv", [row])
    )
    put(tmp_path, path)
    assert DuckLake(tmp_path).status().bills[0].source == f"{label}: oct.csv"


def test_a_source_of_many_files_is_short(tmp_path: Path) -> None:
    for n in range(4):
        write_csv(tmp_path / "in" / f"{n}.csv", [{"BilledCost": str(n)}])
    put(tmp_path, tmp_path / "in")
    assert DuckLake(tmp_path).status().bills[0].source == "FOCUS 1.1: 0.csv + 3 files"


def test_a_file_of_several_bills_beside_another_is_taken_apart(tmp_path: Path) -> None:
    november = {"BillingPeriodStart": "2026-11-01", "ChargePeriodStart": "2026-11-02"}
    other = {"BillingAccountId": "9", "BilledCost": "0.1"}
    first = write_csv(tmp_path / "in" / "1.csv", [{}, {**november, "BilledCost": "2"}, other])
    second = write_csv(tmp_path / "in" / "2.csv", [{"BilledCost": "0.000000000001"}])
    bills = put(tmp_path, first, second).bills
    assert [(bill.billing_account, bill.rows) for bill in bills] == [
        ("111111111111", 2),
        ("9", 1),
        ("111111111111", 1),
    ]
    assert total(tmp_path) == Decimal("3.600000000001")


def test_an_account_may_be_called_anything(tmp_path: Path) -> None:
    ids = ["../../x", "a" * 300, "/", "é=1"]
    rows = [{"BillingAccountId": each} for each in ids]
    report = put(tmp_path, write_csv(tmp_path / "in" / "a.csv", rows))
    assert sorted(bill.billing_account for bill in report.bills) == sorted(ids)
    assert total(tmp_path) == Decimal(6)
