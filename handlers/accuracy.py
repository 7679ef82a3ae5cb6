"""How good forecasts were: those of the middle of past months against what the months cost."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from analytics import horizons, outlook
from analytics.calendar import months_back
from domain.answer import CostSeries
from domain.outlook import Accuracy, Expected, Kept
from domain.period import ONE_DAY, Period
from domain.query import CostQuery, Dimension
from handlers import asking, replies
from handlers.coverage import covered_days, inside, loaded_days
from handlers.kinds import Context
from handlers.outlook import MEMORY, USAGE, ahead, possible

MONTHS = 6
#: A forecast of the middle of a month is made from the days up to its 14th; a kept one may have
#: been made some days earlier or later.
MIDDLE, NEAR = 14, 4
#: A month whose middle has fewer days before it is no fair test.
_FEWEST = timedelta(days=60)

Pair = tuple[Expected, Decimal]


async def accuracy(context: Context, query: CostQuery) -> Accuracy | None:
    """Of the last six whole months, for the filters of `query`; None where there is no month.

    Forecasts that were kept are of the whole bill and all charges. The others are worked out for
    usage, from the days that were settled then, as the bill has them now.
    """
    months = _months(context)
    if not months:
        return None
    kept = await _kept(context, query, months)
    pairs = list((await _recorded(context, query, kept)).values())
    missing = [month for month in months if month not in kept]
    if missing:
        history = await _history(context, query, missing)
        pairs += await asyncio.to_thread(_worked_out, history, missing)
    pairs = [(said, cost) for said, cost in pairs if cost > 0]
    if not pairs:
        return None
    off = sum((abs(said.mean - cost) / cost for said, cost in pairs), Decimal(0)) / len(pairs)
    held = sum(said.lower <= cost <= said.upper for said, cost in pairs)
    return Accuracy(off, len(pairs), len(kept), held)


async def keep(context: Context) -> None:
    """Keep today's forecast of the month end, for the whole bill; once per settled day."""
    period = horizons.month_end(context.today).period
    if not possible(context, period):
        return
    query = CostQuery(period, context.use.measure)
    found = await ahead(context, query)
    made = Kept(
        _scope(query), period, found.settled_through, found.whole, found.currency, context.now
    )
    await context.use.memory.forecasts.keep(made)


def _scope(query: CostQuery) -> str:
    return query.measure.value


def _months(context: Context) -> list[Period]:
    """The last whole settled months with some history before their middle, the oldest first."""
    status = context.use.lake.status()
    through, covered = replies.settled(context), covered_days(status)
    if through is None:
        return []
    first = loaded_days(status).start
    start = (through + ONE_DAY).replace(day=1)
    found: list[Period] = []
    for _ in range(MONTHS):
        month = Period(months_back(start, 1), start)
        long = _middle(month) - first >= _FEWEST
        if inside(month, covered) == [month] and long:
            found.insert(0, month)
        start = month.start
    return found


def _middle(month: Period) -> date:
    return month.start.replace(day=MIDDLE)


async def _kept(context: Context, query: CostQuery, months: Sequence[Period]) -> dict[Period, Kept]:
    """For each month the forecast that was kept nearest to its middle, where there is one."""
    if context.use.state is None or query.filters:
        return {}
    found: dict[Period, Kept] = {}
    for one in await context.use.memory.forecasts.kept(_scope(query), months[0].start):
        off = abs((one.through - _middle(one.period)).days)
        best = found.get(one.period)
        nearer = best is None or off < abs((best.through - _middle(best.period)).days)
        if one.period in months and off <= NEAR and nearer:
            found[one.period] = one
    return found


async def _recorded(
    context: Context, query: CostQuery, kept: dict[Period, Kept]
) -> dict[Period, Pair]:
    """What was kept, beside what the month cost in the end, all charges."""
    if not kept:
        return {}
    whole = Period(min(kept).start, max(kept).end)
    asked = CostQuery(whole, query.measure, (Dimension("month"),))
    rows = (await asking.ask(context.use.lake, asked)).rows
    costs = {row.key[0]: row.cost for row in rows}
    return {
        month: (one.whole, costs.get(str(month.start), Decimal(0))) for month, one in kept.items()
    }


async def _history(context: Context, query: CostQuery, months: Sequence[Period]) -> CostSeries:
    first = loaded_days(context.use.lake.status()).start
    period = Period(max(first, _middle(months[0]) - MEMORY), months[-1].end)
    filters = (*query.filters, USAGE)
    asked = replace(query, period=period, group_by=(), filters=filters, compare=None, limit=None)
    return await asking.daily(context.use.lake, asked)


def _worked_out(history: CostSeries, months: Sequence[Period]) -> list[Pair]:
    return [outlook.hindsight(history, month, _middle(month)) for month in months]
