"""A budget as words that set it again, and round amounts to offer."""

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from difflib import get_close_matches

from cards.views.budget import quoted
from domain.budget import USUAL, Budget, Cadence
from domain.query import Measure
from handlers.grammar import filters_said

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def written(budget: Budget) -> str:
    """The words after `budget set` that make exactly this budget."""
    parts = [f"{budget.limit.amount.normalize():f}", budget.cadence.value]
    if budget.filters or budget.measure is not Measure.UNBLENDED:
        parts.append(f"for {filters_said(budget.filters, budget.measure)}")
    if budget.thresholds != USUAL:
        actual = [_percent(one.share) for one in budget.thresholds if not one.forecast]
        ahead = [_percent(one.share) for one in budget.thresholds if one.forecast]
        parts += [f"at {', '.join(actual)}"] if actual else []
        parts.append(f"forecast {', '.join(ahead)}" if ahead else "no forecast")
    if (budget.start_day, budget.start_month) != (1, 1):
        month = "" if budget.cadence is Cadence.MONTHLY else f" {_MONTHS[budget.start_month - 1]}"
        parts.append(f"from {budget.start_day}{month}")
    parts += [f"under {quoted(budget.parent)}"] if budget.parent else []
    parts.append(f"as {quoted(budget.name)}")
    return " ".join(parts)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def rounded(amount: Decimal) -> Decimal:
    """Up to two digits that say something: 11,834 becomes 12,000."""
    if amount <= 0:
        return Decimal(1)
    step = Decimal(1).scaleb(max(amount.adjusted() - 1, 0))
    return (amount / step).to_integral_value(ROUND_UP) * step


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """The names that may have been meant."""
    by_case = {one.casefold(): one for one in known}
    return [by_case[one] for one in get_close_matches(name.casefold(), by_case, 3, 0.5)]
