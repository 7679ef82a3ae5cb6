"""An early warning from AWS's own estimate, days before the bill has settled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from analytics import warning
from analytics.warning import Pace
from cards import words
from domain.estimate import Estimate
from domain.finding import Finding, Severity, Status
from domain.money import Money
from handlers import replies
from handlers.kinds import AlertKind, Context

KIND = "early"
CURRENCY = "USD"
_LIVE = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED, Status.EXPECTED})
_BACK = timedelta(days=warning.BEFORE + 2)
_SEVERITIES = ((Decimal(5000), Severity.CRITICAL), (Decimal(500), Severity.HIGH))
_NAMED = 3


async def find(context: Context) -> Sequence[Finding]:
    """One finding while the estimate grows at least twice as fast as usual.

    It is over when the pace is, or when the bill has settled the days and can speak for itself.
    """
    source = context.use.estimates
    if source is None:
        return ()
    known = await context.use.memory.findings.listed(_LIVE, KIND, 10)
    estimates = await source.read(context.now - _BACK, context.now)
    whole = next((one for one in estimates if not one.service), None)
    now = warning.pace(whole.points) if whole else None
    if now is not None and now.fast:
        return [_finding(context, now, estimates, known)]
    settled = replies.settled(context)
    return [
        replace(
            one, status=Status.RESOLVED, seen_at=max(one.seen_at, now.at if now else one.seen_at)
        )
        for one in known
        if (now is not None and now.over) or (settled is not None and settled >= one.seen_at.date())
    ]


def _finding(
    context: Context, now: Pace, estimates: Sequence[Estimate], known: Sequence[Finding]
) -> Finding:
    usual = words.money(Money(now.usual, CURRENCY))
    times = f"{now.day / now.usual:.1f} times" if now.usual > 0 else "much more than"
    facts = [
        ("In 24 hours", f"{words.money(Money(now.day, CURRENCY))}, usually {usual}"),
        ("As of", words.moment(now.at)),
    ]
    if mostly := _mostly(estimates):
        facts.append(("Mostly", mostly))
    facts.append(("Source", "AWS's estimate (EstimatedCharges); no bill confirms it yet"))
    return Finding(
        kind=KIND,
        key=known[0].key if known else f"{now.at.date()}",
        title=f"AWS estimates {times} the usual cost of a day",
        severity=next((s for least, s in _SEVERITIES if now.extra >= least), Severity.MEDIUM),
        seen_at=now.at,
        impact=Money(now.extra, CURRENCY).rounded(),
        facts=tuple(facts),
        command="by service last 7d",
    )


def _mostly(estimates: Sequence[Estimate]) -> str:
    """The services that grew most beyond what is usual for them."""
    paces = [(one.service, warning.pace(one.points)) for one in estimates if one.service]
    grown = [(pace.extra, name) for name, pace in paces if pace and pace.extra > 0]
    grown.sort(reverse=True)
    named = (f"{name} {words.change_of(Money(extra, CURRENCY))}" for extra, name in grown[:_NAMED])
    return ", ".join(named)


ALERT = AlertKind(
    KIND, "A warning from AWS's own estimate, before the bill settles", find, hourly=True
)
