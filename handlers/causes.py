"""Why a cost changed, asked of the lake: the parts, since when, rate or usage, what is behind."""

from dataclasses import replace
from datetime import date, timedelta

from analytics import causes, questions
from analytics.effects import effects
from analytics.onset import first_day
from cards import words
from cards.causes import effects_said, path_said, resource_said
from domain.answer import CostRow, CostTable
from domain.cause import Cause, Effects, Explanation, Happening, Where
from domain.errors import NoBillError
from domain.finding import Finding
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.query import CostQuery, Dimension, Filter
from handlers import asking, replies
from handlers.coverage import covered_days, inside
from handlers.grammar import owner_tag
from handlers.incidents import query_of
from handlers.kinds import Context

#: Cells of the bill that are searched one by one; smaller ones are summed by service and account.
MOST_LEAVES = 4000
APART = 2
RESOURCES = 5
#: The days before that say what is usual, and how far back a change may have begun.
GROUND = timedelta(days=35)
REACH = timedelta(days=62)
#: Fewer days to compare with than this are no ground of their own.
ENOUGH = 14

_SEARCHED = tuple(map(Dimension, ("service", "account", "region", "usage_type")))
_CHARGE = Dimension("charge")
_METERS = tuple(map(Dimension, ("service", "region", "usage_type", "operation")))


async def explained(context: Context, query: CostQuery) -> Explanation:
    """Why the cost of `query` changed since `query.compare`; its first cause with all about it.

    Splits that the query names are the ones that are searched. Raises UserError where the bills of
    these days have nothing of what it names.
    """
    lake, currency = context.use.lake, context.use.lake.status().currency
    if query.compare is None or currency is None:
        raise NoBillError
    asking.refuse_lacking(lake, query)
    wanted = replace(query, group_by=_searched(context, query), limit=MOST_LEAVES)
    apart = min(APART, len(wanted.group_by))
    rows = await lake.run(
        questions.leaves(wanted, apart), wanted.columns, [query.period, query.compare]
    )
    found = causes.explain(wanted, causes.leaves(wanted, rows), currency)
    if not found.causes:
        return found
    first = await _known(context, query, found.causes[0])
    return replace(found, causes=(first, *found.causes[1:]))


def within(query: CostQuery, where: Where) -> CostQuery:
    """The same question about one part of it."""
    filters = tuple(Filter(dimension, "=", (value,)) for dimension, value in where)
    kept = tuple(one for one in query.filters if one not in filters)
    return replace(query, group_by=(), filters=(*kept, *filters), limit=None)


async def cause_of(context: Context, query: CostQuery) -> tuple[tuple[str, str], ...]:
    """The cause of a change as facts for a finding; nothing where none stands out."""
    found = await explained(context, query)
    if not found.causes or not found.found:
        return ()
    cause, name = found.causes[0], words.shortened(replies.names(context))
    change = words.change_of(Money(cause.deepest.change, found.currency))
    facts = [("Cause", f"{path_said(cause, name)}, {change}")]
    if cause.effects is not None:
        facts.append(("Rate or usage", ", ".join(effects_said(cause.effects, found.currency))))
    if cause.resources:
        said = (resource_said(row, found.currency) for row in cause.resources[:2])
        facts.append(("Resources", ", ".join(said)))
    return tuple(facts)


async def with_cause(context: Context, found: Finding) -> Finding:
    """The finding with its cause among its facts, where the days to compare with are loaded."""
    query = query_of(context, found)
    covered = covered_days(context.use.lake.status())
    if found.status.closed or query.compare is None or context.use.lake.lacks(query):
        return found
    if inside(query.compare, covered) != [query.compare]:
        return found
    return replace(found, facts=(*found.facts, *await cause_of(context, query)))


def _searched(context: Context, query: CostQuery) -> tuple[Dimension, ...]:
    """What the search looks at; a value that is given cannot tell anything apart."""
    if query.group_by:
        return query.group_by
    owner = owner_tag(context.use.lake.vocabulary(), context.use.owner_tags)
    tags = (Dimension("tag", owner),) if owner else ()
    given = {f.dimension for f in query.filters if f.op == "=" and len(f.values) == 1}
    every = tuple(d for d in (*_SEARCHED, *tags, _CHARGE) if d not in given)
    lacking = context.use.lake.lacks(replace(query, group_by=every))
    return tuple(d for d in every if d not in lacking)


async def _known(context: Context, query: CostQuery, cause: Cause) -> Cause:
    """A cause with its first day, its effects, its resources and what happened nearby."""
    part = within(query, cause.part.where)
    since = await _first_day(context, part, cause)
    deepest = within(query, cause.deepest.where)
    return replace(
        cause,
        first_day=since,
        effects=await _effects(context, part),
        resources=await _resources(context, part),
        happenings=await _happenings(context, deepest, since),
    )


async def _first_day(context: Context, part: CostQuery, cause: Cause) -> date | None:
    period, compare = part.period, part.compare
    if compare is None:
        return None
    covered = covered_days(context.use.lake.status())
    start = max(min(compare.start, period.start - GROUND), period.start - REACH)
    stretch = next((days for days in covered if period.start in days), None)
    if stretch is None or stretch.start >= period.start:
        return None
    span = Period(max(start, stretch.start), period.end)
    own = compare.days >= ENOUGH and inside(compare, [span]) == [compare]
    ground = compare if own else Period(span.start, period.start)
    series = await asking.daily(context.use.lake, replace(part, period=span, compare=None))
    costs = series.lines[0].costs if series.lines else ()
    if not costs:
        return None
    return first_day(series.days, costs, ground, period, cause.part.change > 0)


async def _effects(context: Context, part: CostQuery) -> Effects:
    asked = replace(part, group_by=_METERS)
    days = [days for days in (part.period, part.compare) if days]
    rows = await context.use.lake.run(
        questions.metered(asked), asked.columns | questions.METERS, days
    )
    return effects(rows)


async def _resources(context: Context, part: CostQuery) -> tuple[CostRow, ...]:
    """The resources that moved most; charges without one are none."""
    asked = replace(part, group_by=(Dimension("resource"),), limit=RESOURCES + 1)
    if context.use.lake.lacks(asked):
        return ()
    table = await asking.movers(context.use.lake, asked)
    moved = [row for row in table.rows if row.key[0] and row.change]
    return tuple(moved[:RESOURCES])


async def _happenings(
    context: Context, part: CostQuery, since: date | None
) -> tuple[Happening, ...]:
    """What happened around the first day, where the cause is in one account."""
    given = {
        f.dimension.name: f.values[0] for f in part.filters if f.op == "=" and len(f.values) == 1
    }
    account = given.get("account")
    if context.use.happenings is None or since is None or not account:
        return ()
    days = Period(since - ONE_DAY, since + 2 * ONE_DAY)
    return await context.use.happenings.near(
        days, account, given.get("region"), given.get("service")
    )


def table(found: Explanation) -> CostTable:
    """The parts as data: what each is limited to, None where to nothing, and the rest."""
    named = tuple(dict.fromkeys(d for cause in found.causes for d, _ in cause.part.where))
    rows = tuple(
        CostRow(
            tuple(dict(cause.part.where).get(dimension) for dimension in named),
            cause.part.now,
            cause.part.before,
        )
        for cause in found.causes
    )
    rest = CostRow((), found.rest.now, found.rest.before)
    whole, before = (Money(one, found.currency) for one in (found.whole.now, found.whole.before))
    query = replace(found.query, group_by=named, limit=len(rows) or None)
    return CostTable(query, rows, whole, before, rest, 1)
