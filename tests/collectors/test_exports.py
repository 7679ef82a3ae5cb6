"""Bills straight from S3: `python -m bot load s3://…`, against a bucket on moto's server."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from store.lake import DuckLake
from tests.collectors.bucket import BUCKET, Export
from tests.peers.aws.moto_server import MotoServer

Load = Callable[..., tuple[int, str, str]]


@pytest.fixture
def load(
    aws: MotoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Load:
    """The command line; its exit code, what it printed, and what it said on standard error."""
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(*addresses: str) -> tuple[int, str, str]:
        code = main(["load", *addresses])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def s3(aws: MotoServer) -> Any:
    return aws.client("s3")


def totals(data: Path) -> dict[str, Decimal]:
    return {f"{b.period.start:%Y-%m}": b.total for b in DuckLake(data).status().bills}


def test_every_month_of_an_export_is_loaded(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    export.deliver("2026-09", [{"BilledCost": "3"}])
    export.deliver("2026-10", [{"BilledCost": "5"}, {"BilledCost": "0.25"}])
    code, out, err = load(export.uri)
    assert code == 0
    assert totals(tmp_path) == {"2026-09": Decimal(3), "2026-10": Decimal("5.25")}
    assert out.index("2026-10") < out.index("2026-09"), "the newest month can be asked first"
    assert "fetching 2026-10: 1 file" in err
    assert not list((tmp_path / "incoming" / "files").glob("*")), "no copy is left"


def test_only_the_month_that_changed_is_fetched_again(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    export.deliver("2026-09", [{"BilledCost": "3"}])
    export.deliver("2026-10", [{"BilledCost": "5"}])
    load(export.uri)
    assert load(export.uri)[1] == f"Nothing is new at {export.uri}.\n"
    export.deliver("2026-10", [{"BilledCost": "6"}])
    _, out, err = load(export.uri)
    assert "restated, +$1.00" in out
    assert "2026-09" not in out + err
    assert totals(tmp_path)["2026-10"] == Decimal(6)


def test_a_lake_that_was_moved_away_is_filled_again(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    export.deliver("2026-10", [{"BilledCost": "5"}])
    load(export.uri)
    (tmp_path / "lake").rename(tmp_path / "old")
    assert "loaded" in load(export.uri)[1]
    assert totals(tmp_path) == {"2026-10": Decimal(5)}


def test_of_deliveries_that_are_kept_the_newest_counts(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3, partition="billing_period")
    export.deliver("2026-10", [{"BilledCost": "5"}], "20261101T030000Z-aaaa")
    export.deliver("2026-10", [{"BilledCost": "7"}], "20261102T030000Z-bbbb")
    load(export.uri)
    assert totals(tmp_path) == {"2026-10": Decimal(7)}
    export.deliver("2026-10", [{"BilledCost": "8"}], "20261103T030000Z-cccc")
    assert "restated" in load(export.uri)[1]
    assert totals(tmp_path) == {"2026-10": Decimal(8)}


def test_data_without_its_manifest_is_not_there_yet(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    export.deliver("2026-10", [{"BilledCost": "5"}], "20261101T030000Z-aaaa")
    export.data("2026-10", [{"BilledCost": "99"}], "20261102T030000Z-bbbb")
    load(export.uri)
    assert totals(tmp_path) == {"2026-10": Decimal(5)}


def test_a_delivery_that_is_being_replaced_waits(
    load: Load, s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS writes the manifest last: newer data beside an older manifest is half a delivery."""
    from integrations.aws import exports

    export = Export(s3)
    export.deliver("2026-10", [{"BilledCost": "5"}])
    listed = exports.Bucket.listed

    def newer(self: exports.Bucket, prefix: str | None = None) -> list[exports.Stored]:
        from dataclasses import replace
        from datetime import timedelta

        return [
            replace(one, changed=one.changed + timedelta(seconds=2))
            if one.key.endswith(".csv")
            else one
            for one in listed(self, prefix)
        ]

    with monkeypatch.context() as patch:
        patch.setattr(exports.Bucket, "listed", newer)
        code, out, _ = load(export.uri)
    assert (code, out) == (
        0,
        "2026-10: AWS writes a newer delivery; it is loaded when it is whole.\n",
    )
    assert totals(tmp_path) == {}
    load(export.uri)
    assert totals(tmp_path) == {"2026-10": Decimal(5)}


