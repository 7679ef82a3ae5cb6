"""What a period will have cost: the bill asked, usage forecast, the other charges carried on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from analytics import known, outlook
from analytics.answers import exact_sum
from analytics.forecast import LONGEST
from domain.answer import CostSeries, CostTable
from domain.errors import UserError
from domain.money import CENT, Money
from domain.outlook import Expected, Known, Outlook, Part
from domain.period import ONE_DAY, Period
from domain.query import ChargeType, CostQuery, Dimension, Filter
from handlers import asking, replies
from handlers.coverage import covered_days, inside, loaded_days
from handlers.expiries import ended_credits, expiries
from handlers.kinds import Context

CHARGE = Dimension("charge")
USAGE = Filter(CHARGE, "=", (ChargeType.USAGE.value,))
OTHERS = Filter(CHARGE, "!=", (ChargeType.USAGE.value,))
#: Parts that are forecast by themselves; the smaller ones are one sum.
MOST_PARTS = 60
#: Days of the past that a forecast reads.
MEMORY = timedelta(days=400)
#: Fewer days than these are no ground to stand on.
FEWEST = 7

Key = tuple[str | None, ...]
Others = dict[tuple[str, Key], dict[date, Decimal]]


async def ahead(
    context: Context,
    query: CostQuery,
    through: date | None = None,
    events: Sequence[Known] = (),
) -> Outlook:
    """The outlook for `query.period`, by the first 60 groups of `query.group_by`.

    `through` is the last day that is used, the last settled one unless told: an earlier one gives
    what would have been said then. `events` are charges to come that the bill cannot tell.
    """
    through = through or _through(context, query.period)
    history = await _usage(context, query, through)
    found = await asyncio.to_thread(outlook.usage, history, query.period)
    others, spent = await _others(context, query, through), await _spent(context, query, through)
    months = found.months
    if any(wanted.dimension == CHARGE for wanted in query.filters):
        # Tax follows from usage, also where usage is not asked about.
        rest = tuple(wanted for wanted in query.filters if wanted.dimension != CHARGE)
        base = await _usage(context, replace(query, filters=rest, group_by=()), through)
        months = (await asyncio.to_thread(outlook.usage, base, query.period)).months
    book = known.Book(others, months, through, query.period)
    carried = known.to_come(book)
    ends = await expiries(context, query, through)
    gone = await ended_credits(context, through, carried)
    to_come = (*carried, *ends, *gone, *events)
    sum_known = exact_sum(one.amount for one in to_come)
    certain = spent.total.amount + sum_known
    whole = _in_cents(found.whole.plus(certain))
    parts, rest = _parts(query, history, found, spent, to_come, whole.mean)
    return Outlook(
        query,
        through,
        spent.total,
        found.whole,
        to_come,
        whole,
        _in_cents(found.likely.plus(certain)),
        parts[: query.limit],
        found.steps,
        found.grain,
        rest,
        before=await _before(context, query),
    )


def possible(context: Context, period: Period) -> bool:
    """Whether there is ground for a forecast of `period`, and days of it that are to come."""
    through, first = replies.settled(context), context.use.lake.status().first_day
    if through is None or first is None:
        return False
    return (through - first).days + 1 >= FEWEST and 0 < (period.last - through).days <= LONGEST


def _through(context: Context, period: Period) -> date:
    """The last settled day; a bill that covers the whole period leaves nothing to forecast."""
    through = replies.settled(context)
    days = loaded_days(context.use.lake.status())
    if through is None or (through - days.start).days + 1 < FEWEST:
        raise UserError(
            f"A forecast needs {FEWEST} settled days; the bill has fewer yet.", ("status",)
        )
    if period.last <= through:
        raise UserError(
            f"All days up to {period.last} are settled: there is nothing to forecast.",
            (f"by service {period.start}..{period.last}", "forecast"),
        )
    if (period.last - through).days > LONGEST:
        raise UserError(
            f"The newest settled day is {through}: too old to forecast {period.last}. "
            "Load newer bills.",
            ("status",),
        )
    return through


async def _usage(context: Context, query: CostQuery, through: date) -> CostSeries:
    start = max(loaded_days(context.use.lake.status()).start, through - MEMORY)
    asked = replace(
        query,
        period=Period(start, through + ONE_DAY),
        filters=(*query.filters, USAGE),
        compare=None,
        limit=MOST_PARTS if query.group_by else None,
    )
    return await asking.daily(context.use.lake, asked)


async def _others(context: Context, query: CostQuery, through: date) -> Others:
    """Every charge that is no usage, by type and group, of the last months up to what is loaded."""
    days = loaded_days(context.use.lake.status())
    start = max(days.start, (through - timedelta(days=100)).replace(day=1))
    group_by = (CHARGE, *query.group_by, Dimension("day"))
    filters = (*query.filters, OTHERS)
    asked = replace(
        query, period=Period(start, days.end), group_by=group_by, filters=filters,
        compare=None, limit=None,
    )  # fmt: skip
    found: Others = {}
    for row in (await asking.ask(context.use.lake, asked)).rows:
        charge, *key, day = row.key
        by_day = found.setdefault((charge or "", tuple(key)), {})
        by_day[date.fromisoformat(day or "")] = row.cost
    return found


async def _spent(context: Context, query: CostQuery, through: date) -> CostTable:
    """What the settled days of the period have cost, all charges."""
    if query.period.start > through:
        currency = context.use.lake.status().currency or ""
        return CostTable(query, (), Money(Decimal(0), currency))
    settled = Period(query.period.start, through + ONE_DAY)
    asked = replace(query, period=settled, compare=None, limit=None)
    return await asking.ask(context.use.lake, replies.bounded(asked))


async def _before(context: Context, query: CostQuery) -> Money | None:
    """The whole month, quarter or year before, where it is loaded; None for other periods."""
    from analytics.calendar import shifted
    from analytics.periods import whole_months

    months = whole_months(query.period)
    if months not in (1, 3, 12):
        return None
    before = shifted(query.period, months)
    if inside(before, covered_days(context.use.lake.status())) != [before]:
        return None
    asked = replace(query, period=before, group_by=(), compare=None, limit=None)
    return (await asking.ask(context.use.lake, asked)).total


def _parts(
    query: CostQuery,
    history: CostSeries,
    found: outlook.Usage,
    spent: CostTable,
    to_come: Sequence[Known],
    whole: Decimal,
) -> tuple[tuple[Part, ...], Part | None]:
    """Each group with what is spent, known and expected of it, in cents that add up to `whole`."""
    if not query.group_by:
        return (), None
    usage = {line.key: part for line, part in zip(history.lines, found.lines, strict=True)}
    paid = {row.key: row.cost for row in spent.rows}
    known_of = _known_of(to_come)
    nothing = Expected(Decimal(0), Decimal(0), Decimal(0))
    keys = list(dict.fromkeys([*usage, *paid, *known_of]))
    parts = [
        Part(
            key,
            paid.get(key, Decimal(0)),
            usage.get(key, nothing).plus(paid.get(key, Decimal(0)) + known_of.get(key, Decimal(0))),
        )
        for key in keys
    ]
    parts.sort(key=lambda part: (-part.whole.mean, str(part.key)))
    most = min(query.limit or MOST_PARTS, MOST_PARTS)
    folded = [part.whole for part in parts[most:]]
    folded += [found.others] if found.others else []
    beyond = spent.rest.cost if spent.rest else Decimal(0)
    rest_paid = exact_sum([*(part.spent for part in parts[most:]), beyond])
    rest = Part((), rest_paid, _added(folded).plus(beyond)) if folded or beyond else None
    return _to_the_cent(parts[:most], rest, whole)


def _known_of(to_come: Sequence[Known]) -> Mapping[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for one in to_come:
        found[one.key] = found.get(one.key, Decimal(0)) + one.amount
    return found


def _added(parts: Sequence[Expected]) -> Expected:
    """Several parts as one; their bounds as if they were off independently."""
    mean = exact_sum(part.mean for part in parts)
    below = sum(((p.mean - p.lower) ** 2 for p in parts), Decimal(0)).sqrt()
    above = sum(((p.upper - p.mean) ** 2 for p in parts), Decimal(0)).sqrt()
    return Expected(mean, mean - below, mean + above)


def _to_the_cent(
    parts: Sequence[Part], rest: Part | None, whole: Decimal
) -> tuple[tuple[Part, ...], Part | None]:
    every = [*parts, *([rest] if rest else [])]
    if not every:
        return (), None
    means = outlook.cents([part.whole.mean for part in every], whole)
    exact = tuple(
        replace(part, whole=replace(_in_cents(part.whole), mean=mean))
        for part, mean in zip(every, means, strict=True)
    )
    return (exact[:-1], exact[-1]) if rest else (exact, None)


def _in_cents(one: Expected) -> Expected:
    return Expected(*(amount.quantize(CENT) for amount in (one.mean, one.lower, one.upper)))
