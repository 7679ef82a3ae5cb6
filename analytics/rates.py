"""Tax and support: both follow from other charges, so that only their share can be odd."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from analytics.calendar import months_back
from domain.charge import Rated
from domain.period import next_month
from domain.query import ChargeType

#: Smaller differences are not worth a message.
FLOOR = Decimal(100)
#: A share that differs by less than this is no news: support has tiers, tax is rounded.
ODD = Decimal("0.25")
#: Support at its minimum is the same each month, whatever is spent.
FLAT = Decimal("0.05")
#: Months that say what is usual.
MONTHS = 3
FEWEST = 2
#: The bill of a month has them so long after its end; where they are missing, this long.
BILLED = timedelta(days=10)
MISSING = timedelta(days=20)

_APART = frozenset({ChargeType.TAX, ChargeType.SUPPORT, ChargeType.CREDIT, ChargeType.REFUND})

#: Sums of an account by month and type of charge.
Months = Mapping[date, Mapping[str, Decimal]]


def odd(
    charge: ChargeType, accounts: Mapping[str, Months], first: date, through: date
) -> list[Rated]:
    """The accounts whose tax or support of the newest billed month is another share than usual.

    What it is a share of is not in the bill: usage alone, or fees too. Both have to be off in the
    same direction. `first` is the first day that is loaded.
    """
    month = newest(through)
    if month is None:
        return []
    missing = through >= next_month(month) + MISSING - timedelta(days=1)
    found: list[Rated] = []
    for account, months in sorted(accounts.items()):
        one = _judged(charge, account, months, month, first)
        if one is not None and (one.cost or missing):
            found.append(one)
    return found


def newest(through: date) -> date | None:
    """The newest month whose tax and support are billed, while that is news."""
    month = months_back(through.replace(day=1), 1)
    return month if through >= next_month(month) + BILLED - timedelta(days=1) else None


def _judged(
    charge: ChargeType, account: str, months: Months, month: date, first: date
) -> Rated | None:
    before = [months_back(month, n) for n in range(1, MONTHS + 1)]
    before = [one for one in before if one >= first]
    if len(before) < FEWEST:
        return None
    cost = months.get(month, {}).get(charge, Decimal(0))
    flat = months.get(before[0], {}).get(charge, Decimal(0))
    if abs(cost - flat) <= FLAT * abs(flat):
        return None
    guesses = [_expected(charge, months, month, before, whole) for whole in (False, True)]
    known = [one for one in guesses if one is not None]
    if not known:
        return None
    extras = [cost - one for one in known]
    off = all(abs(extra) > ODD * one for extra, one in zip(extras, known, strict=True))
    if not off or min(extras) < 0 < max(extras) or min(map(abs, extras)) < FLOOR:
        return None
    return Rated(month, account, cost, min(known, key=lambda one: abs(cost - one)))


def _expected(
    charge: ChargeType, months: Months, month: date, before: Sequence[date], whole: bool
) -> Decimal | None:
    """The usual share of what was spent in the month."""
    bases = [_base(months.get(one, {}), charge, whole) for one in before]
    shares = [
        months.get(one, {}).get(charge, Decimal(0)) / base
        for one, base in zip(before, bases, strict=True)
        if base > 0
    ]
    base = _base(months.get(month, {}), charge, whole)
    if len(shares) < FEWEST or base <= 0:
        return None
    return Decimal(median(shares)) * base


def _base(sums: Mapping[str, Decimal], charge: ChargeType, whole: bool) -> Decimal:
    """What the charge is a share of: usage, or all that is bought as well."""
    if not whole:
        return sums.get(ChargeType.USAGE, Decimal(0))
    apart = _APART - ({ChargeType.SUPPORT} if charge is ChargeType.TAX else set())
    return sum((cost for name, cost in sums.items() if name not in apart), Decimal(0))