def test_an_object_that_changes_while_it_is_fetched_is_not_mixed(
    load: Load, s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from integrations.aws import exports

    export = Export(s3)
    export.deliver("2026-10", [{"BilledCost": "5"}])
    fetch = exports.Bucket.fetch

    def meanwhile(self: exports.Bucket, wanted: Any, *more: Any) -> None:
        if any(one.key.endswith(".csv") for one in wanted.values()):
            export.data("2026-10", [{"BilledCost": "6"}])
        fetch(self, wanted, *more)

    with monkeypatch.context() as patch:
        patch.setattr(exports.Bucket, "fetch", meanwhile)
        _, out, _ = load(export.uri)
    assert out == "2026-10: AWS replaced it meanwhile; it is loaded next time.\n"
    assert totals(tmp_path) == {}


def test_one_month_that_is_wrong_holds_up_no_other(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    export.deliver("2026-09", [{"BilledCost": "3"}])
    export.deliver("2026-10", [{"BilledCost": "much"}])
    code, _, err = load(export.uri)
    assert code == 1
    assert totals(tmp_path) == {"2026-09": Decimal(3)}
    key = f"{export.prefix}/data/BILLING_PERIOD=2026-10/focus-00001.csv"
    assert f"costbot: s3://{BUCKET}/{key}, line 2, column BilledCost: 'much' is not" in err
    export.deliver("2026-10", [{"BilledCost": "4"}])
    assert load(export.uri)[0] == 0
    assert totals(tmp_path)["2026-10"] == Decimal(4)


def test_a_bill_in_two_exports_is_not_counted_twice(load: Load, s3: Any, tmp_path: Path) -> None:
    Export(s3, "costs/a").deliver("2026-10", [{"BilledCost": "5"}])
    Export(s3, "costs/b").deliver("2026-10", [{"BilledCost": "6"}])
    code, _, err = load(f"s3://{BUCKET}/costs")
    assert code == 1
    assert "is also in another delivery" in err
    assert str(tmp_path) not in err, "it names what is in the bucket, not its copies"
    assert totals(tmp_path) == {}
    assert load(f"s3://{BUCKET}/costs/a")[0] == 0


def test_another_prefix_that_begins_with_the_same_letters_is_another(
    load: Load, s3: Any, tmp_path: Path
) -> None:
    Export(s3, "costs/focus").deliver("2026-10", [{"BilledCost": "5"}])
    Export(s3, "costs/focus-old").deliver("2026-09", [{"BilledCost": "6"}])
    load(f"s3://{BUCKET}/costs/focus")
    assert totals(tmp_path) == {"2026-10": Decimal(5)}


def test_a_manifest_and_a_file_can_be_named(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    manifest = export.deliver("2026-10", [{"BilledCost": "5"}])
    export.deliver("2026-09", [{"BilledCost": "6"}])
    load(f"s3://{BUCKET}/{manifest}")
    assert totals(tmp_path) == {"2026-10": Decimal(5)}
    load(f"s3://{BUCKET}/{export.prefix}/data/BILLING_PERIOD=2026-09/focus-00001.csv")
    assert totals(tmp_path) == {"2026-09": Decimal(6), "2026-10": Decimal(5)}


def test_a_manifest_whose_file_is_missing_is_named(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    manifest = export.manifest("2026-10", [f"{export.prefix}/data/BILLING_PERIOD=2026-10/x.csv"])
    export.deliver("2026-09", [{"BilledCost": "6"}])
    code, _, err = load(export.uri)
    assert code == 1
    assert f"s3://{BUCKET}/{manifest}: the manifest lists 'x.csv', which is not there." in err
    assert totals(tmp_path) == {"2026-09": Decimal(6)}


def test_what_is_in_the_lake_may_expire_in_the_bucket(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    export.deliver("2026-09", [{"BilledCost": "6"}])
    load(export.uri)
    key = f"{export.prefix}/data/BILLING_PERIOD=2026-09/focus-00001.csv"
    s3.delete_object(Bucket=BUCKET, Key=key)
    assert load(export.uri)[:2] == (0, f"Nothing is new at {export.uri}.\n")
    assert totals(tmp_path) == {"2026-09": Decimal(6)}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://no-such-bucket/x", "there is no bucket no-such-bucket: check its name"),
        (f"s3://{BUCKET}/nothing", f"s3://{BUCKET}/nothing: there is no bill here. Check the"),
        ("s3://", "s3://: this is no address in S3. Write it as s3://bucket/prefix."),
        ("gs://x/y", "gs://x/y: this kind of address is not known."),
    ],
)
def test_a_wrong_address_is_explained(load: Load, s3: Any, address: str, said: str) -> None:
    Export(s3)
    code, _, err = load(address)
    assert code == 1
    assert said in err


def test_a_key_that_leads_elsewhere_is_never_a_path(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    export.deliver("2026-10", [{"BilledCost": "5"}])
    s3.put_object(Bucket=BUCKET, Key=f"{export.prefix}/../../../../../evil.csv", Body=b"x")
    assert load(export.uri)[0] == 0
    assert not list(tmp_path.parent.rglob("evil.csv"))


def test_a_prefix_that_begins_with_a_slash_is_one(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3, "/costs/focus")
    export.deliver("2026-10", [{"BilledCost": "5"}])
    assert load(f"s3://{BUCKET}//costs/focus")[0] == 0
    assert totals(tmp_path) == {"2026-10": Decimal(5)}


def test_more_objects_than_a_page_holds_are_listed(load: Load, s3: Any, tmp_path: Path) -> None:
    export = Export(s3)
    for number in range(1100):
        key = f"{export.prefix}/data/BILLING_PERIOD=2026-08/old/{number:05}.csv"
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    export.deliver("2026-08", [{"BilledCost": "5"}])
    assert load(export.uri)[0] == 0
    assert totals(tmp_path) == {"2026-08": Decimal(5)}
