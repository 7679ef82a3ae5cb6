"""FOCUS 1.2 and CUR 2.0 as Parquet, with maps, doubles and timestamps, as AWS writes them."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.lake import tagging
from tests.lake.bills import CUR_ROW, ask, put, total, write_csv
from tests.shared import SHARED

FOCUS_12 = (
    "availabilityzone:string billedcost:double billingaccountid:string billingaccountname:string"
    " billingcurrency:string billingperiodend:timestamp billingperiodstart:timestamp"
    " chargecategory:string chargeclass:string chargeperiodend:timestamp"
    " chargeperiodstart:timestamp commitmentdiscountid:string commitmentdiscountstatus:string"
    " consumedquantity:double effectivecost:double invoiceid:string listcost:double"
    " providername:string publishername:string regionid:string resourceid:string"
    " servicename:string skumeter:string skupricedetails:map<string,string> subaccountid:string"
    " tags:map<string,string> x_discounts:map<string,double> x_operation:string"
)
CUR_20 = (
    "bill_billing_entity:string bill_billing_period_start_date:timestamp"
    " bill_payer_account_id:string cost_category:map<string,string>"
    " line_item_line_item_type:string line_item_net_unblended_cost:double"
    " line_item_product_code:string line_item_unblended_cost:double"
    " line_item_usage_account_id:string line_item_usage_start_date:timestamp"
    " line_item_usage_type:string product:map<string,string> product_region_code:string"
    " reservation_reservation_a_r_n:string resource_tags:map<string,string>"
    " savings_plan_savings_plan_a_r_n:string"
    " savings_plan_net_savings_plan_effective_cost:double"
    " savings_plan_savings_plan_effective_cost:double tags:map<string,string>"
)
TYPES = {
    "string": pa.string(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("ms"),
    "map<string,string>": pa.map_(pa.string(), pa.string()),
    "map<string,double>": pa.map_(pa.string(), pa.float64()),
}


def columns(name: str, built_in: str) -> dict[str, str]:
    """The columns of the real table where its list is at hand, else the ones used here."""
    path = SHARED / "data" / name
    pairs = path.read_text().split("\n") if path.is_file() else built_in.replace(":", "\t").split()
    if not path.is_file():
        return dict(pair.split(":") for pair in built_in.split())
    partitions = {"source_account_id", "report_name", "data", "billing_period"}
    known = dict(pair.split("\t") for pair in pairs if pair)
    return {column: kind for column, kind in known.items() if column not in partitions}


def write_parquet(path: Path, types: dict[str, str], rows: list[dict[str, object]]) -> Path:
    schema = pa.schema([(column, TYPES[kind]) for column, kind in types.items()])
    table = pa.Table.from_pylist([dict.fromkeys(types) | row for row in rows], schema=schema)
    pq.write_table(table, path)
    return path


@pytest.fixture
def focus(tmp_path: Path) -> Path:
    row = {
        "billedcost": 0.1,
        "effectivecost": 0.3,
        "listcost": 1e-9,
        "billingaccountid": "111111111111",
        "billingcurrency": "USD",
        "billingperiodstart": datetime(2026, 10, 1),
        "chargeperiodstart": datetime(2026, 10, 5, 23, 0),
        "chargecategory": "Usage",
        "servicename": "Amazon Simple Storage Service",
        "skumeter": "TimedStorage-ByteHrs",
        "x_operation": "PutObject",
        "subaccountid": "012345678901",
        "tags": [("user:team", "payments"), ("aws:createdBy", "me"), ("empty", "")],
    }
    more = {
        **row,
        "billedcost": 1234567.891234,
        "tags": None,
        "servicename": "AWS Support (Business)",
    }
    types = columns("focus_glue_columns.tsv", FOCUS_12)
    return write_parquet(tmp_path / "focus.parquet", types, [row, more])


def test_doubles_of_focus_1_2_are_the_amounts_they_were_written_as(
    tmp_path: Path, focus: Path
) -> None:
    put(tmp_path, focus)
    assert total(tmp_path) == Decimal("1234567.991234")
    assert total(tmp_path, "net_amortised_cost") == Decimal("0.6")
    assert total(tmp_path, "list_cost") == Decimal("0.000000002")


def test_focus_1_2_names_its_usage_type_operation_and_tags(tmp_path: Path, focus: Path) -> None:
    put(tmp_path, focus)
    names = ("charge_date", "sku_meter", "operation", "sub_account_id", "tags", "charge_type")
    rows = sorted(ask(tmp_path, *names), key=lambda row: row["charge_type"])
    assert rows[1] == {
        "charge_date": date(2026, 10, 5),
        "sku_meter": "TimedStorage-ByteHrs",
        "operation": "PutObject",
        "sub_account_id": "012345678901",
        "tags": {"team": "payments", "aws:createdBy": "me"},
        "charge_type": "usage",
    }
    assert rows[0]["charge_type"] == "support"
    assert rows[0]["tags"] is None


def test_cur_2_reads_its_maps(tmp_path: Path) -> None:
    row = {
        "bill_billing_entity": "AWS",
        "bill_billing_period_start_date": datetime(2026, 10, 1),
        "bill_payer_account_id": "111111111111",
        "line_item_line_item_type": "SavingsPlanCoveredUsage",
        "line_item_product_code": "AmazonEC2",
        "line_item_unblended_cost": 0.7,
        "line_item_usage_account_id": "222222222222",
        "line_item_usage_start_date": datetime(2026, 10, 5),
        "savings_plan_savings_plan_effective_cost": 0.4,
        "savings_plan_net_savings_plan_effective_cost": 0.3,
        "savings_plan_savings_plan_a_r_n": "arn:aws:savingsplans::1:savingsplan/x",
        "product": [("product_name", "Amazon Elastic Compute Cloud"), ("region", "eu-west-1")],
        "product_region_code": "eu-west-1",
        "resource_tags": [("user_team", "payments"), ("user_user_group", "a")],
        "cost_category": [("Unit", "Shop")],
    }
    bare = {**row, "product": None, "line_item_line_item_type": "Usage", "resource_tags": None}
    types = columns("cur2_glue_columns.tsv", CUR_20)
    put(tmp_path, write_parquet(tmp_path / "cur.parquet", types, [row, bare]))
    names = ("service_name", "region_id", "tags", "amortised_cost", "net_amortised_cost")
    rows = sorted(ask(tmp_path, *names), key=lambda row: row["amortised_cost"])
    assert rows[0] == {
        "service_name": "Amazon Elastic Compute Cloud",
        "region_id": "eu-west-1",
        "tags": {"team": "payments", "user_group": "a", "cost_category/Unit": "Shop"},
        "amortised_cost": Decimal("0.4"),
        "net_amortised_cost": Decimal("0.3"),
    }
    assert rows[1]["service_name"] == "AmazonEC2"
    assert rows[1]["tags"] == {"cost_category/Unit": "Shop"}
    assert rows[1]["net_amortised_cost"] == Decimal("0.7"), "no net amount: the gross one"


def test_tags_are_the_same_whether_made_for_each_set_or_for_each_charge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets: list[Any] = [
        None,
        [],
        [("user:team", "a")],
        [("user:team", "")],
        [("env", "x"), ("user:team", "a")],
        [("user:team", "a"), ("env", "x")],
        [("team", "b"), ("user:team", "a")],
    ]
    row: dict[str, Any] = {
        **{"billedcost": 1.0, "effectivecost": 1.0, "listcost": 1.0},
        **{"billingaccountid": "1", "billingcurrency": "USD", "chargecategory": "Usage"},
        **{"billingperiodstart": datetime(2026, 10, 1), "servicename": "S"},
        "chargeperiodstart": datetime(2026, 10, 5),
    }
    rows = [{**row, "tags": tags, "resourceid": str(n)} for n, tags in enumerate(sets * 2)]
    types = columns("focus_glue_columns.tsv", FOCUS_12)
    bill = write_parquet(tmp_path / "a.parquet", types, rows)
    put(tmp_path, bill)
    team, both = {"team": "a"}, {"team": "a", "env": "x"}
    expected = [None, None, team, {}, both, both, {"team": "b"}] * 2
    found = {int(row["resource_id"]): row["tags"] for row in ask(tmp_path, "resource_id", "tags")}
    assert [found[n] for n in range(len(rows))] == expected
    monkeypatch.setattr(tagging, "SETS", 0)
    assert put(tmp_path, bill).bills[0].action == "unchanged"


def test_legacy_tags_are_columns_and_drift_from_month_to_month(tmp_path: Path) -> None:
    october = {
        "resourceTags/user:team": "payments",
        "resourceTags/aws:createdBy": "",
        "costCategory/Unit": "Shop",
    }
    november = {
        "bill/BillingPeriodStartDate": "2026-11-01T00:00:00Z",
        "lineItem/UsageStartDate": "2026-11-02T00:00:00Z",
        "resourceTags/user:owner": "ann",
    }
    write_csv(tmp_path / "in" / "1.csv", [october], CUR_ROW)
    write_csv(tmp_path / "in" / "2.csv", [november], CUR_ROW)
    put(tmp_path, tmp_path / "in")
    rows = sorted(ask(tmp_path, "charge_date", "tags"), key=lambda row: row["charge_date"])
    assert [row["tags"] for row in rows] == [
        {"team": "payments", "cost_category/Unit": "Shop"},
        {"owner": "ann"},
    ]


def test_focus_1_0_keeps_its_usage_type_and_cost_categories(tmp_path: Path) -> None:
    row = {"SkuMeter": "-", "x_UsageType": "BoxUsage", "Tags": '{"team":"a","user:team":"b"}'}
    categories = {"x_CostCategories": '{"Unit":"Shop"}'}
    put(tmp_path, write_csv(tmp_path / "a.csv", [row | categories]))
    (found,) = ask(tmp_path, "sku_meter", "tags")
    assert found["sku_meter"] == "BoxUsage"
    assert found["tags"] == {"team": "a", "cost_category/Unit": "Shop"}, "the first of two counts"


CHARGE_TYPES: list[tuple[dict[str, str], str]] = [
    ({"ChargeCategory": "Usage"}, "usage"),
    ({"ChargeCategory": "Tax"}, "tax"),
    ({"ChargeCategory": "Credit", "BilledCost": "-1"}, "credit"),
    ({"ChargeClass": "Correction", "BilledCost": "-1"}, "refund"),
    ({"ServiceName": "AWS Support (Enterprise)", "ChargeCategory": "Purchase"}, "support"),
    ({"PublisherName": "Red Hat Inc."}, "marketplace"),
    (
        {"PublisherName": "Red Hat", "ServiceName": "Red Hat Linux with Premium Support"},
        "marketplace",
    ),
    ({"ChargeCategory": "Purchase", "CommitmentDiscountId": "arn:x"}, "commitment"),
    ({"CommitmentDiscountId": "arn:x", "CommitmentDiscountStatus": "Unused"}, "commitment"),
    ({"CommitmentDiscountId": "arn:x", "CommitmentDiscountStatus": "Used"}, "usage"),
    ({"ChargeCategory": "Purchase"}, "other"),
    ({"ChargeCategory": "Adjustment"}, "other"),
]


def test_a_focus_charge_is_of_one_type(tmp_path: Path) -> None:
    rows = [row | {"SkuMeter": str(place)} for place, (row, _) in enumerate(CHARGE_TYPES)]
    put(tmp_path, write_csv(tmp_path / "a.csv", rows))
    found = {
        int(row["sku_meter"]): row["charge_type"]
        for row in ask(tmp_path, "sku_meter", "charge_type")
    }
    assert found == {place: kind for place, (_, kind) in enumerate(CHARGE_TYPES)}


def test_a_time_with_an_offset_falls_on_its_utc_day(tmp_path: Path) -> None:
    put(
        tmp_path,
        write_csv(tmp_path / "a.csv", [{"ChargePeriodStart": "2026-10-05T01:00:00+02:00"}]),
    )
    assert ask(tmp_path, "charge_date") == [{"charge_date": date(2026, 10, 4)}]


def test_support_from_a_seller_in_the_marketplace_is_no_support_plan(tmp_path: Path) -> None:
    seller = {
        "bill/BillingEntity": "AWS Marketplace",
        "product/ProductName": "Red Hat Linux with Premium Support",
    }
    put(tmp_path, write_csv(tmp_path / "a.csv", [seller], CUR_ROW))
    assert ask(tmp_path, "charge_type") == [{"charge_type": "marketplace"}]


def test_a_charge_without_a_list_price_counts_at_its_cost(tmp_path: Path) -> None:
    """A tax has no list price; of a commitment, what it covers is listed instead of its fee."""
    fee = {"ChargeCategory": "Purchase", "CommitmentDiscountId": "arn:x", "ListCost": ""}
    rows = [{}, {"ChargeCategory": "Tax", "ListCost": "", "BilledCost": "0.3"}, fee]
    put(tmp_path, write_csv(tmp_path / "a.csv", rows))
    assert total(tmp_path, "list_cost") == Decimal("2.3")


def test_a_report_without_list_prices_lists_what_was_paid(tmp_path: Path) -> None:
    plan = {
        "lineItem/UnblendedCost": "2",
        "savingsPlan/SavingsPlanARN": "arn:x",
        "savingsPlan/SavingsPlanEffectiveCost": "1.2",
        "savingsPlan/TotalCommitmentToDate": "1.2",
    }
    rows = [
        {"lineItem/UnblendedCost": "0.7"},
        {"lineItem/LineItemType": "Tax", "lineItem/UnblendedCost": "0.05"},
        {**plan, "lineItem/LineItemType": "SavingsPlanCoveredUsage"},
        {**plan, "lineItem/LineItemType": "SavingsPlanNegation", "lineItem/UnblendedCost": "-2"},
        {**plan, "lineItem/LineItemType": "SavingsPlanRecurringFee"},
    ]
    put(tmp_path, write_csv(tmp_path / "a.csv", rows, CUR_ROW))
    assert total(tmp_path, "list_cost") == Decimal("2.75")
