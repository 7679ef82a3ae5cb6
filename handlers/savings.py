"""Savings: a recommendation becomes a finding, and the bill says when it has come true."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from analytics.savings import monthly, share
from cards import words
from domain.finding import Finding, Measurement, Severity, Status
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.query import CostQuery, Dimension, Filter
from handlers import asking
from handlers.kinds import Context

KIND = "saving"
RESOURCE = "resource"
#: The first day that may be cheaper because of it: what comes before is the ground to compare with.
SINCE = "since"
WEEK = timedelta(days=7)
#: From this share of what was promised on it counts as done.
ENOUGH = Decimal("0.8")

#: Worth this much a month, it matters this much.
_SEVERITIES = ((Decimal(5000), Severity.HIGH), (Decimal(500), Severity.MEDIUM))


def recommended(
    context: Context,
    title: str,
    resource: str,
    promised: Money,
    labels: Mapping[str, str],
    since: date,
) -> Finding:
    """Something to do that makes `resource` cheaper by `promised` a month."""
    severity = next((s for least, s in _SEVERITIES if promised.amount >= least), Severity.LOW)
    return Finding(
        kind=KIND,
        key=resource,
        title=title,
        severity=severity,
        seen_at=context.now,
        impact=-promised,
        labels={**labels, RESOURCE: resource, SINCE: str(since)},
        facts=(
            ("Saves", f"{words.money(promised)} a month"),
            ("Resource", resource),
            ("In the bill", "not seen yet"),
        ),
        measurements=(Measurement("saving.expected", promised.amount, _tags(labels)),),
        command=f'by day last 90d where resource="{resource}"',
    )


async def verified(context: Context, known: Finding, through: date) -> Finding | None:
    """The finding with what its newest settled week really saved; None before there is a week.

    When most of it came true the finding is resolved, which closes its ticket.
    """
    since = date.fromisoformat(known.labels[SINCE])
    if known.impact is None or through - WEEK < since:
        return None
    resource, promised = known.labels[RESOURCE], -known.impact
    before = await _a_day(context, resource, Period(since - WEEK, since))
    after = await _a_day(context, resource, Period(through - WEEK + ONE_DAY, through + ONE_DAY))
    saved = Money(monthly(before, after), promised.currency).rounded()
    part = share(saved.amount, promised.amount)
    said = f"{words.money(saved)} a month less, {words.percent(part)} of what was promised"
    facts = dict(known.facts) | {"In the bill": said}
    expected = Measurement("saving.expected", promised.amount, _tags(known.labels))
    measured = Measurement("saving.verified", saved.amount, _tags(known.labels))
    return replace(
        known,
        seen_at=datetime.combine(through + ONE_DAY, time(), UTC),
        facts=tuple(facts.items()),
        measurements=(expected, measured),
        status=Status.RESOLVED if part >= ENOUGH else known.status,
    )


async def _a_day(context: Context, resource: str, period: Period) -> Decimal:
    """What the resource cost on a day of the period, by the measure that discounts do not move."""
    where = (Filter(Dimension("resource"), "=", (resource,)),)
    query = CostQuery(period, context.use.measure, (), where)
    table = await asking.ask(context.use.lake, query)
    return table.total.amount / period.days


def _tags(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: labels[name] for name in ("account", "service", "team") if labels.get(name)}
