"""The charges that are not daily usage: fees, unused commitment, credits, refunds, support, tax."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from domain.period import Period
from integrations.demo.catalogue import (
    CLOUDFRONT_SERVICE,
    PLAN_SERVICE,
    RDS_SERVICE,
    SUPPORT_SERVICE,
)
from integrations.demo.costs import RESERVED_DAILY, a_year_on
from integrations.demo.organisation import PAYER_ID, account_id

#: A charge with the names of FOCUS; what is absent is null.
Charge = dict[str, Any]

TENTH, CENT = Decimal("1e-10"), Decimal("0.01")
#: Sales tax by account; the others deliver to where none is due.
TAX_RATES = {
    "payments-prod": "0.0625", "storefront-prod": "0.0625", "platform-prod": "0.0625",
    "data-platform": "0.0625", "corporate-it": "0.19", "marketing-web": "0.19",
}  # fmt: skip
#: Business support: rate up to a month's spend of so many dollars (aws.amazon.com/premiumsupport).
SUPPORT_TIERS = ((10_000, "0.10"), (80_000, "0.07"), (250_000, "0.05"), (10**12, "0.03"))
#: Support appears in the export on the seventh day after the month, the invoice on the fifth.
SUPPORT_LANDS, INVOICE_LANDS = timedelta(days=6), timedelta(days=4)
AMAZON = "Amazon Web Services, Inc."
PLAN_ID = f"arn:aws:savingsplans::{PAYER_ID}:savingsplan/5c0a7d3e-2f41-4b8e-9a66-0d1f7e52c9b1"
RESERVATIONS = ("8f1f0c1e-old", "b7c2d9a4-new")


def reservation_id(renewed: bool) -> str:
    owner = account_id("orders-prod")
    return f"arn:aws:rds:us-east-1:{owner}:ri:{RESERVATIONS[renewed]}"


@dataclass(frozen=True, slots=True)
class Credit:
    """A pool that pays up to `monthly` a month from month number `first` until it is used up."""

    name: str
    first: int
    monthly: Decimal
    pool: Decimal

    def used(self, month: int) -> Decimal:
        """What is drawn in month number `month`."""
        before = self.monthly * max(0, month - self.first)
        left = max(Decimal(0), self.pool - before)
        return min(self.monthly, left) if month >= self.first else Decimal(0)


CREDITS = (
    Credit("Migration Acceleration Program", 0, Decimal(12_000), Decimal(100_000)),
    Credit("Startup Activate", 9, Decimal(9_000), Decimal(38_000)),
)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A Marketplace seller; `annual` is one contract fee, otherwise `fee` is due each month."""

    product: str
    publisher: str
    account: str
    category: tuple[str, str]
    fee: Decimal
    annual: bool = False
    day: int = 1


_SECURITY = ("Security", "Threat Detection and Response")
VENDORS = (
    Vendor("Harbourlight Observability", "Harbourlight Software Ltd", "platform-prod",
           ("Management and Governance", "Observability"), Decimal("6400")),
    Vendor("Kestrel Edge Firewall", "Kestrel Networks GmbH", "network-hub",
           ("Networking", "Network Security"), Decimal("1850"), day=3),
    Vendor("Tidewater Vault Enterprise", "Tidewater Security, Inc.", "security-audit", _SECURITY,
           Decimal("48000"), annual=True),
)  # fmt: skip

