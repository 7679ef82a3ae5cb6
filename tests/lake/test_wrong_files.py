"""A file that cannot be read: one error that names the file and says what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lake.bills import CUR_ROW, write_csv
from tests.lake.wrong import (
    AGAIN,
    GOOD,
    HEADER,
    KNOWN,
    READABLE,
    refusal,
    row,
    text,
)
from tests.shared import SHARED, needs_shared


def test_a_missing_column(data: Path, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [{"EffectiveCost": "-"}])
    assert refusal(data, path) == (
        f"{path}, line 1, column EffectiveCost: the column is missing from this FOCUS file."
        " Export all FOCUS columns."
    )
    path = write_csv(tmp_path / "b.csv", [{"bill/PayerAccountId": "-"}], CUR_ROW)
    assert refusal(data, path) == (
        f"{path}, line 1, column bill/PayerAccountId: the column is missing from this"
        " Cost and Usage Report file. Export it with the standard columns of the report."
    )


def test_another_currency_than_the_bills_before(data: Path, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", HEADER, row(BillingCurrency="EUR"))
    assert refusal(data, path).startswith(
        f"{path}, line 2, column BillingCurrency: the row is in EUR, other charges are in USD."
    )


@pytest.mark.parametrize(
    ("currency", "problem"),
    [("", "a row has no value here."), ("EUR", "the row is in EUR, other charges are in USD.")],
)
def test_a_currency_is_named_by_the_column_that_the_file_has(
    data: Path, tmp_path: Path, currency: str, problem: str
) -> None:
    change = {"lineItem/CurrencyCode": "-", "pricing/currency": currency}
    path = write_csv(tmp_path / "a.csv", [change], CUR_ROW)
    assert refusal(data, path).startswith(f"{path}, line 2, column pricing/currency: {problem}")


@needs_shared
@pytest.mark.parametrize("name", ["azure_ea_anonymous.csv", "oci_cost.csv"])
def test_a_bill_of_another_kind(data: Path, name: str) -> None:
    path = (SHARED / "data" / name).resolve()
    assert refusal(data, path) == f"{path}: this is not a bill that costbot knows. {KNOWN}"


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


WRONG: list[tuple[str, Callable[[Path], Path], str]] = [
    ("an empty file", lambda p: write(p, b""), f"the file is empty. {AGAIN}"),
    (
        "a header alone",
        lambda p: write(p, HEADER.encode() + b"\n"),
        "there is no charge in it. Export it again.",
    ),
    (
        "a zip archive",
        lambda p: write(p, b"PK\x03\x04 and more"),
        "the file is a zip archive. Unzip it, then load it.",
    ),
    (
        "half a parquet file",
        lambda p: write(p, b"PAR1 and no end"),
        f"the parquet file is damaged or cut off. {AGAIN}",
    ),
    ("nothing there", lambda p: p, "there is no such file. Check the path."),
    (
        "no bill in a folder",
        lambda p: p.mkdir() or p,
        f"there is no bill in this folder. {READABLE}",
    ),
]


@pytest.mark.parametrize(
    ("make", "message"), [case[1:] for case in WRONG], ids=[c[0] for c in WRONG]
)
def test_a_wrong_file(
    data: Path, tmp_path: Path, make: Callable[[Path], Path], message: str
) -> None:
    path = make(tmp_path / "bill")
    assert refusal(data, path) == f"{path}: {message}"


def test_a_manifest_whose_file_is_missing(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "x-Manifest.json"
    path.write_text(
        json.dumps({"dataFiles": ["s3://b/x/data/BILLING_PERIOD=2026-10/gone.parquet"]})
    )
    assert refusal(data, path) == (
        f"{path}: the manifest lists 'gone.parquet', which is not there."
        " Download the export whole, then load it."
    )
    path.write_text("{")
    assert refusal(data, path) == f"{path}, line 1: the manifest is not JSON. {AGAIN}"


def test_a_good_file_beside_a_wrong_one_is_not_loaded_either(data: Path, tmp_path: Path) -> None:
    write_csv(tmp_path / "in" / "a.csv", [{}])
    text(tmp_path / "in" / "b.csv", HEADER, row(BilledCost="x"))
    assert "b.csv, line 2" in refusal(data, tmp_path / "in")


def test_a_header_that_names_a_cost_twice(data: Path, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", HEADER + ",billed_cost", GOOD + ",1")
    assert refusal(data, path) == (
        f"{path}, line 1, column BilledCost: the header names the column twice."
    )
