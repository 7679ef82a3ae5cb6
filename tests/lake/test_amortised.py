"""Amortised cost of the Cost and Usage Report: one row per line item type, computed by hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import InputError
from tests.lake.bills import CUR_ROW, ask, put, write_csv

PLAN = "savingsPlan/"
RESERVED = "reservation/"
UPFRONT = "UnusedAmortizedUpfrontFeeForBillingPeriod"
NET_UPFRONT = "NetUnusedAmortizedUpfrontFeeForBillingPeriod"
ARN = {RESERVED + "ReservationARN": "arn:aws:ec2:eu-west-1:1:reserved-instances/a"}
COST = "lineItem/UnblendedCost"
NET = "lineItem/NetUnblendedCost"

#: type, columns -> amortised, net amortised, what the charge is
ROWS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("Usage", {COST: "5", NET: "4.5"}, "5", "4.5", "usage"),
    (
        "SavingsPlanCoveredUsage",
        {
            COST: "10",
            NET: "10",
            PLAN + "SavingsPlanEffectiveCost": "7",
            PLAN + "NetSavingsPlanEffectiveCost": "6.3",
        },
        "7",
        "6.3",
        "usage",
    ),
    ("SavingsPlanNegation", {COST: "-10", NET: "-10"}, "0", "0", "usage"),
    (
        "SavingsPlanRecurringFee",
        {COST: "8", NET: "8", PLAN + "TotalCommitmentToDate": "9", PLAN + "UsedCommitment": "7"},
        "2",
        "2",
        "commitment",
    ),
    ("SavingsPlanUpfrontFee", {COST: "1000", NET: "900"}, "0", "0", "commitment"),
    (
        "DiscountedUsage",
        {
            **ARN,
            COST: "0",
            NET: "0",
            RESERVED + "EffectiveCost": "3",
            RESERVED + "NetEffectiveCost": "2.7",
        },
        "3",
        "2.7",
        "usage",
    ),
    (
        "RIFee",
        {
            **ARN,
            COST: "12",
            NET: "11",
            RESERVED + UPFRONT: "0.5",
            RESERVED + "UnusedRecurringFee": "1.25",
            RESERVED + NET_UPFRONT: "0.4",
            RESERVED + "NetUnusedRecurringFee": "1",
        },
        "1.75",
        "1.4",
        "commitment",
    ),
    ("Fee", {**ARN, COST: "500", NET: "450"}, "0", "0", "commitment"),
    ("Fee", {COST: "15", NET: "15"}, "15", "15", "other"),
    ("Tax", {COST: "2.1", NET: "2.1"}, "2.1", "2.1", "tax"),
    ("Credit", {COST: "-4", NET: "-4"}, "-4", "-4", "credit"),
    ("Refund", {COST: "-6", NET: "-6"}, "-6", "-6", "refund"),
    (
        "Refund",
        {COST: "-20", NET: "-20", "lineItem/ProductCode": "ComputeSavingsPlans"},
        "0",
        "0",
        "refund",
    ),
    ("EdpDiscount", {COST: "-1", NET: "-1"}, "-1", "-1", "other"),
    ("BundledDiscount", {COST: "-2", NET: "-2"}, "-2", "-2", "other"),
    ("PrivateRateDiscount", {COST: "-3", NET: "-3"}, "-3", "-3", "other"),
    ("RiVolumeDiscount", {**ARN, COST: "-0.5", NET: "-0.5"}, "-0.5", "-0.5", "other"),
    ("SppDiscount", {COST: "-0.25", NET: "-0.25"}, "-0.25", "-0.25", "other"),
    ("DistributorDiscount", {COST: "-0.75", NET: "-0.75"}, "-0.75", "-0.75", "other"),
    ("Discount", {COST: "-1.5", NET: "-1.5"}, "-1.5", "-1.5", "other"),
    # What is new at AWS counts at its cost.
    ("SomethingNew", {COST: "7", NET: "6"}, "7", "6", "other"),
    (
        "Usage",
        {COST: "30", NET: "30", "bill/BillingEntity": "AWS Marketplace"},
        "30",
        "30",
        "marketplace",
    ),
    (
        "Fee",
        {
            COST: "100",
            NET: "100",
            "product/ProductName": "",
            "lineItem/ProductCode": "AWSSupportBusiness",
        },
        "100",
        "100",
        "support",
    ),
]


def bill(path: Path, *leave_out: str) -> Path:
    rows = [
        {"lineItem/LineItemType": line, "lineItem/UsageType": str(number), **columns}
        | dict.fromkeys(leave_out, "-")
        for number, (line, columns, *_) in enumerate(ROWS)
    ]
    return write_csv(path, rows, CUR_ROW)


def test_every_line_item_type_is_amortised_as_published(tmp_path: Path) -> None:
    put(tmp_path, bill(tmp_path / "cur.csv"))
    names = ("sku_meter", "charge_type", "unblended_cost", "amortised_cost", "net_amortised_cost")
    found = sorted(ask(tmp_path, *names), key=lambda row: int(row["sku_meter"]))
    for (line, columns, amortised, net, kind), row in zip(ROWS, found, strict=True):
        assert (row["amortised_cost"], row["net_amortised_cost"], row["charge_type"]) == (
            Decimal(amortised),
            Decimal(net),
            kind,
        ), line
        assert row["unblended_cost"] == Decimal(columns[COST]), line


def test_the_amortised_sums_are_those_computed_by_hand(tmp_path: Path) -> None:
    """Amortised leaves out what was paid at once, and puts in what a period used or wasted."""
    put(tmp_path, bill(tmp_path / "cur.csv"))
    found = ask(tmp_path, "unblended_cost", "amortised_cost", "net_unblended_cost")
    assert sum(row["unblended_cost"] for row in found) == Decimal("1640.1")
    assert sum(row["net_unblended_cost"] for row in found) == Decimal("1487.6")
    assert sum(row["amortised_cost"] for row in found) == Decimal("153.85")


def test_without_net_columns_net_is_gross(tmp_path: Path) -> None:
    net = {name for _, columns, *_ in ROWS for name in columns if "/Net" in name}
    put(tmp_path, bill(tmp_path / "cur.csv", *net))
    for row in ask(
        tmp_path, "unblended_cost", "net_unblended_cost", "amortised_cost", "net_amortised_cost"
    ):
        assert row["net_unblended_cost"] == row["unblended_cost"]
        assert row["net_amortised_cost"] == row["amortised_cost"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("SavingsPlanCoveredUsage", "savingsPlan/SavingsPlanEffectiveCost"),
        ("SavingsPlanRecurringFee", "savingsPlan/TotalCommitmentToDate"),
        ("DiscountedUsage", "reservation/EffectiveCost"),
        ("RIFee", "reservation/UnusedRecurringFee"),
    ],
)
def test_a_commitment_that_cannot_be_amortised_is_refused(
    tmp_path: Path, line: str, column: str
) -> None:
    path = write_csv(tmp_path / "cur.csv", [{}, {"lineItem/LineItemType": line}], CUR_ROW)
    with pytest.raises(InputError) as caught:
        put(tmp_path, path)
    assert str(caught.value) == (
        f"{path}, line 3, column {column}: a {line} row needs a value here."
        " Export it: the amortised cost is computed from it."
    )
