"""Budgets that reached a threshold: one finding for each budget and period."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from domain.budget import Budget
from domain.finding import Finding, Status
from domain.period import ONE_DAY
from handlers import budgets, replies
from handlers.kinds import AlertKind, Context

_LIVE = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED, Status.EXPECTED})


async def find(context: Context) -> Sequence[Finding]:
    """What reached a threshold in the periods of the newest days.

    It is closed once a day of the next period is settled, when its number falls back, and when
    the budget is deleted.
    """
    if replies.settled(context) is None:
        return ()
    memory = context.use.memory
    known = {one.id: one for one in await memory.findings.listed(_LIVE, budgets.KIND, 500)}
    found: dict[str, Finding] = {}
    for budget in await memory.budgets.listed():
        for one in await _of(context, budget, known):
            found[one.id] = one
    return [*found.values(), *_over(context, [known[name] for name in known.keys() - found.keys()])]


async def _of(context: Context, budget: Budget, known: dict[str, Finding]) -> Sequence[Finding]:
    found: list[Finding] = []
    for period in budgets.newest(context, budget):
        standing = await budgets.standing(context, budget, period)
        before = known.get(f"{budgets.KIND}:{budget.name}:{period.start}")
        told = budgets.finding(context, standing, before)
        found += [told] if told else []
    return found


def _over(context: Context, known: Sequence[Finding]) -> Sequence[Finding]:
    """A new period, less spent than was thought, or no budget any more."""
    last = context.use.lake.status().last_day
    seen_at = datetime.combine(last + ONE_DAY, time(), UTC) if last else context.now
    return [
        replace(one, status=Status.RESOLVED, seen_at=max(seen_at, one.seen_at)) for one in known
    ]


ALERT = AlertKind(budgets.KIND, "Budgets that reached a threshold, spent or forecast", find)
