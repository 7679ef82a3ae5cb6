"""Budgets: how much of one is spent, as a finding with one identity per budget and period."""

from collections.abc import Mapping
from decimal import Decimal

from cards import words
from domain.finding import Finding, Measurement, Severity, Status
from domain.money import Money
from domain.period import Period
from handlers.kinds import Context

KIND = "budget"

#: Spent this share of the budget, it matters this much.
_SEVERITIES = (
    (Decimal("1.5"), Severity.CRITICAL),
    (Decimal(1), Severity.HIGH),
    (Decimal("0.8"), Severity.MEDIUM),
)


def spent(
    context: Context,
    name: str,
    limit: Money,
    actual: Money,
    period: Period,
    labels: Mapping[str, str],
    command: str = "",
) -> Finding:
    """What is spent of `limit` in `period`. Below 80 % it is resolved: there is nothing to say."""
    ratio = actual.amount / limit.amount if limit.amount > 0 else Decimal(0)
    severity = next((s for least, s in _SEVERITIES if ratio >= least), None)
    tags = {label: labels[label] for label in ("account", "service", "team") if labels.get(label)}
    percent = words.percent(ratio)
    return Finding(
        kind=KIND,
        key=f"{name}:{period.start}",
        title=f"{name} has spent {percent} of its budget",
        severity=severity or Severity.INFO,
        seen_at=context.now,
        impact=actual - limit,
        status=Status.OPEN if severity else Status.RESOLVED,
        labels=labels,
        facts=(
            ("Budget", f"{words.money(limit)} for {words.span(period)}"),
            ("Spent", f"{words.money(actual)}, {percent}"),
        ),
        measurements=(
            Measurement("budget.actual", actual.amount, tags),
            Measurement("budget.limit", limit.amount, tags),
            Measurement("budget.percent", ratio * 100, tags),
        ),
        command=command,
    )
