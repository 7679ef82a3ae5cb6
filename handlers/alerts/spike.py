"""Spikes: usage of a service in an account that costs far more than on the same weekdays before."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from cards import words
from domain.finding import Finding, Measurement, Severity, Status
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.query import ChargeType, CostQuery, Dimension, Filter
from handlers import asking, causes, replies
from handlers.coverage import loaded_days
from handlers.kinds import AlertKind, Context

#: Days that are looked at: five weeks of history and the longest incident that is followed.
LOOK_BACK = timedelta(days=70)
SPLIT = (Dimension("account"), Dimension("service"))
USAGE = (Filter(Dimension("charge"), "=", (ChargeType.USAGE.value,)),)
#: From this much more a day on.
_SEVERITIES = ((Decimal(5000), Severity.CRITICAL), (Decimal(500), Severity.HIGH))

Costs = dict[tuple[str, str], dict[date, Decimal]]


async def find(context: Context) -> Sequence[Finding]:
    """One finding for each incident that reaches into the newest settled day.

    Incidents that were found before and have ended are reported as resolved.
    """
    through = replies.settled(context)
    if through is None:
        return ()
    start = max(loaded_days(context.use.lake.status()).start, through - LOOK_BACK)
    costs = await _costs(context, Period(start, through + ONE_DAY))
    runs = await asyncio.to_thread(_incidents, costs, through)
    currency = context.use.lake.status().currency or ""
    found = [
        _finding(context, key, days, costs[key], currency) for key, days in sorted(runs.items())
    ]
    found = [await causes.with_cause(context, one) for one in found]
    return [*found, *await _ended(context, {one.key for one in found}, through)]


async def _costs(context: Context, period: Period) -> Costs:
    query = CostQuery(period, context.use.measure, (*SPLIT, Dimension("day")), USAGE, limit=None)
    table = await asking.ask(context.use.lake, query)
    costs: Costs = {}
    for row in table.rows:
        account, service, day = row.key
        by_day = costs.setdefault((account or "", service or ""), {})
        by_day[date.fromisoformat(day or "")] = row.cost
    return costs


def _incidents(costs: Costs, through: date) -> dict[tuple[str, str], list[tuple[date, float]]]:
    """The days in a row, up to the newest, on which a series is far above what was expected."""
    import pandas as pd

    from analytics.anomalies import detect

    keys = list(costs)
    rows = [
        (number, day, float(cost))
        for number, key in enumerate(keys)
        for day, cost in costs[key].items()
    ]
    frame = pd.DataFrame(rows, columns=["series_id", "date", "cost"])
    frame["date"] = pd.to_datetime(frame["date"])
    verdicts = detect(frame)
    verdicts = verdicts[verdicts["is_anomaly"] & (verdicts["score"] > 0)]
    found: dict[tuple[str, str], list[tuple[date, float]]] = {}
    for number, days in verdicts.groupby("series_id"):
        expected = {
            day.date(): value for day, value in zip(days["date"], days["expected"], strict=True)
        }
        run: list[tuple[date, float]] = []
        day = through
        while day in expected:
            run.insert(0, (day, expected[day]))
            day -= ONE_DAY
        if run:
            found[keys[int(str(number))]] = run
    return found


def _finding(
    context: Context,
    key: tuple[str, str],
    run: list[tuple[date, float]],
    costs: dict[date, Decimal],
    currency: str,
) -> Finding:
    account, service = key
    name = replies.names(context)
    first, (last, usual) = run[0][0], run[-1]
    extra = sum((costs[day] - Decimal(repr(value)) for day, value in run), Decimal(0))
    cost, expected = costs[last], Decimal(repr(usual))
    a_day = cost - expected
    rise = f"+{words.percent(a_day / expected)}" if expected > 0 else "from nothing"
    shown = words.shortened(name)("service", service)
    severity = next((s for least, s in _SEVERITIES if a_day >= least), Severity.MEDIUM)
    return Finding(
        kind="spike",
        key=f"account={account},service={service}:{first}",
        title=f"{shown} in {name('account', account)} costs {rise}",
        severity=severity,
        seen_at=datetime.combine(last + ONE_DAY, time(), UTC),
        impact=Money(extra, currency).rounded(),
        labels={"service": service, "account": account},
        facts=(
            ("Since", words.day(first)),
            (
                words.day(last),
                f"{words.money(Money(cost, currency))}, expected "
                f"{words.money(Money(expected, currency))}",
            ),
            ("Account", name("account", account)),
        ),
        measurements=(
            Measurement("anomaly.impact", extra, {"service": service, "account": account}),
        ),
        command=f'by day last 30d where account={account} and service="{service}"',
    )


async def _ended(context: Context, still: set[str], through: date) -> list[Finding]:
    """Open spikes that are over: nothing unusual on the newest settled day."""
    known = await context.use.memory.findings.listed(
        frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED, Status.EXPECTED}), "spike", 500
    )
    seen_at = datetime.combine(through + ONE_DAY, time(), UTC)
    return [
        replace(one, status=Status.RESOLVED, seen_at=seen_at)
        for one in known
        if one.key not in still and one.seen_at < seen_at
    ]


ALERT = AlertKind("spike", "Usage far above the same weekdays before", find)
