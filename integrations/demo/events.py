"""What was planted in the demo bill, when, and what a good detector should make of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from integrations.demo.catalogue import SERVICES, Meter, Rhythm
from integrations.demo.fleet import Fleet, Line
from integrations.demo.organisation import ACCOUNTS, FOREIGN_APP, HOSTILE_APP
from integrations.demo.series import Matrix

Verdict = Literal["alert", "no alert", "notice", "saving", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One planted event. `total` is the plain sum of BilledCost over `series` and its days.

    `amount` is what the event itself is worth: dollars more (or less) than without it, a fee, a
    pool, a month of waste. `series` are FOCUS columns with their values, `Tags.<key>` for a tag.
    """

    kind: str
    title: str
    start: date
    end: date
    series: Mapping[str, str]
    verdict: Verdict
    amount: Decimal
    total: Decimal = Decimal(0)
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


#: Days since the start of the event -> factor on the quantity.
Change = Callable[[NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An event in the making: on its days, `change` multiplies the use of its series.

    With `lift` instead, the series takes on that many times the whole bill of its account and
    service, so that the sum grows by `lift` and one meter is the cause.
    """

    kind: str
    title: str
    start: date
    end: date
    series: dict[str, str]
    verdict: Verdict
    change: Change | None = None
    lift: float = 0.0
    facts: dict[str, str] = field(default_factory=dict[str, str])


def column(line: Line, name: str) -> str:
    """The FOCUS columns an event may name, of a line."""
    return {
        "SubAccountName": line.account.name,
        "ServiceName": line.service.name,
        "RegionId": line.region,
        "SkuMeter": line.usage_type,
        "ChargeCategory": "Usage",
    }.get(name, "")


def members(fleet: Fleet, series: Mapping[str, str]) -> NDArray[np.bool_]:
    """Which resources belong to a series."""
    plain = {name: value for name, value in series.items() if not name.startswith(("Tags.", "Res"))}
    found = np.array(
        [all(column(line, name) == value for name, value in plain.items()) for line in fleet.lines]
    )[fleet.line]
    for name, value in series.items():
        if name.startswith("Tags."):
            key = name.removeprefix("Tags.")
            found &= np.array([(tags or {}).get(key) == value for tags in fleet.tags])
        elif name == "ResourceId":
            found &= np.array([identity == value for identity in fleet.ids])
    return found


def apply(plan: Plan, fleet: Fleet, used: Matrix, days: list[date], price: Matrix) -> Matrix:
    """The quantities with the event in them."""
    inside = np.array([plan.start <= day <= plan.end for day in days])
    mine = members(fleet, plan.series)
    since = np.array([(day - plan.start).days for day in days])
    changed = used.copy()
    if plan.change is not None:
        changed[mine] *= np.where(inside, plan.change(since), 1.0)
    if plan.lift:
        whole = {name: plan.series[name] for name in ("SubAccountName", "ServiceName")}
        bill = (used * price)[members(fleet, whole)].sum(axis=0)
        changed[mine] += inside * plan.lift * bill / price[mine] / mine.sum()
    return changed


def plans(last: date) -> tuple[Plan, ...]:
    """The planted changes of usage; all dates count back from the newest day."""

    def ago(days: int) -> date:
        return last - timedelta(days=days)

    def times(factor: float) -> Change:
        return lambda since: np.full(len(since), factor)

    def cell(account: str, key: str, nth: int | None = None) -> dict[str, str]:
        service = SERVICES[key]
        found = {"SubAccountName": account, "ServiceName": service.name}
        return found if nth is None else found | {"SkuMeter": service.meters[nth].usage_type}

    return (
        Plan(kind="spike", title="A misrouted sync runs through the NAT gateway", start=ago(5),
             end=last, series=cell("payments-prod", "network", 1), verdict="alert", lift=2.0,
             facts={"rise": "+200 % of SubAccountName x ServiceName", "open": "yes"}),
        Plan(kind="spike", title="A training sweep nobody stopped", start=ago(120),
             end=ago(118), series=cell("ml-research", "sagemaker"), verdict="alert",
             change=times(6.0)),
        Plan(kind="spike", title="A backfill of every partition in one day", start=ago(201),
             end=ago(201), series=cell("data-platform", "glue"), verdict="alert",
             change=times(7.0)),
        Plan(kind="drift", title="Raw events are kept for ever", start=ago(150), end=last,
             series=cell("data-platform", "s3", 0), verdict="alert",
             change=lambda since: np.power(1.006, np.maximum(since, 0)),
             facts={"growth_per_day": "0.6 %"}),
        Plan(kind="level shift", title="Checkout runs on more tasks", start=ago(60),
             end=last, series=cell("storefront-prod", "ecs"), verdict="alert", change=times(1.7)),
        Plan(kind="drop", title="The session cache was switched off", start=ago(35), end=last,
             series=cell("storefront-prod", "cache"), verdict="alert", change=times(0.0)),
        Plan(kind="new service", title="First tokens from Amazon Bedrock", start=ago(44), end=last,
             series=cell("ml-research", "bedrock"), verdict="notice"),
        Plan(kind="batch", title="EMR runs on one day in five", start=ago(364), end=last,
             series=cell("data-platform", "emr"), verdict="no alert"),
        Plan(kind="hostile name", title="A tag value that looks like markup", start=ago(29),
             end=last, series={"Tags.app": HOSTILE_APP}, verdict="text"),
        Plan(kind="foreign name", title="A tag value with emoji and right-to-left text",
             start=ago(29), end=last, series={"Tags.app": FOREIGN_APP}, verdict="text"),
    )  # fmt: skip


RIGHTSIZED = "orders-reporting"
RIGHTSIZED_DAYS_AGO = 75


def extra_lines(last: date) -> tuple[Line, ...]:
    """Lines with a life of their own: a service that appears, a database made smaller."""
    account = {account.name: account for account in ACCOUNTS}
    cut = last.toordinal() - RIGHTSIZED_DAYS_AGO

    def line(owner: str, key: str, meter: Meter, daily: float, app: str) -> Line:
        home, name = account[owner], f"{owner}/extra/{meter.usage_type}"
        return Line(home, home.regions[0], SERVICES[key], meter, daily, 1, name, app=app)

    def database(size: str, price: float) -> Line:
        usage = f"InstanceUsage:{size}"
        meter = Meter(usage, "CreateDBInstance:0014", "Hours", price, 1, "db", 1, Rhythm.ALWAYS)
        return replace(line("orders-prod", "rds", meter, 24.0, "orders"), name=RIGHTSIZED)

    tokens = line("ml-research", "bedrock", SERVICES["bedrock"].meters[0], 9_000.0, "experiments")
    return (
        replace(tokens, first=last.toordinal() - 44),
        replace(database("db.r5.2xlarge", 0.96), last=cut - 1),
        replace(database("db.t4g.xlarge", 0.258), first=cut),
    )
