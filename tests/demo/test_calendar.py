"""The demo works on any day: the first of a month, leap days, the turn of a year."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from domain.period import Period
from integrations import demo
from integrations.demo.bill import calendar
from integrations.demo.charges import TAX_RATES, Credit, support, tax
from tests.demo.raw import COSTS, Raw, exact


@pytest.mark.parametrize(
    ("as_of", "first", "months_without_invoice"),
    [
        (date(2026, 12, 1), date(2025, 11, 1), 1),
        (date(2028, 2, 29), date(2027, 2, 1), 1),
        (date(2028, 3, 2), date(2027, 3, 1), 2),
        (date(2027, 1, 1), date(2025, 12, 1), 1),
    ],
)
def test_thirteen_whole_months_up_to_yesterday(
    tmp_path: Path, as_of: date, first: date, months_without_invoice: int
):
    raw = Raw(tmp_path, demo.write(tmp_path, as_of, scale=0.1))
    rows, truth = raw.rows, raw.truth
    days = rows["ChargePeriodStart"]
    assert days.min() == pd.Timestamp(first)
    assert days.max() == pd.Timestamp(as_of - timedelta(days=1))
    assert days.nunique() == (as_of - first).days
    assert len(raw.files) == 13
    assert exact(rows["BilledCost"]) == truth.billed
    months = rows.groupby("BillingPeriodStart")["InvoiceId"].agg(lambda ids: ids.isna().all())
    assert months.sum() == months_without_invoice
    assert not months[:-months_without_invoice].any()
    for event in truth.events:
        if event.series:
            chosen = raw.chosen(event.series, event.start, event.end)
            assert exact(chosen["BilledCost"]) == event.total, event


def landed(as_of: date) -> set[str]:
    """The monthly charges of October 2026 that an export of that day has."""
    known, october = calendar(as_of), Period.month(2026, 10)
    sums = {account: dict.fromkeys(COSTS, Decimal(1000)) for account in TAX_RATES}
    found = [*support(known, october, Decimal(300_000)), *tax(known, october, sums)]
    return {charge["ServiceName"] for charge in found}


def test_tax_lands_at_the_end_of_the_month_and_support_a_week_later():
    assert landed(date(2026, 10, 31)) == set()
    assert landed(date(2026, 11, 1)) == landed(date(2026, 11, 6)) == {"Tax"}
    assert landed(date(2026, 11, 7)) == {"Tax", "AWS Support (Business)"}


def test_support_is_charged_by_tier_of_spend():
    known, october = calendar(date(2026, 11, 23)), Period.month(2026, 10)
    tiers = [charge["BilledCost"] for charge in support(known, october, Decimal(300_000))]
    assert tiers == [1000.0, 4900.0, 8500.0, 1500.0]
    assert [charge["BilledCost"] for charge in support(known, october, Decimal(5_000))] == [500.0]


def test_a_credit_pool_pays_until_it_is_empty():
    pool = Credit("pool", 2, Decimal(400), Decimal(1000))
    assert [pool.used(month) for month in range(6)] == [0, 0, 400, 400, 200, 0]
