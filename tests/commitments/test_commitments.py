"""/cost commitments: sums that a spreadsheet makes too, on FOCUS and CUR, and honest silence."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from cards.model import Chart, Facts, Spans, Table
from handlers.kinds import Answer
from tests.demo.raw import Raw
from tests.lake.bills import CUR_ROW, FOCUS_ROW, put, write_csv
from tests.reports.conftest import Bot, said

CENT = Decimal("0.01")
PLAN = {
    "CommitmentDiscountId": "arn:aws:savingsplans::1:savingsplan/abc",
    "CommitmentDiscountType": "Savings Plan",
}
DEMAND = {"PricingCategory": "Standard", "BilledCost": "6", "EffectiveCost": "6", "ListCost": "6"}
USED = PLAN | {
    "PricingCategory": "Committed",
    "CommitmentDiscountStatus": "Used",
    "BilledCost": "0",
    "EffectiveCost": "3",
    "ListCost": "4",
}
UNUSED = PLAN | {
    "PricingCategory": "Committed",
    "CommitmentDiscountStatus": "Unused",
    "ServiceName": "Savings Plans for AWS Compute usage",
    "SkuMeter": "ComputeSP:1yrNoUpfront",
    "SubAccountId": "999999999999",
    "BilledCost": "0",
    "EffectiveCost": "1",
    "ListCost": "0",
}
MONTH = "commitments 2026-10"


def tables(answer: Answer) -> list[Table]:
    return [block for block in answer.card.blocks if isinstance(block, Table)]


def each(answer: Answer) -> tuple[tuple[str, Spans], ...]:
    """What is said of every commitment: the last facts of the card."""
    return [block for block in answer.card.blocks if isinstance(block, Facts)][-1].items


@pytest.fixture
def ask(tmp_path: Path, bot_of):  # type: ignore[no-untyped-def]
    async def ask(
        words: str, rows: Sequence[Mapping[str, str]], base: Mapping[str, str] = FOCUS_ROW
    ) -> Answer:
        put(tmp_path / "lake", write_csv(tmp_path / "bill.csv", rows, base))
        return await bot_of(tmp_path / "lake").ask(words)

    return ask


async def test_the_demo_says_what_plain_sums_of_its_export_say(bot: Bot, raw: Raw):
    rows = raw.rows
    rows = rows[(rows["BillingPeriodStart"] == pd.Timestamp("2026-10-01"))]
    used = rows[rows["CommitmentDiscountStatus"] == "Used"]
    unused = rows[rows["CommitmentDiscountStatus"] == "Unused"]
    ratio = used["EffectiveCost"].sum() / (
        used["EffectiveCost"].sum() + unused["EffectiveCost"].sum()
    )
    answer = await bot.ask("commitments last month")
    assert f"used to {ratio:.1%}".replace("%", " %") in said(answer)
    assert f"Unused ${unused['EffectiveCost'].sum():,.2f}" in said(answer)
    ec2 = used[used["ServiceName"] == "Amazon Elastic Compute Cloud"]["ListCost"].sum()
    (row,) = [row for row in tables(answer)[0].rows if row[0] == "Amazon Elastic Compute Cloud"]
    on_demand = float(row[2].replace("$", "").replace(",", ""))
    assert row[1] == f"{ec2 / (ec2 + on_demand):.1%}".replace("%", " %")


async def test_used_unused_and_covered_add_up_as_by_hand(ask):  # type: ignore[no-untyped-def]
    answer = await ask(MONTH, [DEMAND, USED, UNUSED])
    words = said(answer)
    assert "used to 75.0 % and cover 40.0 % of what they could" in words
    assert "Unused $1.00, 25.0 %" in words and "On demand $6.00 at list price" in words
    assert "Saved $0.00" in words
    assert answer.table is not None and answer.table.total.amount == 10


@pytest.mark.parametrize(
    "row",
    [
        {"SkuMeter": "EBS:VolumeUsage.gp3"},
        {"SkuMeter": "DataTransfer-Out-Bytes"},
        {"SkuMeter": "Fargate-EphemeralStorage-GB-Hours"},
        {"ServiceName": "Amazon Elastic MapReduce", "SkuMeter": "BoxUsage:m5.xlarge"},
        {"PricingCategory": "Dynamic", "SkuMeter": "SpotUsage:m5.large"},
        {"PricingCategory": "Dynamic", "SkuMeter": "BoxUsage:m5.large"},
        {"ChargeCategory": "Tax", "SkuMeter": ""},
    ],
)
async def test_what_nothing_can_cover_does_not_count(ask, row: dict[str, str]):  # type: ignore[no-untyped-def]
    assert "cover 40.0 %" in said(await ask(MONTH, [DEMAND, USED, UNUSED, DEMAND | row]))


@pytest.mark.parametrize(
    "meter",
    [
        "BoxUsage:m5.large",
        "EUC1-BoxUsage:m5.large",
        "USW2-Fargate-ARM-vCPU-Hours:perCPU",
        "Lambda-GB-Second-ARM",
        "APS1-InstanceUsage:db.r6g.large",
        "EU-Multi-AZUsage:db.m5.large",
        "NodeUsage:cache.r6g.large",
        "USW2-Node:ra3.xlplus",
        "ESInstance:r6g.large",
        "Host:ml.g5.xlarge",
    ],
)
async def test_what_can_be_covered_counts_in_every_region(ask, meter: str):  # type: ignore[no-untyped-def]
    more = DEMAND | {"SkuMeter": meter, "ListCost": "10"}
    assert "cover 20.0 %" in said(await ask(MONTH, [DEMAND, USED, UNUSED, more]))


async def test_a_filter_asks_what_is_covered_and_use_stays_that_of_whole_commitments(ask):  # type: ignore[no-untyped-def]
    other = DEMAND | {"SubAccountId": "333333333333", "SubAccountName": "search"}
    answer = await ask(f"{MONTH} where account=search", [DEMAND, other, USED, UNUSED])
    assert "used to 75.0 % and cover 0.0 % of this" in said(answer) and "Saved" not in said(answer)
    chart = [block for block in answer.card.blocks if isinstance(block, Chart)]
    assert not chart or chart[0].series[0].values[-1] == 75.0


async def test_every_commitment_has_a_row_the_most_wasted_first(ask):  # type: ignore[no-untyped-def]
    good = USED | {"CommitmentDiscountId": "arn:x:ri:good", "CommitmentDiscountType": "Reserved"}
    answer = await ask(MONTH, [DEMAND, good, USED, UNUSED])
    assert each(answer) == (
        ("Savings Plan abc", ("75.0 % used, $1.00 unused",)),
        ("Reserved good", ("100.0 % used, $0.00 unused",)),
    )


async def test_of_very_many_the_most_wasted_are_named_and_the_rest_counted(ask):  # type: ignore[no-untyped-def]
    plans = [UNUSED | {"CommitmentDiscountId": f"plan-{n}"} for n in range(11)]
    said = each(await ask(MONTH, [DEMAND, *plans]))
    assert len(said) == 9 and said[-1] == ("", ("3 more commitments, none with more unused.",))


async def test_a_bill_without_commitments_says_so_and_what_could_be_covered(ask):  # type: ignore[no-untyped-def]
    words = said(await ask(MONTH, [DEMAND]))
    assert "names no Savings Plan and no reservation. $6.00 of usage on demand" in words


async def test_a_bill_without_their_columns_is_no_mistake(ask):  # type: ignore[no-untyped-def]
    bare = {
        "CommitmentDiscountId": "-",
        "CommitmentDiscountStatus": "-",
        "PricingCategory": "-",
        "SkuMeter": "-",
    }
    answer = await ask(MONTH, [bare])
    assert not answer.refused and "names no Savings Plan and no reservation." in said(answer)


async def test_covered_usage_without_a_list_price_is_not_called_uncovered(ask):  # type: ignore[no-untyped-def]
    words = said(await ask(MONTH, [DEMAND, USED | {"ListCost": "0"}, UNUSED]))
    assert "cannot be told" in words and "cover 0.0 %" not in words and "Saved" not in words


async def test_the_cost_and_usage_report_gives_the_same_answers(ask):  # type: ignore[no-untyped-def]
    plan = {"savingsPlan/SavingsPlanARN": "arn:aws:savingsplans::1:savingsplan/abc"}
    kind, listed = "lineItem/LineItemType", "pricing/publicOnDemandCost"
    rows = [
        {kind: "Usage", "lineItem/UnblendedCost": "6", listed: "6"},
        plan
        | {
            kind: "SavingsPlanCoveredUsage",
            "lineItem/UnblendedCost": "4",
            "savingsPlan/SavingsPlanEffectiveCost": "3",
            listed: "4",
        },
        plan | {kind: "SavingsPlanNegation", "lineItem/UnblendedCost": "-4", listed: "0"},
        plan
        | {
            kind: "SavingsPlanRecurringFee",
            "lineItem/UnblendedCost": "4",
            "lineItem/UsageType": "ComputeSP:1yrNoUpfront",
            "savingsPlan/TotalCommitmentToDate": "4",
            "savingsPlan/UsedCommitment": "3",
        },
    ]
    answer = await ask(MONTH, rows, CUR_ROW)
    assert "used to 75.0 % and cover 40.0 %" in said(answer)
    assert each(answer) == (("Savings Plan abc", ("75.0 % used, $1.00 unused",)),)


async def test_the_days_of_the_chart_have_the_ratio_of_the_whole(bot: Bot):
    answer = await bot.ask("commitments last month")
    (chart,) = [block for block in answer.card.blocks if isinstance(block, Chart)]
    assert chart.unit == "%" and len(chart.categories) == 31
    used = chart.series[0].values
    whole = float(said(answer).split("used to ")[1].split(" %")[0])
    assert min(used) <= whole <= max(used) <= 100


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("commitments by day", "over time"),
        ("commitments vs last month", "one period at a time"),
        ("commitments yesterday", "settled"),
    ],
)
async def test_what_cannot_be_told_says_why(bot: Bot, words: str, told: str):
    answer = await bot.ask(words)
    assert answer.refused and told in said(answer)
