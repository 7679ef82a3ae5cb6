"""Bills that nobody here wrote: what the lake answers is what the raw file adds up to."""

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from store.lake import DuckLake
from tests.lake.bills import EVER, ask, put, sums, total
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

FOCUS = SHARED / "data" / "focus_1_0_sample_1000.csv"
CUR = SHARED / "data" / "aws_cur_legacy_anonymous.csv"

CASES = [
    (FOCUS, "BilledCost", "unblended_cost", "ServiceName", "ChargePeriodStart", "SubAccountId"),
    (FOCUS, "BilledCost", "net_unblended_cost", "ServiceName", "ChargePeriodStart", "RegionId"),
    (FOCUS, "EffectiveCost", "amortised_cost", "ServiceName", "ChargePeriodStart", "SubAccountId"),
    (FOCUS, "EffectiveCost", "net_amortised_cost", "ServiceName", "ChargePeriodStart", "RegionId"),
    (FOCUS, "ListCost", "list_cost", "ServiceName", "ChargePeriodStart", "ServiceCategory"),
    (
        CUR,
        "lineItem/UnblendedCost",
        "unblended_cost",
        "product/ProductName",
        "lineItem/UsageStartDate",
        "lineItem/UsageType",
    ),
    (
        CUR,
        "pricing/publicOnDemandCost",
        "list_cost",
        "product/ProductName",
        "lineItem/UsageStartDate",
        "lineItem/Operation",
    ),
]
LAKE_COLUMN = {
    "SubAccountId": "sub_account_id",
    "RegionId": "region_id",
    "ServiceCategory": "service_category",
    "lineItem/UsageType": "sku_meter",
    "lineItem/Operation": "operation",
}


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Each file in a lake of its own."""
    loaded = {path: tmp_path_factory.mktemp("data") for path in (FOCUS, CUR)}
    for path, data in loaded.items():
        put(data, path)
    return loaded


def raw(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


async def grouped(data: Path, column: str, cost: str) -> dict[str, Decimal]:
    def question(table: Any) -> Any:
        return table.group_by(table[column].name("key")).agg(cost=table[cost].sum())

    rows = await DuckLake(data).run(question, frozenset({column, cost}), EVER)
    # A bill may say "None" in words beside charges that say nothing.
    return sums((str(row["key"]), str(row["cost"])) for row in rows)


@pytest.mark.parametrize(("path", "cost", "lake_cost", "service", "day", "other"), CASES)
async def test_the_sums_equal_the_raw_file_to_the_last_digit(
    lakes: dict[Path, Path],
    path: Path,
    cost: str,
    lake_cost: str,
    service: str,
    day: str,
    other: str,
) -> None:
    data, rows = lakes[path], raw(path)
    assert sum(bill.rows for bill in DuckLake(data).status().bills) == len(rows)
    empty = {"": "None", "NULL": "None"}
    for column, key, cut in (
        ("service_name", service, 200),
        ("charge_date", day, 10),
        (LAKE_COLUMN[other], other, 200),
    ):
        expected = sums((empty.get(row[key], row[key][:cut]), row[cost]) for row in rows)
        assert await grouped(data, column, lake_cost) == expected
    whole = sum(Decimal(row[cost]) for row in rows)
    daily = await grouped(data, "charge_date", lake_cost)
    assert sum(daily.values()) == whole
    assert sum(bill.totals[lake_cost] for bill in stored(data)) == whole


def canonical(tags: Iterable[object]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in tags)


def stored(data: Path) -> Any:
    from store.lake import catalog

    return catalog.read(data / "lake").bills


def test_each_account_and_period_is_a_bill_of_its_own(tmp_path: Path) -> None:
    report = put(tmp_path, FOCUS)
    found = {
        (bill.billing_account, f"{bill.period.start:%Y-%m}"): bill.rows for bill in report.bills
    }
    assert found == {
        ("/providers/Microsoft.Billing/billingAccounts/8611537", "2024-09"): 51,
        ("1234567890123", "2024-09"): 942,
        ("20209880", "2024-09"): 6,
        ("20209880", "2024-10"): 1,
    }


def test_a_literal_null_is_no_value_and_json_tags_are_a_map(lakes: dict[Path, Path]) -> None:
    found = ask(lakes[FOCUS], "tags", "availability_zone", "invoice_id", "charge_class")
    assert {row["charge_class"] for row in found} == {None}
    assert "NULL" not in {row["availability_zone"] for row in found}
    texts = [row["Tags"] for row in raw(FOCUS)]
    expected = [json.loads(text) if text != "NULL" else None for text in texts]
    valued = [tags and {key: value for key, value in tags.items() if value} for tags in expected]
    assert canonical(row["tags"] for row in found) == canonical(valued)


def test_a_credit_an_adjustment_and_a_seller_are_told_apart_from_usage(
    lakes: dict[Path, Path],
) -> None:
    types = [row["charge_type"] for row in ask(lakes[FOCUS], "charge_type")]
    assert {kind: types.count(kind) for kind in set(types)} == {
        "usage": 996,
        "credit": 1,
        "other": 2,
        "marketplace": 1,
    }


def test_without_commitments_amortised_is_unblended(lakes: dict[Path, Path]) -> None:
    data = lakes[CUR]
    assert total(data, "net_amortised_cost") == total(data) == Decimal("1.6823086974")
    types = {row["charge_type"] for row in ask(data, "charge_type")}
    assert types == {"usage", "tax"}
