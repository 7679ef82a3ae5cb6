"""Charts of every kind, and the awkward ones: what the tests and the gallery draw."""

import math
from datetime import date, timedelta
from typing import Literal

from cards.model import Chart, Mark, Series

NAN = math.nan
SERVICES = ("Amazon EC2", "Amazon RDS", "Amazon S3", "AWS Lambda", "Amazon CloudFront", "Other")


def _days(count: int, last: date = date(2026, 11, 20)) -> tuple[str, ...]:
    return tuple((last - timedelta(days=count - 1 - n)).isoformat() for n in range(count))


def _months(count: int) -> tuple[str, ...]:
    first = 2025 * 12 + 10
    return tuple(f"{(first + n) // 12}-{(first + n) % 12 + 1:02d}" for n in range(count))


def _wave(count: int, level: float, growth: float = 0.0) -> tuple[float, ...]:
    """Spend with quiet weekends: the same numbers on every run."""
    return tuple(
        level * (1 + growth * n) * (0.78 if n % 7 in (5, 6) else 1 + 0.05 * math.sin(1.7 * n))
        for n in range(count)
    )


def _chart(
    kind: Literal["line", "bar", "stacked", "share", "waterfall"],
    title: str,
    categories: tuple[str, ...],
    *series: tuple[str, tuple[float, ...]],
    unit: str = "USD",
) -> Chart:
    return Chart(kind, title, categories, tuple(Series(*one) for one in series), unit, title)


def _running(values: tuple[float, ...], until: int) -> tuple[float, ...]:
    return tuple(math.fsum(values[: n + 1]) if n < until else NAN for n in range(len(values)))


def _month_to_date() -> Chart:
    spend = _wave(30, 1450.0, 0.004)
    now = _running(spend, 20)
    ahead = tuple(NAN if n < 19 else value for n, value in enumerate(_running(spend, 30)))
    last = _running(_wave(30, 1380.0), 30)
    series = (("This month", now), ("Forecast", ahead), ("Previous month", last))
    return _chart("line", "Spend this month", _days(30, date(2026, 11, 30)), *series)


def _forecast() -> Chart:
    """What was spent, what is to come, and how far off that may be."""
    spend = _wave(44, 1450.0, 0.004)
    ahead = tuple(NAN if n < 29 else value for n, value in enumerate(spend))
    low = tuple(value * (1 - 0.03 * max(n - 29, 0) ** 0.5) for n, value in enumerate(ahead))
    high = tuple(value * (1 + 0.03 * max(n - 29, 0) ** 0.5) for n, value in enumerate(ahead))
    known = tuple(NAN if n > 29 else value for n, value in enumerate(spend))
    series = (Series("Actual", known), Series("Forecast", ahead, low, high))
    days = _days(44, date(2026, 11, 30))
    return Chart("line", "Usage per day", days, series, "USD", "Usage, and its forecast")


_SPIKE = tuple(value * (3.1 if n == 25 else 1) for n, value in enumerate(_wave(30, 420.0)))
_LONG = (
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/payments-production"
)
_HOSTILE = (
    "$E=mc^2$ \\frac{a}{b} $$$",
    "<!channel> & <b>bold</b>",
    "gnp.exe\u202egpj\u2066\x00\x1b[31m",
    "שלום עולם / مرحبا بالعالم",
    "日本語チーム 👩‍👩‍👧 💸",
    "Z̸̡̢̛͉͇a̷̧̛l̶̨g̵o",
    _LONG,
    "",
)

