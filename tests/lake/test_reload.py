"""Loading again: nothing changes, or a whole bill does, and the log says by how much."""

import gzip
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot import loading
from domain.errors import UserError
from store.lake import DuckLake
from store.lake.load import load
from tests.lake.bills import NOW, put, total, write_csv

NOVEMBER = {
    "BillingPeriodStart": "2026-11-01T00:00:00Z",
    "ChargePeriodStart": "2026-11-03T00:00:00Z",
}


def tree(data: Path) -> dict[str, tuple[int, int]]:
    files = [path for path in (data / "lake").rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_the_same_bill_again_changes_nothing(tmp_path: Path) -> None:
    bill = write_csv(tmp_path / "a.csv", [{}, {"BilledCost": "2"}, {"BilledCost": "2"}])
    assert [loaded.action for loaded in put(tmp_path, bill).bills] == ["loaded"]
    before = tree(tmp_path)
    report = put(tmp_path, bill)
    assert [loaded.action for loaded in report.bills] == ["unchanged"]
    assert report.rows == 3
    after = tree(tmp_path)
    before.pop(str(tmp_path / "lake" / ".lock"))
    after.pop(str(tmp_path / "lake" / ".lock"))
    assert after == before


def test_the_same_charges_in_another_order_or_compressed_are_the_same_bill(tmp_path: Path) -> None:
    rows = [{"BilledCost": "1"}, {"BilledCost": "2"}, {"BilledCost": "2"}]
    put(tmp_path, write_csv(tmp_path / "a.csv", rows))
    other = write_csv(tmp_path / "b.csv", rows[::-1])
    packed = tmp_path / "b.csv.gz"
    packed.write_bytes(gzip.compress(other.read_bytes()))
    assert put(tmp_path, packed).bills[0].action == "unchanged"
    twice = write_csv(tmp_path / "c.csv", [rows[0], *rows[:2]])
    assert put(tmp_path, twice).bills[0].action == "restated"


def test_a_restated_bill_replaces_the_old_one_and_is_logged(tmp_path: Path) -> None:
    put(tmp_path, write_csv(tmp_path / "a.csv", [{}, NOVEMBER]))
    again = [{"BilledCost": "1.5"}, {**NOVEMBER, "BilledCost": "0.123456789012"}]
    report = put(tmp_path, write_csv(tmp_path / "a.csv", again))
    assert [(bill.action, bill.difference) for bill in report.bills] == [
        ("unchanged", Decimal(0)),
        ("restated", Decimal("-1.376543210988")),
    ]
    status = DuckLake(tmp_path).status()
    assert len(status.bills) == 2
    (restatement,) = status.restatements
    assert restatement.period.start == date(2026, 11, 1)
    assert (restatement.before, restatement.after) == (Decimal("1.5"), Decimal("0.123456789012"))
    assert restatement.seen_at == NOW
    assert total(tmp_path) == Decimal("1.623456789012")


def test_replaced_files_are_swept_by_the_next_load(tmp_path: Path) -> None:
    """Whoever reads during a load still finds the files of the catalog they have seen."""
    for cost in ("1", "2", "3"):
        put(tmp_path, write_csv(tmp_path / "a.csv", [{"BilledCost": cost}]))
        assert not (tmp_path / "lake" / "staging").exists()
    assert len(list((tmp_path / "lake" / "lines").rglob("*.parquet"))) == 2
    put(tmp_path, tmp_path / "a.csv")
    assert len(list((tmp_path / "lake" / "lines").rglob("*.parquet"))) == 1
    assert total(tmp_path) == Decimal(3)


def test_a_bill_hashed_by_another_engine_is_recognised(tmp_path: Path) -> None:
    bill = write_csv(tmp_path / "a.csv", [{}])
    put(tmp_path, bill)
    path = tmp_path / "lake" / "catalog.json"
    content = json.loads(path.read_text())
    content["bills"][0]["fingerprint"] = "v1.0.0:1:abc"
    path.write_text(json.dumps(content))
    assert put(tmp_path, bill).bills[0].action == "unchanged"


def test_what_a_catalog_names_is_on_disk_before_it_and_so_is_the_catalog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut keeps what was synced; a name may survive it without the bytes behind it."""
    synced, at_commit = list[str](), list[set[str]]()
    fsync, rename = os.fsync, Path.replace

    def syncing(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    def renaming(old: Path, new: Path) -> Path:
        if new.name == "catalog.json":
            at_commit.append({*synced})
            synced.clear()
        return rename(old, new)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", renaming)
    put(tmp_path, write_csv(tmp_path / "a.csv", [{}]))
    lake = tmp_path / "lake"
    files = {path for path in lake.rglob("*") if path.suffix in (".parquet", ".json")}
    named = files - {lake / "catalog.json"}
    folders = {path.parent for path in named} | {path.parents[1] for path in named}
    expected = {*map(str, named | folders), f"{lake}/catalog.json.new"}
    assert len(named) == 4 and len(at_commit) == 1
    assert expected <= at_commit[0]
    assert synced == [str(lake)]


def test_two_loads_at_once_are_refused(tmp_path: Path) -> None:
    bill = write_csv(tmp_path / "a.csv", [{}])
    refused: list[str] = []

    def meanwhile(_: str) -> None:
        with pytest.raises(UserError) as caught:
            put(tmp_path, bill)
        refused.append(str(caught.value))

    load([bill], tmp_path, NOW, meanwhile)
    message = f"Another load is writing to {tmp_path / 'lake'}. Wait until it is done,"
    assert refused and all(text == f"{message} then try again." for text in refused)
    assert put(tmp_path, bill).bills[0].action == "unchanged"


def test_the_parts_of_one_export_are_one_bill(tmp_path: Path) -> None:
    """Parts given together are joined; the same file named twice counts once."""
    first = write_csv(tmp_path / "in" / "part-1.csv", [{"BilledCost": "1"}])
    second = write_csv(tmp_path / "in" / "part-2.csv", [{"BilledCost": "2"}])
    (tmp_path / "in" / "_SUCCESS").write_text("")
    report = put(tmp_path, first, second, f"{tmp_path}/in/../in/{first.name}")
    assert (report.files, report.rows, report.bills[0].total) == (2, 2, Decimal(3))
    assert put(tmp_path, tmp_path / "in").bills[0].action == "unchanged"
    (bill,) = DuckLake(tmp_path).status().bills
    assert bill.source == "FOCUS 1.1: part-1.csv + 1 file"


def test_the_lake_is_no_part_of_what_is_loaded(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [{}])
    assert put(tmp_path, tmp_path).bills[0].action == "loaded"
    assert put(tmp_path, tmp_path).bills[0].action == "unchanged"


def test_names_that_look_like_patterns_are_names(tmp_path: Path) -> None:
    odd = write_csv(tmp_path / "in" / "a[1]*'?.csv", [{"BilledCost": "1"}])
    write_csv(tmp_path / "in" / "a1'x.csv", [{"BilledCost": "2"}])
    assert put(tmp_path, odd).bills[0].total == Decimal(1)


def test_the_vocabulary_knows_the_words_of_every_bill(tmp_path: Path) -> None:
    october = {"ServiceName": "Cheap", "BilledCost": "1", "Tags": '{"team":"a","env":"x"}'}
    november = {**NOVEMBER, "ServiceName": "Dear", "BilledCost": "9", "Tags": '{"team":"b"}'}
    put(tmp_path, write_csv(tmp_path / "a.csv", [october]))
    put(tmp_path, write_csv(tmp_path / "b.csv", [{**november, "SubAccountName": "payments-2"}]))
    words = DuckLake(tmp_path).vocabulary()
    assert words.values["service"] == ("Dear", "Cheap")
    assert words.values["account"] == ("222222222222",)
    assert words.values["charge"] == ("usage",)
    assert words.tag_keys == ("team", "env")
    assert words.values["tag:team"] == ("b", "a") and words.values["tag:env"] == ("x",)
    assert words.account_names["222222222222"] == "payments-2"
    put(tmp_path, write_csv(tmp_path / "b.csv", [{**NOVEMBER, "ServiceName": "Other"}]))
    assert DuckLake(tmp_path).vocabulary().values["service"] == ("Other", "Cheap")


def test_of_each_tag_key_the_dearest_values_are_known(tmp_path: Path) -> None:
    rows = [
        {"BilledCost": str(1 + n % 250), "Tags": json.dumps({"team": f"t{n % 250}"})}
        for n in range(500)
    ]
    put(tmp_path, write_csv(tmp_path / "a.csv", rows))
    put(tmp_path, write_csv(tmp_path / "b.csv", [{**NOVEMBER, **row} for row in rows]))
    expected = tuple(f"t{249 - place}" for place in range(200))
    assert DuckLake(tmp_path).vocabulary().values["tag:team"] == expected


def test_a_bill_that_shrinks_sharply_is_restated_with_a_warning(tmp_path: Path) -> None:
    """Parts loaded one by one replace each other; nobody should find that out from a total."""
    days = [{"ChargePeriodStart": f"2026-10-{day:02}"} for day in range(1, 21)]
    (first,) = put(tmp_path, write_csv(tmp_path / "a.csv", days)).bills
    (same_size,) = put(tmp_path, write_csv(tmp_path / "a.csv", [*days[1:], days[19]])).bills
    (grown,) = put(tmp_path, write_csv(tmp_path / "a.csv", [*days, *days])).bills
    (fewer,) = put(tmp_path, write_csv(tmp_path / "a.csv", [*days, *days[:9]])).bills
    (a_little,) = put(tmp_path, write_csv(tmp_path / "a.csv", [*days, *days[:5]])).bills
    assert [first.warning, grown.warning, a_little.warning] == ["", "", ""]
    assert same_size.warning == (
        "It replaces 20 rows of 2026-10-01 to 2026-10-20 with 20 rows of 2026-10-02 to 2026-10-20."
        " If this is one part of a bill, load all its parts together."
    )
    assert "40 rows" in fewer.warning and "29 rows" in fewer.warning
    shrunk = put(tmp_path, write_csv(tmp_path / "a.csv", days[:2]))
    assert f"Warning: {shrunk.bills[0].warning}" in loading.report(shrunk)
