"""/cost unit [name] [period] [daily|weekly|monthly]: what one request or customer costs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from analytics import periods, units
from analytics.answers import exact_sum
from cards.model import Buttons
from cards.parts import ask_buttons
from cards.views.unit import unit
from cards.words import many, span
from domain.answer import CostRow, CostTable
from domain.errors import DeliveryError, NoBillError, TemporaryError, UserError
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension
from domain.unit import CloudWatchMetric, Counts, Unit, UnitCost
from handlers import asking, replies
from handlers.coverage import covered_days, inside
from handlers.grammar import Question, scope, with_period
from handlers.kinds import Answer, Command, Context, Surface

#: Unless told; settled days only.
_USUAL_DAYS = 30
#: What CloudWatch asks for one metric. https://aws.amazon.com/cloudwatch/pricing/
_FEE = Money(Decimal("0.00001"), "USD")


async def run(context: Context, words: str) -> Answer:
    one, rest = _named(context, words)
    asked, grain = _asked(context, one, rest)
    query = replies.usage_only(asked.query)
    costs = await _costs(context, query)
    counts = await _counts(context, one, query)
    if not any(day in counts for day in query.period):
        raise UserError(
            f"{one.source} knows no {one.name} on {span(query.period)}. Look at its [[units]] in "
            "costbot.toml, or ask for other days.",
            (f"unit {one.name} last 90d",),
        )
    currency = context.use.lake.status().currency or ""
    found = units.unit_cost(one, query, currency, grain, costs, counts)
    table = _table(found)
    notes = [asked.note] if asked.note else []
    if query != asked.query:
        notes.append("Usage only: fees, tax, support and credits have days of their own.")
    provenance = replies.provenance(context, query)
    if isinstance(one.metric, CloudWatchMetric):
        provenance = replace(provenance, fee=_fee(one.metric, query))
    card = unit(
        found,
        table,
        replace(provenance, source=f"{provenance.source} and {one.source}"),
        _buttons(context, one, asked, grain),
        " ".join(notes),
        scope(asked, replies.names(context)),
    )
    return Answer(card, table, replies.settled(context))


def _named(context: Context, words: str) -> tuple[Unit, str]:
    """The unit that the first word names, in singular or plural, or the only one."""
    known = {one.name: one for one in context.use.units}
    if not known:
        raise UserError(
            "Nothing is set up to divide costs by. An admin adds [[units]] to costbot.toml, such "
            "as requests from CloudWatch: docs/trends.md shows how.",
            ("trend", "help"),
        )
    first, _, rest = words.strip().partition(" ")
    said = first.lower()
    for name, one in known.items():
        if said in (name, many(name)):
            return one, rest
    if len(known) == 1:
        return next(iter(known.values())), words
    raise UserError(
        f"Which unit? Known are: {', '.join(known)}.", tuple(f"unit {name}" for name in known)
    )


def _asked(context: Context, one: Unit, words: str) -> tuple[Question, str]:
    """The question over settled days with the unit's own filters, and what it is told in."""
    if one.filters:
        try:
            replies.read(context, one.filters)
        except UserError as error:
            raise UserError(
                f"The filters of the unit {one.name} in costbot.toml cannot be read: {error}"
            ) from None
    asked = replies.read(context, f"{one.filters} {words}".strip())
    times = [d.name for d in asked.query.group_by if d.name in TIME_DIMENSIONS]
    if len(times) > 1 or len(times) < len(asked.query.group_by):
        raise UserError(
            f"The cost per {one.name} is told by day, week or month. Ask for a part with where.",
            (f"unit {one.name} weekly", f"unit {one.name} monthly last 6 months"),
        )
    named = asked.compare or asked.period != periods.to_date("month", context.today)
    period = _settled(context, asked.query.period if named else None)
    compare = asked.query.compare or Period(
        period.start - (period.end - period.start), period.start
    )
    covered = inside(compare, covered_days(context.use.lake.status())) == [compare]
    if asked.query.compare is not None and not covered:
        raise UserError(f"The loaded bills do not cover {span(compare)}.", (f"unit {one.name}",))
    query = replace(
        asked.query, period=period, compare=compare if covered else None, group_by=(), limit=None
    )
    said = asked.period if period == asked.period.period else periods.dates(period)
    return replace(asked, query=query, period=said), (*times, units.grain_of(period))[0]


def _settled(context: Context, wanted: Period | None) -> Period:
    through = replies.settled(context)
    if through is None:
        raise NoBillError
    usual = Period(through - (_USUAL_DAYS - 1) * ONE_DAY, through + ONE_DAY)
    parts = inside(wanted or usual, covered_days(context.use.lake.status(), through))
    if not parts:
        raise UserError(
            "None of these days is loaded and settled: their cost is not whole yet.",
            ("unit", "status"),
        )
    return parts[-1]


async def _costs(context: Context, query: CostQuery) -> Mapping[date, Decimal]:
    """The cost of every day of both periods."""
    costs: dict[date, Decimal] = {}
    for period in (query.period, query.compare):
        if period is not None:
            by_day = replace(query, period=period, compare=None, group_by=(Dimension("day"),))
            table = await asking.ask(context.use.lake, by_day)
            costs |= {date.fromisoformat(row.key[0] or ""): row.cost for row in table.rows}
    return costs


async def _counts(context: Context, one: Unit, query: CostQuery) -> Counts:
    """The counts of both periods; what goes wrong outside is told in words."""
    if context.use.metrics is None:
        raise UserError("This bot cannot count units. Ask the running one.")
    counts: dict[date, Decimal] = {}
    try:
        for period in (query.period, query.compare):
            if period is not None:
                counts |= await context.use.metrics.daily(one, period)
    except DeliveryError as error:
        again = " Try again in a minute." if isinstance(error, TemporaryError) else ""
        raise UserError(
            f"The number of {many(one.name)} cannot be had from {one.source}: {error}.{again}",
            (f"unit {one.name}",),
        ) from None
    return counts


def _fee(metric: CloudWatchMetric, query: CostQuery) -> Money:
    times = len(metric.dimensions) * (2 if query.compare else 1)
    return Money(_FEE.amount * times, _FEE.currency)


def _table(found: UnitCost) -> CostTable:
    """For programs: the cost of the days that count."""
    query = replace(found.query, compare=None, group_by=(Dimension(found.grain),))
    rows = tuple(CostRow((str(part.start),), part.cost) for part in found.parts)
    return CostTable(query, rows, Money(exact_sum(row.cost for row in rows), found.currency))


def _buttons(context: Context, one: Unit, asked: Question, grain: str) -> Buttons | None:
    """The same in another grain, or over more days. Filters of the unit come back by themselves."""
    plain = replace(asked, query=replace(asked.query, filters=(), compare=None), compare=None)
    said = f"unit {one.name}"
    days = asked.period.words
    choices = [
        (f"By {other}", f"{said} {named} {days}")
        for other, named in (("day", "daily"), ("week", "weekly"), ("month", "monthly"))
        if other != grain
    ]
    choices.append(("90 days", f"{said} {with_period(plain, 'last 90d')}"))
    own = context.origin.surface is Surface.ROOM
    return ask_buttons(choices, f"{said} {days}" if own else None)


COMMAND = Command(
    name="unit",
    summary="What one request, customer or order costs",
    usage=("unit [<name>] [period] [daily|weekly|monthly] [where <what>=<value>]",),
    examples=("unit request", "unit request weekly last 90d", "unit request where team=payments"),
    run=run,
    aliases=("units", "per"),
)
