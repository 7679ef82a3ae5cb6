"""One small bill with numbers that a person can add up, loaded once for every walk."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo import prepare
from tests.lake.bills import put, write_csv
from tests.walks.chats import Chat, InSlack, InTeams
from tests.walks.office import Office
from tests.walks.opening import opened

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

EC2, S3 = "Amazon Elastic Compute Cloud", "Amazon Simple Storage Service"
#: A tag value that tries every platform's markup at once.
NASTY = "<!channel> *bold* <at>all</at> [x](https://evil.example)"


def bill_row(
    day: str, service: str, cost: str, account: str, team: str = "", end: str = ""
) -> dict[str, str]:
    """A usage charge of one day; `end` is needed on the last day of a month."""
    month, number = day[:7], int(day[8:])
    tags = f'{{"team": "{team}"}}' if team else ""
    return {
        "BillingPeriodStart": f"{month}-01T00:00:00Z",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{end or f'{month}-{number + 1:02}'}T00:00:00Z",
        "ServiceName": service,
        "BilledCost": cost,
        "EffectiveCost": cost,
        "SubAccountId": {"payments": "222222222222", "search": "333333333333"}[account],
        "SubAccountName": account,
        "Tags": tags,
    }


#: October is 100.10 in all, November 64.05 so far.
ROWS = [
    bill_row("2026-10-05", EC2, "60.03", "payments", "payments"),
    bill_row("2026-10-20", S3, "40.07", "search", NASTY),
    bill_row("2026-11-02", EC2, "30.01", "payments", "payments"),
    bill_row("2026-11-20", EC2, "24.02", "search"),
    bill_row("2026-11-21", S3, "10.02", "search", NASTY),
]


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walks")
    put(folder, write_csv(folder / "bill.csv", ROWS))
    return folder


@pytest.fixture
async def office(tmp_path: Path, database_url: str) -> AsyncIterator[Office]:
    """A running bot with everybody around it, once on each engine."""
    async with opened(tmp_path, database_url) as everybody:
        yield everybody


@pytest.fixture(params=["slack", "teams"])
def chat(request: pytest.FixtureRequest, office: Office) -> Chat:
    """Somebody in Slack, then somebody in Teams."""
    return InSlack(office) if request.param == "slack" else InTeams(office)


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up organisation, with everything that is planted in its bill."""
    folder = tmp_path_factory.mktemp("demo-lake")
    prepare(folder, NOW)
    return folder
