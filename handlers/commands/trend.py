"""/cost trend [by …] [where …] [period] [weekly|monthly]: where it goes, and since when."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from analytics import periods
from analytics.answers import exact_sum
from analytics.calendar import months_back
from cards.model import Buttons
from cards.parts import ask_buttons
from cards.views.trend import trend
from cards.words import plural, span
from domain.answer import CostRow, CostSeries, CostTable
from domain.errors import NoBillError, UserError
from domain.period import ONE_DAY, Period
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension
from domain.trend import Grain, Trends
from handlers import asking, replies
from handlers.coverage import covered_days, inside, loaded_days
from handlers.grammar import Question, owner_tag, scope, with_group, with_period
from handlers.kinds import Answer, Command, Context, Surface

#: Unless told: enough to tell a trend from an accident, near enough to matter.
_MONTHS = {Grain.WEEK: 6, Grain.MONTH: 13}
#: Longer times are told in months.
_WEEKS = 53
#: Groups whose trend is looked for, the dearest ones.
_MOST = 300


async def run(context: Context, words: str) -> Answer:
    asked, grain = _asked(context, words)
    query = replies.usage_only(asked.query)
    notes = [asked.note, f"Whole {grain}s only."]
    if query != asked.query:
        notes.append("Usage only: fees, tax, support and credits have days of their own.")
    query = replace(query, group_by=query.group_by or (replies.natural_split(query),))
    series = await asking.daily(context.use.lake, replies.bounded(query, _MOST))
    if series.rest is not None:
        notes.append(f"Of the {_MOST} dearest only.")
    found = await asyncio.to_thread(_trends, series, grain)
    table = _table(query, series)
    card = trend(
        found,
        table,
        replies.provenance(context, query),
        context.today,
        replies.names(context),
        _buttons(context, asked, grain),
        " ".join(note for note in notes if note),
        scope(asked, replies.names(context)),
    )
    return Answer(card, table, replies.settled(context))


def _asked(context: Context, words: str) -> tuple[Question, Grain]:
    """The question over settled days that bills cover, and what its trend is told in."""
    asked = replies.read(context, words)
    if asked.compare is not None:
        raise UserError(
            "A trend compares each week with those before it. Leave out what follows vs.",
            ("trend", f"movers {words}"),
        )
    times = {d.name for d in asked.query.group_by if d.name in TIME_DIMENSIONS}
    if len(times) > 1 or "day" in times:
        raise UserError(
            "A trend is told by week or by month. Name one of them.",
            ("trend weekly", "trend monthly"),
        )
    named = asked.period != periods.to_date("month", context.today)
    months = _MONTHS[Grain.MONTH if "month" in times else Grain.WEEK]
    period = _days(context, asked.period.period if named else None, months)
    usual = Grain.WEEK if period.days <= 7 * _WEEKS else Grain.MONTH
    grain = Grain(times.pop()) if times else usual
    period = _whole(period, grain)
    split = tuple(d for d in asked.query.group_by if d.name not in TIME_DIMENSIONS)
    query = replace(asked.query, period=period, group_by=split, limit=None)
    said = asked.period if period == asked.period.period else periods.dates(period)
    return replace(asked, query=query, period=said), grain


def _days(context: Context, wanted: Period | None, months: int) -> Period:
    """The settled days of the newest stretch that bills cover: what is missing would be a fall."""
    status, through = context.use.lake.status(), replies.settled(context)
    if through is None:
        raise NoBillError
    end = through + ONE_DAY
    asked = wanted or Period(months_back(end, months), end)
    parts = inside(asked, covered_days(status, through))
    if not parts:
        days = loaded_days(status)
        raise UserError(
            f"No settled days of a loaded bill lie in {span(asked)}. Loaded: {span(days)}.",
            ("trend", "status"),
        )
    return parts[-1]


def _whole(period: Period, grain: Grain) -> Period:
    """From the first to the last whole week or month of a period, when there are enough."""
    from analytics.trends import FEWEST, buckets

    parts, fewest = buckets(period, grain), FEWEST[grain]
    if (count := len(parts)) < fewest:
        held = plural(count, f"whole settled {grain}") if count else f"no whole settled {grain}"
        raise UserError(
            f"A trend by {grain} needs {fewest} whole {grain}s: {span(period)} has {held}.",
            ("trend", "trend monthly last 12 months"),
        )
    return Period(parts[0].start, period.start + timedelta(days=parts[-1].end))


def _trends(series: CostSeries, grain: Grain) -> Trends:
    from analytics.trends import trends

    return trends(series, grain)


def _table(query: CostQuery, series: CostSeries) -> CostTable:
    """What each group costs in all, for programs that ask."""
    rows = tuple(CostRow(line.key, exact_sum(line.costs)) for line in series.lines)
    rest = CostRow((), exact_sum(series.rest)) if series.rest is not None else None
    return CostTable(query, rows, series.total, rest=rest)


def _buttons(context: Context, asked: Question, grain: Grain) -> Buttons | None:
    """The same trend of other groups or in the other grain."""
    owner = owner_tag(context.use.lake.vocabulary(), context.use.owner_tags)
    tags = [Dimension("tag", owner)] if owner else []
    splits = [Dimension("service"), Dimension("account"), *tags, Dimension("region")]
    shown = asked.query.group_by or (replies.natural_split(asked.query),)
    choices = [
        (f"By {d.label}", f"trend {grain}ly {with_group(asked, (d,))}")
        for d in splits
        if (d,) != shown
    ][:3]
    other = Grain.MONTH if grain is Grain.WEEK else Grain.WEEK
    same = with_group(asked, shown)
    choices.append((f"{other.capitalize()}ly", f"trend {other}ly {_longer(asked, same, other)}"))
    share = f"trend {grain}ly {same}" if context.origin.surface is Surface.ROOM else None
    return ask_buttons(choices, share)


def _longer(asked: Question, same: str, grain: Grain) -> str:
    """Months need more time than half a year of weeks has."""
    short = asked.period.period.days < 200
    return with_period(asked, "last 12 months") if grain is Grain.MONTH and short else same


COMMAND = Command(
    name="trend",
    summary="Where costs are going, since when, and who grows most",
    usage=("trend [by <what>] [where <what>=<value>] [period] [weekly|monthly]",),
    examples=(
        "trend",
        "trend by account last 6 months",
        "trend monthly by service last 12 months",
        "trend where team=payments since july",
        "trend by usage type for ec2 weekly",
    ),
    run=run,
    aliases=("trends", "growth"),
)
