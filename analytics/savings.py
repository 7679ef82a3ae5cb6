"""What a change really saved: the bill before it against the bill after it."""

from decimal import Decimal

#: Days in a month of advice: 365 days over 12 months, as price lists have it (730 hours).
DAYS_A_MONTH = Decimal(365) / 12


def monthly(before: Decimal, after: Decimal) -> Decimal:
    """What a month costs less, from the cost of a usual day before and after; negative for more."""
    return (before - after) * DAYS_A_MONTH


def share(saved: Decimal, promised: Decimal) -> Decimal:
    """How much of what was promised came true: 1 is all of it, 0 where nothing was promised."""
    return saved / promised if promised > 0 else Decimal(0)
