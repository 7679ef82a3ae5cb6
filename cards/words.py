"""How numbers, days and changes are said, the same on every surface."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from domain.money import CENT, Money
from domain.period import Period, next_month

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_TENTH = Decimal("0.1")

#: (dimension, value) -> what a person reads: an account's id becomes its name.
Name = Callable[[str, str], str]


def money(amount: Money) -> str:
    """To the cent, the currency's sign first where everybody knows it: $1,234.50, 1,234.50 CHF."""
    exact = amount.amount
    if exact and abs(exact) < CENT / 2:
        return ("> -" if exact < 0 else "< ") + _with_currency("0.01", amount.currency)
    cents = exact.quantize(CENT, ROUND_HALF_UP)
    return ("-" if cents < 0 else "") + _with_currency(f"{abs(cents):,}", amount.currency)


def _with_currency(digits: str, currency: str) -> str:
    sign = _SIGNS.get(currency)
    return f"{sign}{digits}" if sign else f"{digits} {currency}"


def price(amount: Money) -> str:
    """What one of very many costs, with three digits that say something: $0.00042, $1.23."""
    exact = abs(amount.amount)
    if exact >= 1 or not exact:
        return money(amount)
    digits = exact.quantize(Decimal(1).scaleb(exact.adjusted() - 2), ROUND_HALF_UP)
    text = f"{digits.normalize():f}"
    # Amounts from a cent on have two digits behind the point, as all others have.
    text = text if len(text.partition(".")[2]) >= 2 else f"{digits:.2f}"
    return ("-" if amount.amount < 0 else "") + _with_currency(text, amount.currency)


def percent(ratio: Decimal) -> str:
    """A ratio of 0.1234 as 12.3 %."""
    return f"{(ratio * 100).quantize(_TENTH, ROUND_HALF_UP)} %"


def change(now: Money, before: Money) -> str:
    """The difference in money and in percent: +$20.00 (+12.3 %)."""
    difference = now - before
    if before.amount == 0:
        return "no change" if now.amount == 0 else f"{change_of(difference)} (new)"
    ratio = difference.amount / abs(before.amount)
    return f"{change_of(difference)} ({_signed_percent(ratio)})"


def change_of(amount: Money) -> str:
    """A difference with its sign: +$20.00."""
    return ("+" if amount.amount >= CENT / 2 else "") + money(amount)


def _signed_percent(ratio: Decimal) -> str:
    if ratio > 10:
        return f"{(ratio + 1).quantize(Decimal(1), ROUND_HALF_UP)}x"
    return ("+" if ratio > 0 else "") + percent(ratio)


def day(value: date, today: date | None = None) -> str:
    """Fri 20 Nov, with the year when it is not today's."""
    text = f"{value:%a} {value.day} {value:%b}"
    return text if today is not None and value.year == today.year else f"{text} {value.year}"


def grain(first: date, unit: str) -> str:
    """A day, week or month as a row or an axis calls it: Sun 1 Nov, week of 2 Nov, Nov 2026."""
    if unit == "month":
        return f"{first:%b %Y}"
    day_of_month = f"{first.day} {first:%b}"
    return f"week of {day_of_month}" if unit == "week" else f"{first:%a} {day_of_month}"


def span(period: Period) -> str:
    """The days of a period as people write them: 1–20 Nov 2026, Oct 2026, Fri 20 Nov 2026."""
    first, last = period.start, period.last
    if first == last:
        return f"{first:%a} {first.day} {first:%b} {first.year}"
    if first.day == 1 and period.end == next_month(first):
        return f"{first:%b} {first.year}"
    if (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31):
        return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%b} {last.year}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {last.day} {last:%b} {last.year}"
    return f"{first.day} {first:%b} {first.year} – {last.day} {last:%b} {last.year}"


def moment(value: datetime) -> str:
    """A point in time in UTC: 23 Nov 2026, 06:10 UTC."""
    return f"{value.day} {value:%b} {value.year}, {value:%H:%M} UTC"


#: What everybody calls the services with the longest names.
_SHORT = {
    "Elastic Compute Cloud": "EC2",
    "Elastic Container Registry": "ECR",
    "Elastic Container Service": "ECS",
    "Elastic File System": "EFS",
    "Elastic Kubernetes Service": "EKS",
    "Elastic Load Balancing": "ELB",
    "Key Management Service": "KMS",
    "Relational Database Service": "RDS",
    "Simple Notification Service": "SNS",
    "Simple Queue Service": "SQS",
    "Simple Storage Service": "S3",
    "Virtual Private Cloud": "VPC",
}


def shortened(name: Name) -> Name:
    """`name` for a narrow legend: services lose "Amazon" or "AWS" and go by their letters."""

    def short(dimension: str, value: str) -> str:
        label = name(dimension, value)
        if dimension != "service":
            return label
        bare = label.removeprefix("Amazon").removeprefix("AWS").strip()
        return _SHORT.get(bare, bare) or label

    return short


def as_is(_dimension: str, value: str) -> str:
    """The Name that changes nothing."""
    return value


def many(name: str) -> str:
    """The plural of a small word: requests, queries."""
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2:-1] not in "aeiou" else f"{name}s"


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 account, 2 accounts, 1,204 accounts."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