EXAMPLES: dict[str, Chart] = {
    "line": _chart("line", "Daily spend, last 30 days", _days(30), ("Cost", _SPIKE)),
    "line month to date": _month_to_date(),
    "line forecast": _forecast(),
    "line compared": _chart(
        "line",
        "EC2 by day against the week before",
        _days(7),
        ("This week", _wave(7, 900.0, 0.03)),
        ("Previous week", _wave(7, 880.0)),
    ),
    "line many": _chart(
        "line",
        "Spend by account, 13 months",
        _months(13),
        *((f"account-{n:02d}", _wave(13, 9000.0 / (n + 1), 0.02 * (n % 3))) for n in range(11)),
    ),
    "line gaps": _chart(
        "line",
        "A series with missing days",
        _days(10),
        ("Cost", (5.0, NAN, 7.0, 8.0, NAN, NAN, 6.0, 9.5, math.inf, 4.0)),
    ),
    "line negative": _chart(
        "line",
        "Net cost after credits",
        _days(14),
        ("Net", tuple(_wave(14, 120.0)[n] - 13 * n for n in range(14))),
    ),
    "line zero": _chart("line", "A quiet account", _days(30), ("Cost", (0.0,) * 30)),
    "line year": _chart(
        "line", "Daily spend, last 365 days", _days(365), ("Cost", _wave(365, 2.4e6, 0.001))
    ),
    "line marked": Chart(
        "line",
        "A usual day's cost by week, and what stepped",
        tuple((date(2026, 5, 25) + timedelta(weeks=n)).isoformat() for n in range(26)),
        (
            Series(
                "A day", tuple(4000.0 + 30 * n + 900 * (n > 9) + 90 * (n % 3) for n in range(26))
            ),
            Series("Trend", tuple(4090 + 30.0 * n + 900 * (n > 9) for n in range(26))),
        ),
        "USD",
        "It stepped up once.",
        (
            Mark(10, "4 Aug: +$900.00 a day"),
            Mark(24, "a very long label " * 5),
            Mark(11, "next to it"),
            Mark(99, "off the axis"),
        ),
    ),
    "bar days": _chart("bar", "Daily spend, last 14 days", _days(14), ("Cost", _wave(14, 1830.0))),
    "bar week compared": _chart(
        "bar",
        "This week against the one before",
        _days(4),
        ("Cost", _wave(4, 310.0)),
        ("Previous", _wave(4, 280.0)),
    ),
    "bar months": _chart("bar", "Monthly spend", _months(13), ("Cost", _wave(13, 48200.0, 0.03))),
    "bar services": _chart(
        "bar",
        "Top services, November to date",
        SERVICES,
        ("Cost", (18243.55, 9120.0, 4811.2, 950.31, 12.4, 2210.0)),
    ),
    "bar compared": _chart(
        "bar",
        "Top accounts against last month",
        ("payments-prod", "data-platform", "web-staging"),
        ("This month", (12840.0, 7310.0, 455.0)),
        ("Previous", (9100.0, 7600.0, 0.0)),
    ),
    "bar before and now": _chart(
        "bar",
        "Services, October against September",
        ("Amazon Elastic Compute Cloud", "Amazon Relational Database Service", "AWS Lambda"),
        ("Before", (64210.1, 41010.77, 2710.9)),
        ("Now", (81240.55, 40120.0, 8120.0)),
    ),
    "stacked spoken days": _chart(
        "stacked",
        "Cost by account",
        tuple(f"{n} Nov" for n in range(1, 21)),
        ("payments-prod", _wave(20, 512.0)),
        ("data-platform", _wave(20, 130.0)),
    ),
    "bar spoken months": _chart(
        "bar",
        "Cost by month",
        ("Oct 2025", "Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"),
        ("Cost", _wave(5, 48.0)),
    ),
    "bar movers": _chart(
        "bar",
        "What moved since last week",
        ("Amazon EC2", "Amazon Bedrock", "AWS Support", "Amazon RDS", "AWS Glue"),
        ("Change", (1843.0, 912.5, 0.0, -640.2, -75.0)),
    ),
    "bar many": _chart(
        "bar",
        "Spend by usage type",
        tuple(f"EUC1-BoxUsage:m6i.{n}xlarge" for n in range(1, 31)),
        ("Cost", tuple(5000.0 / n for n in range(1, 31))),
    ),
    "bar one": _chart("bar", "One service", ("Amazon S3",), ("Cost", (0.0042,))),
    "bar hostile": _chart(
        "bar",
        "Names $from$ a bill \u202eare never markup, and a title may be too long for two lines",
        _HOSTILE,
        ("Cost", tuple(float(2**n) for n in range(8, 0, -1))),
    ),
    "stacked days": _chart(
        "stacked",
        "Daily spend by service",
        _days(30),
        *((name, _wave(30, 900.0 / (n + 1))) for n, name in enumerate(SERVICES)),
    ),
    "stacked credits": _chart(
        "stacked",
        "Charges and credits by month",
        _months(6),
        ("Usage", _wave(6, 5200.0)),
        ("Tax", _wave(6, 900.0)),
        ("Support", (100.0,) * 6),
        ("Credit", tuple(-400.0 * n for n in range(6))),
        unit="EUR",
    ),
    "stacked teams": _chart(
        "stacked",
        "Spend by team and environment",
        ("payments", "search", "untagged"),
        ("prod", (8200.0, 4100.0, 990.0)),
        ("staging", (2100.0, 900.0, 0.0)),
        ("dev", (900.0, 1200.0, 350.0)),
    ),
    "share": _chart(
        "share",
        "Where the money went, November to date",
        SERVICES,
        ("Cost", (18243.55, 9120.0, 4811.2, 950.31, 12.4, 2210.0)),
    ),
    "share untagged": _chart(
        "share", "Spend with a team tag", ("tagged", "untagged"), ("Cost", (8200.0, 1930.0))
    ),
    "share credits": _chart(
        "share",
        "Charges by type",
        ("Usage", "Tax", "Support", "Credit"),
        ("Cost", (5200.0, 988.0, 100.0, -1200.0)),
        unit="CHF",
    ),
    "share many": _chart(
        "share",
        "Spend by account",
        tuple(f"account {n:012d}" for n in range(23)),
        ("Cost", tuple(9000.0 / (n + 1) for n in range(23))),
        unit="JPY",
    ),
    "share zero": _chart(
        "share", "Nothing was spent", ("Amazon EC2", "Amazon S3"), ("Cost", (0.0, 0.0))
    ),
    "waterfall": _chart(
        "waterfall",
        "Why: 16–22 Nov against the week before",
        (
            "9–15 Nov",
            "Amazon EC2 · payments-prod · NatGateway-Bytes",
            "ml-research",
            "Amazon RDS",
            "Everything else",
            "16–22 Nov",
        ),
        ("Cost", (41280.0, 6120.0, 940.0, -1310.0, 420.0, 47450.0)),
    ),
    "waterfall new": _chart(
        "waterfall",
        "From nothing",
        ("Before", "Amazon Bedrock", "Credit", "Now"),
        ("Cost", (0.0, 812.4, -100.0, 712.4)),
    ),
    "waterfall below zero": _chart(
        "waterfall",
        "More credits than charges",
        ("Oct", "Credit", "Usage", "Nov"),
        ("Cost", (120.0, -900.0, 310.0, -470.0)),
        unit="EUR",
    ),
    "waterfall that does not add up": _chart(
        "waterfall", "A sum that is wrong", ("Oct", "More", "Nov"), ("Cost", (1.0, 2.0, 4.0))
    ),
    "plain unit": _chart(
        "bar", "NAT gateway traffic", _days(7), ("Traffic", _wave(7, 1420.0)), unit="GB processed"
    ),
    "percent": _chart("line", "Untagged share", _days(30), ("Untagged", _wave(30, 22.0)), unit="%"),
    "empty": _chart("line", "Daily spend, last 7 days", ()),
    "no series": _chart("bar", "Spend by service", SERVICES),
    "one value": _chart("line", "First day of the month", ("2026-11-01",), ("Cost", (1234.5,))),
}
