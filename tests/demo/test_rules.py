"""The demo bill keeps the rules that FOCUS 1.2 gives for charges, prices and commitments."""

import numpy as np
import pandas as pd
import pyarrow as pa

from integrations.demo.charges import PLAN_ID, reservation_id
from tests.demo.raw import Raw, exact

ALLOWED = {
    "ChargeCategory": {"Usage", "Purchase", "Tax", "Credit"},
    "ChargeClass": {"Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "PricingCategory": {"Standard", "Dynamic", "Committed"},
    "CommitmentDiscountStatus": {"Used", "Unused"},
}


def test_every_value_is_one_that_the_specification_allows(raw: Raw):
    for name, allowed in ALLOWED.items():
        assert set(raw.rows[name].dropna().unique()) == allowed, name


def test_a_subcategory_has_one_category(raw: Raw):
    pairs = raw.rows[["ServiceCategory", "ServiceSubcategory"]].drop_duplicates()
    assert not pairs["ServiceSubcategory"].duplicated().any()
    assert raw.rows["ServiceName"].nunique() >= 40


def test_costs_are_unit_price_times_quantity(raw: Raw):
    priced = raw.rows[raw.rows["ListUnitPrice"].notna()]
    for price, cost in (("ListUnitPrice", "ListCost"), ("ContractedUnitPrice", "ContractedCost")):
        product = priced[price] * priced["PricingQuantity"]
        kept = priced["ChargeCategory"].eq("Usage") | priced["CommitmentDiscountId"].isna()
        np.testing.assert_allclose(product[kept], priced[cost][kept], rtol=1e-9, atol=1e-9)


def test_amounts_have_ten_decimals(raw: Raw):
    for name in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"):
        assert (np.round(raw.rows[name], 10) == raw.rows[name]).all()


def test_no_usage_costs_more_than_its_list_price(raw: Raw):
    usage = raw.rows[(raw.rows["ChargeCategory"] == "Usage") & raw.rows["ChargeClass"].isna()]
    used = usage[usage["CommitmentDiscountStatus"] != "Unused"]
    assert (used["ListCost"] >= used["ContractedCost"]).all()
    assert (used["ContractedCost"] >= used["EffectiveCost"]).all()
    assert (used[["ListCost", "EffectiveCost"]] > 0).all().all()
    covered = used["CommitmentDiscountId"].notna()
    assert (used["BilledCost"][covered] == 0).all()
    assert (used["BilledCost"][~covered] == used["EffectiveCost"][~covered]).all()


def test_what_must_be_null_is_null_and_nothing_else(raw: Raw):
    rows = raw.rows
    priced = rows["ChargeCategory"].isin(["Usage", "Purchase"]) & rows["ChargeClass"].isna()
    for name in ("SkuId", "SkuPriceId", "SkuMeter", "PricingCategory", "PricingQuantity"):
        assert rows[name].notna().equals(priced), name
    assert (
        rows.loc[rows["ChargeCategory"] == "Purchase", "ChargeFrequency"] != "Usage-Based"
    ).all()
    metered = priced & (rows["ChargeCategory"] == "Usage")
    metered &= rows["CommitmentDiscountStatus"] != "Unused"
    assert rows["ConsumedQuantity"].notna().equals(metered)
    assert rows["ConsumedUnit"].notna().equals(metered)
    assert rows["CommitmentDiscountQuantity"].notna().equals(rows["CommitmentDiscountId"].notna())
    assert (rows["PricingCategory"] == "Committed").equals(rows["CommitmentDiscountStatus"].notna())


def test_a_month_of_the_savings_plan_costs_what_it_covered_and_what_it_did_not(raw: Raw):
    plan = raw.rows[raw.rows["CommitmentDiscountId"] == PLAN_ID]
    open_month = pd.Timestamp(raw.truth.last_day.replace(day=1))
    for month, rows in plan.groupby("BillingPeriodStart"):
        usage = rows[rows["ChargeCategory"] == "Usage"]
        unused = usage[usage["CommitmentDiscountStatus"] == "Unused"]["EffectiveCost"]
        assert (unused > 0).all()
        assert unused.sum() < 0.2 * usage["EffectiveCost"].sum()
        if month != open_month:
            bought = rows[rows["ChargeCategory"] == "Purchase"]
            assert exact(usage["EffectiveCost"]) == exact(bought["BilledCost"])
            assert (bought["EffectiveCost"] == 0).all()


def test_the_reservation_fee_is_spread_evenly_over_its_term(raw: Raw):
    mine = raw.rows[raw.rows["CommitmentDiscountId"] == reservation_id(True)]
    fee = mine[mine["ChargeCategory"] == "Purchase"]
    assert list(fee["EffectiveCost"]) == [0.0]
    days = (
        mine[mine["ChargeCategory"] == "Usage"].groupby("ChargePeriodStart")["EffectiveCost"].sum()
    )
    assert days.nunique() == 1
    assert days.index.min() == fee["ChargePeriodStart"].iloc[0]
    assert days.iloc[0] * 365 == fee["BilledCost"].iloc[0]


def test_a_resource_lives_in_one_account_and_an_instance_runs_a_day_a_day(raw: Raw):
    rows = raw.rows.dropna(subset=["ResourceId"])
    owners = rows.groupby("ResourceId", observed=True)["SubAccountName"].nunique()
    assert (owners == 1).all()
    meters = rows["SkuMeter"].astype(str)
    hours = rows[
        meters.str.contains("BoxUsage|InstanceUsage") & (rows["ServiceCategory"] != "Analytics")
    ]
    a_day = hours.groupby(["ResourceId", "ChargePeriodStart"], observed=True)["ConsumedQuantity"]
    assert a_day.sum().max() <= 24.000001


def test_private_discounts_are_written_where_prices_are_private(raw: Raw):
    month = raw.rows["BillingPeriodStart"] == raw.rows["BillingPeriodStart"].min()
    maps = raw.table["x_Discounts"].filter(pa.array(month)).to_pylist()
    discounts = [dict(pairs or ()) for pairs in maps]
    off = np.array([sum(found.values()) for found in discounts])
    rows = raw.rows[month]
    usage = (rows["ChargeCategory"] == "Usage") & (rows["BilledCost"] > 0)
    np.testing.assert_allclose(
        off[usage], (rows["BilledCost"] - rows["ListCost"])[usage], atol=1e-9
    )
    assert (off[~usage] == 0).all()
    names = {name for found in discounts for name in found}
    assert names == {"EdpDiscount", "PrivateRateDiscount"}
