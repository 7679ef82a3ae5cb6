"""Specimen answers that the views draw their EXAMPLES from."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from domain.answer import CostRow, CostTable, Provenance
from domain.finding import Entry, Finding, Severity
from domain.money import Money
from domain.period import Period
from domain.query import CostQuery, Dimension, Filter


def _example_rows(*rows: tuple[str | None, str, str | None]) -> tuple[CostRow, ...]:
    return tuple(
        CostRow((k,), Decimal(c), Decimal(p) if p is not None else None) for k, c, p in rows
    )


OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
_SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))
SOURCE = Provenance(
    "FOCUS 1.2 export", datetime(2026, 11, 23, 6, 10, tzinfo=UTC), date(2026, 11, 20)
)
_SERVICES = _example_rows(
    ("Amazon Elastic Compute Cloud", "81240.5512", "64210.10"),
    ("Amazon Relational Database Service", "40120.00", "41010.77"),
    ("Amazon Simple Storage Service", "22110.3", "19870.01"),
    ("AWS Lambda", "8120.004", "2710.90"),
    ("Amazon CloudWatch", "7004.12", "6990.43"),
    ("Amazon Virtual Private Cloud", "5300.9", "5320"),
    (None, "1204.55", "0"),
)


def _by_service(*, compare: bool) -> CostTable:
    by_service = CostQuery(
        OCTOBER, group_by=(Dimension("service"),), compare=_SEPTEMBER if compare else None
    )
    rows = _SERVICES if compare else tuple(CostRow(r.key, r.cost) for r in _SERVICES)
    before = sum((r.previous or Decimal(0) for r in _SERVICES), Decimal(0))
    return CostTable(
        by_service,
        rows,
        Money(sum((r.cost for r in rows), Decimal(0)), "USD"),
        Money(before, "USD") if compare else None,
    )


def compared() -> CostTable:
    """A month by service against the month before."""
    return _by_service(compare=True)


def plain() -> CostTable:
    """The same month, not compared."""
    return _by_service(compare=False)


def daily() -> CostTable:
    """Thirty days of one month."""
    query = CostQuery(Period(date(2026, 10, 1), date(2026, 10, 31)), group_by=(Dimension("day"),))
    costs = [Decimal(5200 + 900 * (day % 7 < 5) + 37 * day) for day in range(1, 31)]
    rows = tuple(CostRow((str(date(2026, 10, n + 1)),), cost) for n, cost in enumerate(costs))
    return CostTable(query, rows, Money(sum(costs, Decimal(0)), "USD"))


def hostile() -> CostTable:
    """Tag values that try to be markup, mentions and links."""
    tags = _example_rows(
        ("<!channel> *bold* <https://evil.example|click>", "120.5", None),
        ("<at>everyone</at> [link](https://evil.example) `code`", "64.25", None),
        ("\u202egnp.exe & a very long name that goes on " + "and on " * 12, "12", None),
        (None, "3.004", None),
    )
    query = CostQuery(
        OCTOBER,
        group_by=(Dimension("tag", "team"),),
        filters=(Filter(Dimension("region"), "!=", ("us-east-1",)),),
    )
    return CostTable(query, tags, Money(sum((r.cost for r in tags), Decimal(0)), "USD"))


NOW = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)
SPIKE = Finding(
    kind="spike",
    key="service=Amazon Elastic Compute Cloud:2026-11-20",
    title="Amazon EC2 in payments-prod costs +214 %",
    severity=Severity.HIGH,
    seen_at=NOW,
    impact=Money(Decimal("1840.22"), "USD"),
    owner="payments",
    labels={"service": "Amazon Elastic Compute Cloud", "account": "222222222222"},
    facts=(
        ("Day", "Fri 20 Nov 2026"),
        ("Cost", "$2,700.40, expected $860.18"),
        ("Account", "payments-prod"),
        ("Region", "us-east-1"),
    ),
    command='by day last 30d where service="Amazon Elastic Compute Cloud"',
    log=(Entry(NOW, "costbot", "found it"),),
    number=12,
    opened_at=NOW,
)
PURCHASE = Finding(
    kind="purchase",
    key="account=333333333333,charge=commitment,service=Amazon Relational Database Service",
    title="Bought in orders-prod: RDS, $36,500.00 at once",
    severity=Severity.LOW,
    seen_at=NOW,
    impact=Money(Decimal(36_500), "USD"),
    owner="orders",
    facts=(
        ("What", "All Upfront, 1 year, 4 x db.r6g.4xlarge, PostgreSQL"),
        ("Paid", "$36,500.00 at once, on Fri 20 Nov 2026"),
        ("Spread over its term", "$3,041.67 a month for 12 months"),
        ("Ends", "Sat 20 Nov 2027"),
        ("A year ago", "$33,100.00 on Thu 20 Nov 2025: +$3,400.00 (+10.3 %)"),
        ("Account", "orders-prod"),
    ),
    log=(Entry(NOW, "costbot", "found it"),),
    number=12,
    opened_at=NOW,
)
CREDIT = Finding(
    kind="credit",
    key="credit=AWS Startup Activate credit,payer=111111111111",
    title="AWS Startup Activate credit runs out about Sun 6 Dec 2026",
    severity=Severity.MEDIUM,
    seen_at=NOW,
    impact=Money(Decimal(9125), "USD"),
    facts=(
        ("Then", "the bill is about $9,125.00 a month higher"),
        ("Because", "it will be used up"),
        ("Applied so far", "$33,600.00"),
        ("Left", "$4,400.00"),
    ),
    log=(
        Entry(NOW, "costbot", "found it"),
        Entry(NOW + timedelta(days=6), "costbot", "saw it reach its last week"),
    ),
    number=12,
    opened_at=NOW,
)