#: (months before the newest, day, account, service, dollars): money back for an earlier month.
REFUNDS = (
    (5, 12, "storefront-prod", CLOUDFRONT_SERVICE, Decimal("-2340.55")),
    (2, 9, "orders-prod", RDS_SERVICE, Decimal("-615.20")),
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The thirteen months, the newest day of data, and the day the bill is looked at."""

    months: tuple[Period, ...]
    last: date
    as_of: date

    @property
    def renewal(self) -> date:
        return self.last - timedelta(days=70)

    @property
    def contract(self) -> date:
        return self.last - timedelta(days=12)

    def days(self, month: Period) -> list[date]:
        return [day for day in month if day <= self.last]

    def closed(self, month: Period, after: timedelta = timedelta(0)) -> bool:
        return self.as_of >= month.end + after


def fees(calendar: Calendar, month: Period, hourly: float, reserved: int) -> Iterator[Charge]:
    """What is bought: the month of the savings plan, a reservation, Marketplace."""
    fee = Decimal(str(hourly)) * 24 * month.days
    yield _charge(
        "org-management", PLAN_SERVICE, month, fee, effective=Decimal(0), ChargeCategory="Purchase",
        ChargeFrequency="Recurring", SkuMeter="ComputeSP:1yrNoUpfront", x_Operation="None",
        ChargeDescription=f"1 year No Upfront Compute Savings Plan, ${hourly} an hour",
        CommitmentDiscountQuantity=float(fee), CommitmentDiscountUnit="USD", **_plan(),
    )  # fmt: skip
    if calendar.renewal in month:
        term = (a_year_on(calendar.renewal) - calendar.renewal).days
        yield _charge(
            "orders-prod", RDS_SERVICE, Period.day(calendar.renewal), reservation_fee(calendar,
            reserved), effective=Decimal(0), ChargeCategory="Purchase", ChargeFrequency="One-Time",
            RegionId="us-east-1", SkuMeter="HeavyUsage:db.r6g.4xlarge",
            x_Operation="CreateDBInstance:0014",
            ChargeDescription=f"All Upfront, 1 year, {reserved} x db.r6g.4xlarge, PostgreSQL",
            CommitmentDiscountQuantity=float(24 * term * reserved),
            CommitmentDiscountUnit="Hours", **reservation(True),
        )  # fmt: skip
    for vendor in VENDORS:
        day = calendar.contract if vendor.annual else month.start + timedelta(days=vendor.day - 1)
        if day in month and day <= calendar.last:
            yield _marketplace(vendor, day, month)


def reservation_fee(calendar: Calendar, reserved: int) -> Decimal:
    """What covers each reserved database at its daily rate for exactly the term."""
    term = (a_year_on(calendar.renewal) - calendar.renewal).days
    return Decimal(str(RESERVED_DAILY)) * reserved * term


def unused(month: Period, day: date, hourly: float, used: Decimal) -> Charge:
    """What the savings plan costs on a day beyond what it covered."""
    left = Decimal(str(hourly)) * 24 - used
    return _charge(
        "org-management", PLAN_SERVICE, Period.day(day), Decimal(0), effective=left,
        month=month, listed=Decimal(0), ChargeCategory="Usage", ChargeFrequency="Usage-Based",
        SkuMeter="ComputeSP:1yrNoUpfront", x_Operation="None", PricingCategory="Committed",
        ChargeDescription="Unused Compute Savings Plan commitment",
        CommitmentDiscountStatus="Unused", CommitmentDiscountQuantity=float(left),
        CommitmentDiscountUnit="USD", **_plan(),
    )  # fmt: skip


def credit_notes(calendar: Calendar, month: Period) -> Iterator[Charge]:
    """One row a month and pool; of the open month, the part for the days so far."""
    number = calendar.months.index(month)
    elapsed = Decimal(len(calendar.days(month))) / month.days
    for credit in CREDITS:
        drawn = _tenth(credit.used(number) * elapsed)
        if drawn:
            yield _plain(
                "org-management", ("Amazon Elastic Compute Cloud", "Compute", "Virtual Machines",
                "AmazonEC2"), month, -drawn, ChargeCategory="Credit", ChargeFrequency="One-Time",
                ChargeDescription=f"AWS {credit.name} credit, credit from account: {PAYER_ID}",
            )  # fmt: skip


def refunds(calendar: Calendar, month: Period) -> Iterator[Charge]:
    for before, on, account, service, amount in REFUNDS:
        day = month.start + timedelta(days=on - 1)
        if calendar.months.index(month) == len(calendar.months) - 1 - before:
            yield _plain(
                account, service, Period.day(day), amount, month=month, ChargeCategory="Usage",
                ChargeClass="Correction", ChargeFrequency="One-Time",
                ChargeDescription=f"Refund of {service[0]} charges of an earlier month",
            )  # fmt: skip


def support(calendar: Calendar, month: Period, spend: Decimal) -> Iterator[Charge]:
    """One row per tier of the month's spend, once it has landed."""
    floor = 0
    for ceiling, rate in SUPPORT_TIERS:
        part = min(spend, Decimal(ceiling)) - floor
        if part > 0 and calendar.closed(month, SUPPORT_LANDS):
            yield _charge(
                "org-management", SUPPORT_SERVICE, month, _tenth(part * Decimal(rate)),
                ChargeCategory="Purchase", ChargeFrequency="Recurring", SkuMeter="Dollar",
                x_Operation=None,
                ChargeDescription=f"{Decimal(rate) * 100:.0f}% of monthly AWS usage",
            )  # fmt: skip
        floor = ceiling


def tax(calendar: Calendar, month: Period, sums: dict[str, dict[str, Decimal]]) -> Iterator[Charge]:
    """One row per taxed account when the month is over; `sums` by account and cost column."""
    for account, rate in TAX_RATES.items() if calendar.closed(month) else ():
        costs = {name: _tenth(cost * Decimal(rate)) for name, cost in sums[account].items()}
        yield _plain(
            account, ("Tax", "Other", "Other (Other)", "AWSTax"), month, costs["BilledCost"],
            ChargeCategory="Tax", ChargeFrequency="Recurring",
            ChargeDescription=f"Tax of type SALES at {Decimal(rate):%}",
        ) | {name: float(cost) for name, cost in costs.items()}  # fmt: skip


def _marketplace(vendor: Vendor, day: date, month: Period) -> Charge:
    kind = "annual contract" if vendor.annual else "monthly subscription"
    return _charge(
        vendor.account, (vendor.product, *vendor.category, "AWSMarketplace"), Period.day(day),
        vendor.fee, month=month, ChargeCategory="Purchase", PublisherName=vendor.publisher,
        ChargeFrequency="One-Time" if vendor.annual else "Recurring", x_Operation=None,
        SkuMeter="Global-SoftwareUsage-Contracts" if vendor.annual else "MP:Subscription",
        ChargeDescription=f"{vendor.product}, {kind}",
    )  # fmt: skip


def _plan() -> Charge:
    return {
        "CommitmentDiscountId": PLAN_ID,
        "CommitmentDiscountType": "Savings Plan",
        "CommitmentDiscountCategory": "Spend",
    }


def reservation(renewed: bool) -> Charge:
    return {
        "CommitmentDiscountId": reservation_id(renewed),
        "CommitmentDiscountType": "Reserved",
        "CommitmentDiscountCategory": "Usage",
    }


def _plain(
    account: str, service: tuple[str, str, str, str], days: Period, amount: Decimal,
    month: Period | None = None, **more: object,
) -> Charge:  # fmt: skip
    """A charge that has no price and no SKU: its four costs are one."""
    cost = float(amount)
    billing = month or Period.month(days.start.year, days.start.month)
    return {
        "SubAccountName": account,
        "ServiceName": service[0], "ServiceCategory": service[1],
        "ServiceSubcategory": service[2], "x_ServiceCode": service[3],
        "ChargePeriodStart": days.start, "ChargePeriodEnd": days.end,
        "BillingPeriodStart": billing.start, "BillingPeriodEnd": billing.end,
        "BilledCost": cost, "EffectiveCost": cost, "ListCost": cost, "ContractedCost": cost,
        "PublisherName": AMAZON, **more,
    }  # fmt: skip


def _charge(
    account: str, service: tuple[str, str, str, str], days: Period, amount: Decimal,
    month: Period | None = None, effective: Decimal | None = None, listed: Decimal | None = None,
    **more: object,
) -> Charge:  # fmt: skip
    """A priced charge: one unit of a SKU at `listed`, else at `amount`."""
    price = float(amount if listed is None else listed)
    return _plain(account, service, days, amount, month) | {
        "EffectiveCost": float(amount if effective is None else effective),
        "PricingCategory": "Standard", "PricingQuantity": 1.0, "PricingUnit": "Units",
        "ListUnitPrice": price, "ContractedUnitPrice": price,
    } | more  # fmt: skip


def _tenth(amount: Decimal) -> Decimal:
    return amount.quantize(TENTH, ROUND_HALF_EVEN)
