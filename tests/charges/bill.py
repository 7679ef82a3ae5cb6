"""A made organisation whose bill arrives day by day: late, restated, with charges of every type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import numpy as np

from bot import watch
from bot.assembly import Parts
from bot.settings import Secret, Settings
from domain.charge import Grant
from domain.finding import Finding
from domain.period import ONE_DAY, Period, next_month
from domain.query import Measure
from handlers.kinds import Actor, Context, Origin, Surface
from store.lake.load import load
from tests.lake.bills import write_csv

EC2, S3, RDS = (
    "Amazon Elastic Compute Cloud",
    "Amazon Simple Storage Service",
    "Amazon Relational Database Service",
)
ACCOUNTS = {"222222222222": "payments", "333333333333": "search"}
PAYMENTS, SEARCH = ACCOUNTS
FIRST = date(2026, 7, 1)
#: What a day of usage costs in all.
A_DAY = 1460
_LEVELS = {
    (PAYMENTS, EC2): 600,
    (PAYMENTS, S3): 120,
    (PAYMENTS, RDS): 240,
    (SEARCH, EC2): 400,
    (SEARCH, S3): 100,
}

Row = dict[str, str]


def charge(day: date, cost: float, end: date | None = None, **more: str) -> Row:
    """A charge that is no usage: what is not said of it is as on a purchase."""
    end = end or day + ONE_DAY
    return {
        "BillingPeriodStart": f"{day.replace(day=1)}T00:00:00Z",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{end}T00:00:00Z",
        "BilledCost": f"{cost:.4f}",
        "EffectiveCost": f"{cost:.4f}",
        "ListCost": f"{cost:.4f}",
        "SubAccountId": PAYMENTS,
        "SubAccountName": ACCOUNTS[PAYMENTS],
        "ChargeCategory": "Purchase",
        "ChargeFrequency": "One-Time",
        "SkuMeter": "",
        **more,
    }


def reservation(day: date, cost: float, **more: str) -> Row:
    """A year of databases, paid at once."""
    return charge(
        day,
        cost,
        ServiceName=RDS,
        SkuMeter="HeavyUsage:db.r6g.4xlarge",
        CommitmentDiscountId="ri-1",
        ChargeDescription="All Upfront, 1 year, 4 x db.r6g.4xlarge",
        **{"EffectiveCost": "0", **more},
    )


def subscription(day: date, cost: float, **more: str) -> Row:
    """A month of a product from the Marketplace."""
    said = {
        "ServiceName": "Harbourlight",
        "PublisherName": "Harbourlight Software Ltd",
        "ChargeFrequency": "Recurring",
        "SkuMeter": "MP:Subscription",
        "ChargeDescription": "Harbourlight, monthly subscription",
    }
    return charge(day, cost, **{**said, **more})


def credit(month: date, paid: float, name: str = "AWS Activate credit", **more: str) -> Row:
    """One line for a month, as AWS writes them."""
    said = {"ChargeCategory": "Credit", "ServiceName": EC2, "ChargeDescription": name}
    return charge(month, -paid, next_month(month), **{**said, **more})


def refund(day: date, back: float, **more: str) -> Row:
    said = {
        "ChargeCategory": "Usage",
        "ChargeClass": "Correction",
        "ServiceName": S3,
        "ChargeDescription": "Refund of requests of an earlier month",
    }
    return charge(day, -back, **{**said, **more})


def support(month: date, cost: float) -> Row:
    return charge(
        month,
        cost,
        next_month(month),
        ServiceName="AWS Support (Business)",
        ChargeFrequency="Recurring",
        ChargeDescription="10% of monthly AWS usage",
    )


def tax(month: date, cost: float, account: str = PAYMENTS) -> Row:
    return charge(
        month,
        cost,
        next_month(month),
        ChargeCategory="Tax",
        ServiceName="Tax",
        SubAccountId=account,
        SubAccountName=ACCOUNTS[account],
        ChargeDescription="Tax of type SALES",
    )


@dataclass
class Organisation:
    """The bill as it is on a day, and the bot that looks at it.

    `charges` come with the day on which the bill has them first. `factors` multiply the usage of
    an account and service on a day; `late` is how much of the newest days has arrived, the newest
    first.
    """

    folder: Path
    charges: Sequence[tuple[date, Row]] = ()
    factors: Mapping[tuple[str, str, date], float] = field(
        default_factory=dict[tuple[str, str, date], float]
    )
    late: Sequence[float] = (0.5, 0.85)
    grants: tuple[Grant, ...] = ()
    measure: Measure = Measure.UNBLENDED
    told: dict[str, Finding] = field(default_factory=dict[str, Finding])

    def __post_init__(self) -> None:
        self.now = datetime.combine(FIRST, time(), UTC)
        self._loaded: set[date] = set()
        routes = self.folder / "costbot.toml"
        routes.write_text('[[route]]\nto = ["slack:C0123ABCD", "pagerduty"]\n')
        settings = Settings(data_dir=self.folder / "data", database_url=Secret("sqlite://"))
        self.parts = Parts(settings, lambda: self.now, routes=routes)

    def arrives(self, today: date) -> None:
        """The export of a morning: everything up to yesterday, as far as it is there."""
        self.now = datetime.combine(today, time(6), UTC)
        last = today - ONE_DAY
        months = [FIRST]
        while next_month(months[-1]) <= last:
            months.append(next_month(months[-1]))
        # AWS goes on changing a month for two weeks.
        due = [one for one in months if one not in self._loaded or one in months[-2:]]
        self._loaded |= set(months)
        paths = [
            self.write(self.folder / f"{month}.csv", self.rows_of(month, today)) for month in due
        ]
        load(paths, self.folder / "data", self.now)

    async def looks(self, today: date) -> Sequence[Finding]:
        """What is found on a morning, recorded with its places as the bot records it."""
        self.arrives(today)
        actor, here = Actor("t", "t", "t"), Origin("console", "local", Surface.CONSOLE)
        use = replace(self.parts.use, credits=self.grants, measure=self.measure)
        context = Context(actor, here, self.now, use)
        self.parts.memory.open()
        seen = await watch.look(context, self.parts.alerts)
        self.places = {one.finding.id: one.places for one in seen}
        found = await self.parts.memory.findings.report(seen, self.now)
        self.told |= {one.id: one for one in found}
        return found

    async def days(self, first: date, last: date) -> dict[date, list[Finding]]:
        """Morning after morning."""
        days = Period(first, last + ONE_DAY)
        return {day: list(await self.looks(day)) for day in days}

    def kinds(self) -> list[str]:
        return sorted(one.kind for one in self.told.values())

    def write(self, path: Path, rows: list[Row]) -> Path:
        return write_csv(path, rows)

    def rows_of(self, month: date, today: date) -> list[Row]:
        rows = [
            row
            for known, row in self.charges
            if known <= today and row["BillingPeriodStart"].startswith(str(month))
        ]
        for day in Period(month, next_month(month)):
            if day < today:
                share = dict(enumerate(self.late)).get((today - day).days - 1, 1.0)
                rows += [self._usage(day, *key, share) for key in _LEVELS]
        return rows

    def _usage(self, day: date, account: str, service: str, share: float) -> Row:
        place = list(_LEVELS).index((account, service))
        noise = np.random.default_rng([place, day.toordinal()]).normal(0, 0.03)
        quiet = 0.8 if day.weekday() >= 5 else 1.0
        cost = _LEVELS[account, service] * quiet * float(np.exp(noise)) * share
        cost *= self.factors.get((account, service, day), 1.0)
        return {
            **charge(day, cost, ServiceName=service, SubAccountId=account),
            "SubAccountName": ACCOUNTS[account],
            "ChargeCategory": "Usage",
            "ChargeFrequency": "Usage-Based",
            "SkuMeter": "NatGateway-Bytes" if service == EC2 else "Usage",
        }


def months(first: date, last: date) -> list[date]:
    """The first days of the months from one to another."""
    found = [first.replace(day=1)]
    while next_month(found[-1]) <= last:
        found.append(next_month(found[-1]))
    return found


def day(text: str) -> date:
    return date.fromisoformat(text)


def dollars(found: Finding) -> Decimal:
    assert found.impact is not None
    return found.impact.amount
