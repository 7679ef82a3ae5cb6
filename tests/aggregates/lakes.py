"""Small lakes with everything that sums may hide: types of charges, gaps, exact fractions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.publishing import publish
from bot.served import ServedLake
from domain.aggregates import CUTS, WHOLE, Grain, Snapshot, Sums, Words
from integrations.aws.aggregates import Served, Table
from store.lake import catalog
from store.lake.load import load
from store.lake.sums import published as known_of
from store.lake.sums import sums_of, words_of
from tests.lake.bills import write_csv

TABLE = "costbot-aggregates"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

SERVICES = ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service", 'Odd "<name>" #~')
ACCOUNTS = ("111122223333", "444455556666")
REGIONS = ("us-east-1", "eu-west-1", "")
CATEGORIES = ("Usage", "Tax", "Credit")


def rows(month: str, cost: str = "1.000000000001", days: int = 5) -> list[dict[str, str]]:
    """Some charges of each kind on the first days of a month; one of them is an hour long."""
    found: list[dict[str, str]] = []
    for day in range(1, days + 1):
        for number, service in enumerate(SERVICES):
            place = day + number
            found.append(
                {
                    "BilledCost": cost if place % 3 else f"-0.{place:02}",
                    "EffectiveCost": "0.75",
                    "BillingPeriodStart": f"{month}-01",
                    "ChargePeriodStart": f"{month}-{day:02}T{place:02}:00:00Z",
                    "ChargePeriodEnd": f"{month}-{day:02}T{place + 1:02}:00:00Z",
                    "ServiceName": service,
                    "ServiceCategory": "Compute" if number == 0 else "Storage",
                    "SubAccountId": ACCOUNTS[place % 2],
                    "SubAccountName": f"team {place % 2}",
                    "RegionId": REGIONS[place % 3],
                    "PricingCategory": "Standard",
                    "ChargeCategory": CATEGORIES[day % 3],
                }
            )
    return found


def put(data: Path, months: Sequence[str], cost: str = "1.000000000001", later: int = 0) -> None:
    """Load a bill for each month, `later` hours after NOW."""
    path = write_csv(data / "bill.csv", [row for month in months for row in rows(month, cost)])
    load([path], data, NOW + timedelta(hours=later))


def published(data: Path, later: int = 0) -> list[str]:
    return publish(data, TABLE, NOW + timedelta(hours=later))


def served(folder: Path) -> ServedLake:
    """A costbot without bills."""
    folder.mkdir(parents=True, exist_ok=True)
    return ServedLake(Served(Table(TABLE)), folder)


def prepared(data: Path) -> tuple[Snapshot, Sums, Words]:
    """The one bill of a lake, as it is handed to a publisher."""
    seen = catalog.read(data / catalog.FOLDER)
    (stored,) = seen.bills
    with sums_of(data, stored) as sums:
        kept = {(cut, grain): [*sums(cut, grain)] for cut in (*CUTS, WHOLE) for grain in Grain}
    (snapshot,) = known_of(seen).snapshots
    return snapshot, lambda cut, grain: kept[cut, grain], words_of(data, stored)
