"""Rate or usage: what a change owes to how much was used and what to what a unit costs.

With q and p for quantity and price of an item, before (0) and now (1), usage is
(q1 - q0) x (p0 + p1) / 2 and rate (p1 - p0) x (q0 + q1) / 2: the symmetric split of Bennet (1920,
Journal of the Royal Statistical Society 83), which shares the joint effect equally and leaves
nothing over. What is only in one period has no second price: it is new or gone.
"""

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from typing import Any

from analytics.answers import exact_sum
from domain.cause import Effects

_EXACT = Context(prec=60)
#: Digits after the point of a usage effect; what rounding takes from it the rate effect gets.
_DIGITS = Decimal(1).scaleb(-12)
#: What binary sums leave of a quantity that came back; a price per so little means nothing.
_NOTHING = 1e-9


def effects(rows: Iterable[Mapping[str, Any]]) -> Effects:
    """The effects of the rows of `questions.metered`; their sum is the change, exactly."""
    usage, rate, new, gone, unmetered = (list[Decimal]() for _ in range(5))
    for row in rows:
        before, now = row["previous"], row["cost"]
        had, has = _counted(row["quantity_before"]), _counted(row["quantity"])
        change = _EXACT.subtract(now, before)
        if (before and had is None) or (now and has is None):
            unmetered.append(change)
        elif had is None:
            new.append(change)
        elif has is None:
            gone.append(change)
        else:
            used = _usage(before, now, had, has)
            usage.append(used)
            rate.append(_EXACT.subtract(change, used))
    sums = (exact_sum(amounts) for amounts in (usage, rate, new, gone, unmetered))
    return Effects(*sums)


def _counted(quantity: float | None) -> Decimal | None:
    """A quantity that something can be divided by, else None."""
    if quantity is None or not _NOTHING <= abs(quantity) < float("inf"):
        return None
    return Decimal(repr(float(quantity)))


def _usage(before: Decimal, now: Decimal, had: Decimal, has: Decimal) -> Decimal:
    grown = _EXACT.subtract(has, had)
    prices = _EXACT.add(_EXACT.divide(before, had), _EXACT.divide(now, has))
    return _EXACT.divide(_EXACT.multiply(grown, prices), Decimal(2)).quantize(
        _DIGITS, context=_EXACT
    )
