"""The same of a Cost and Usage Report, which has other words for what is bought."""

from datetime import date, timedelta
from pathlib import Path

from domain.finding import Finding
from tests.charges.bill import EC2, RDS, Organisation, Row, day
from tests.lake.bills import CUR_ROW, write_csv

ON = day("2026-11-12")


def line(kind: str, on: date, cost: float, **more: str) -> Row:
    start, end = on, on + timedelta(days=1)
    return {
        "bill/BillingPeriodStartDate": f"{on.replace(day=1)}T00:00:00Z",
        "lineItem/UsageStartDate": f"{start}T00:00:00Z",
        "lineItem/UsageEndDate": f"{end}T00:00:00Z",
        "lineItem/LineItemType": kind,
        "lineItem/UnblendedCost": f"{cost}",
        "lineItem/LineItemDescription": "",
        "savingsPlan/SavingsPlanARN": "",
        "savingsPlan/TotalCommitmentToDate": "0",
        "savingsPlan/UsedCommitment": "0",
        "reservation/UnusedRecurringFee": "0",
        **more,
    }


def usage() -> list[Row]:
    days = [day("2026-07-01") + timedelta(days=n) for n in range(145)]
    return [line("Usage", one, 500 + one.day % 3) for one in days]


class Report(Organisation):
    """The bill comes as a CUR."""

    rows: tuple[Row, ...] = ()

    def rows_of(self, month: date, today: date) -> list[Row]:
        known = [one for one in self.rows if one["lineItem/UsageStartDate"][:10] < str(today)]
        return [one for one in known if one["bill/BillingPeriodStartDate"].startswith(str(month))]

    def write(self, path: Path, rows: list[Row]) -> Path:
        return write_csv(path, rows, CUR_ROW)


async def found(folder: Path, *rows: Row) -> list[Finding]:
    it = Report(folder)
    it.rows = (*usage(), *rows)
    return list(await it.looks(ON + timedelta(days=5)))


async def test_an_upfront_fee_of_a_reservation_is_a_purchase_and_its_hours_are_none(tmp_path: Path):
    """Partial upfront: something at once, and something for each month from then on."""
    arn = {"reservation/ReservationARN": "arn:ri/1", "product/ProductName": RDS}
    [bought] = await found(tmp_path, line("Fee", ON, 3000, **arn), line("RIFee", ON, 250, **arn))
    assert bought.kind == "purchase"
    assert bought.title == "Bought in 222222222222: RDS, $3,000.00 at once and $250.00 a month"


async def test_a_savings_plan_of_each_hour_is_one_purchase(tmp_path: Path):
    plan = {
        "savingsPlan/SavingsPlanARN": "arn:sp/1",
        "product/ProductName": "Savings Plans for AWS Compute usage",
    }
    days = [ON + timedelta(days=n) for n in range(4)]
    [bought] = await found(
        tmp_path, *(line("SavingsPlanRecurringFee", one, 48, **plan) for one in days)
    )
    assert "$1,460.00 a month" in bought.title


async def test_marketplace_fees_credits_and_refunds_have_their_own_words(tmp_path: Path):
    seller = {"bill/BillingEntity": "AWS Marketplace", "product/ProductName": "Vault"}
    said = {"lineItem/LineItemDescription": "Vault, annual contract"}
    told = await found(
        tmp_path,
        line("Fee", ON, 48_000, **seller, **said),
        line("Usage", ON, 20, **seller),
        line("Refund", ON, -400, **{"product/ProductName": EC2}),
        line("Credit", ON, -900, **{"lineItem/LineItemDescription": "Activate"}),
        line("Tax", ON, 700),
    )
    assert sorted(one.kind for one in told) == ["purchase", "refund"]
