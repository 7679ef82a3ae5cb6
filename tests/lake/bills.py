"""Small bills made by hand, and sums that know nothing of the lake's engine."""

import asyncio
import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.period import Period
from store.lake import DuckLake
from store.lake.load import LoadReport, load

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EVER = [Period(date(2000, 1, 1), date(2100, 1, 1))]

FOCUS_ROW = {
    "BilledCost": "1.5",
    "EffectiveCost": "1.25",
    "ListCost": "2",
    "BillingAccountId": "111111111111",
    "BillingAccountName": "Example",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-10-01T00:00:00Z",
    "ChargePeriodStart": "2026-10-05T00:00:00Z",
    "ChargePeriodEnd": "2026-10-06T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeClass": "",
    "CommitmentDiscountId": "",
    "CommitmentDiscountStatus": "",
    "ProviderName": "AWS",
    "PublisherName": "Amazon Web Services, Inc.",
    "ServiceName": "Amazon Elastic Compute Cloud",
    "SubAccountId": "222222222222",
    "SubAccountName": "payments",
    "SkuMeter": "BoxUsage",
    "Tags": "",
}

CUR_ROW = {
    "bill/PayerAccountId": "111111111111",
    "bill/BillingEntity": "AWS",
    "bill/BillingPeriodStartDate": "2026-10-01T00:00:00Z",
    "lineItem/UsageAccountId": "222222222222",
    "lineItem/LineItemType": "Usage",
    "lineItem/UsageStartDate": "2026-10-05T00:00:00Z",
    "lineItem/UsageEndDate": "2026-10-06T00:00:00Z",
    "lineItem/ProductCode": "AmazonEC2",
    "lineItem/UsageType": "BoxUsage:m5.large",
    "lineItem/CurrencyCode": "USD",
    "lineItem/UnblendedCost": "1",
    "product/ProductName": "Amazon Elastic Compute Cloud",
    "reservation/ReservationARN": "",
    "savingsPlan/SavingsPlanARN": "",
}


def write_csv(
    path: Path, rows: Sequence[Mapping[str, str]], base: Mapping[str, str] = FOCUS_ROW
) -> Path:
    """A bill whose rows differ from `base` where they say so; "-" leaves a column out."""
    names = dict.fromkeys(name for row in (base, *rows) for name in row)
    kept = [name for name in names if all(row.get(name) != "-" for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, kept, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({**base, **row} for row in rows)
    return path


def put(data_dir: Path, *paths: str | Path) -> LoadReport:
    return load(paths, data_dir, NOW)


def ask(data_dir: Path, *columns: str) -> list[dict[str, Any]]:
    """Every charge, with these columns, as the lake has it."""

    def question(table: Any) -> Any:
        return table.select(*columns)

    lake = DuckLake(data_dir)
    try:
        return asyncio.run(lake.run(question, frozenset({*columns, "resource_id"}), EVER))
    finally:
        lake.close()


def total(data_dir: Path, cost: str = "unblended_cost") -> Decimal:
    return sum((row[cost] for row in ask(data_dir, cost)), Decimal(0))


def sums(pairs: Iterable[tuple[str, str]]) -> dict[str, Decimal]:
    """Exact sums of amounts as text, by key."""
    found: dict[str, Decimal] = {}
    for key, amount in pairs:
        found[key] = found.get(key, Decimal(0)) + Decimal(amount)
    return found
