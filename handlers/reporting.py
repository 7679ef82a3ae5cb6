"""Reports: which days they are about, and their numbers; asked at once or by a schedule."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import get_args

from analytics import calendar, periods
from cards import charts
from cards.model import Chart
from cards.views.report import Kind, Open, Report
from cards.words import day as day_words
from cards.words import span
from domain.answer import CostTable
from domain.errors import NoBillError, UserError
from domain.finding import Status
from domain.period import ONE_DAY, Period
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension
from handlers import asking, replies
from handlers.coverage import covered_days, inside, loaded_days, remarks
from handlers.grammar import Question, render, scope
from handlers.kinds import Context

KINDS: tuple[Kind, ...] = get_args(Kind)

_CHARGE = Dimension("charge")
_MOVERS = 5
_CHART_DAYS = 14
_CHART_MONTHS = 6
_OPEN = 5
#: A closed period may still be updated for two weeks after it ends, says AWS's page on exports:
#: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-processing.html
_RESTATED = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Plan:
    """A report with its days fixed: `words` ask for exactly this one again, whenever."""

    kind: Kind
    asked: Question
    query: CostQuery
    words: str

    @property
    def period(self) -> Period:
        return self.query.period


async def report(context: Context, plan: Plan) -> tuple[Report, CostTable]:
    """What the report says, and all its charges by service (or what was asked) as a table."""
    query, lake = plan.query, context.use.lake
    by_charge = replace(query, group_by=(_CHARGE,), limit=None)
    known = [compare for compare in _before(plan) if _covered(context, compare)]
    if not _covered(context, plan.period):
        known = []
    split = query.group_by or (Dimension("service"),)
    table = await asking.ask(
        lake,
        replies.bounded(replace(query, group_by=split, compare=known[0] if known else None)),
    )
    said = Report(
        kind=plan.kind,
        whole=await asking.ask(lake, by_charge),
        against=tuple(
            [await asking.ask(lake, replace(by_charge, compare=compare)) for compare in known]
        ),
        month=await _month(context, plan),
        movers=await _movers(context, plan, split, known[-1] if known else None),
        chart=await _chart(context, plan),
        scope=scope(plan.asked, replies.names(context)),
        remark=_remark(context, plan, known),
    )
    return await _with_findings(context, said), table


def plan(context: Context, kind: Kind, words: str) -> Plan:
    """The newest settled day, week or month, or the one that `words` name."""
    status = context.use.lake.status()
    days = loaded_days(status)
    asked = replies.read(context, words)
    if asked.compare is not None:
        raise UserError(
            f"A {kind} report brings its own comparisons. Leave out what follows vs.",
            (f"report {kind}", f"{words}"),
        )
    if any(dimension.name in TIME_DIMENSIONS for dimension in asked.query.group_by):
        raise UserError(
            "A report is split by service, account or a tag, not by time.",
            (f"report {kind} by account", f"{words}"),
        )
    named = asked.period != periods.to_date("month", context.today)
    period = _named(kind, asked.period.period) if named else _newest(context, kind, days)
    if not inside(period, covered_days(status)):
        raise UserError(
            f"No loaded bill covers {span(period)}. Loaded: {span(days)}.",
            (f"report {kind}", "status"),
        )
    query = replace(asked.query, period=period)
    fixed = replace(asked, query=query, period=periods.dates(period))
    return Plan(kind, fixed, query, f"report {kind} {render(fixed)}")


def _named(kind: Kind, period: Period) -> Period:
    """The day, week or month in which the named days lie."""
    start = period.start
    match kind:
        case "daily":
            found = Period.day(start)
        case "weekly":
            monday = start - timedelta(days=start.weekday())
            found = Period(monday, monday + timedelta(days=7))
        case "monthly":
            found = Period.month(start.year, start.month)
    if period.end > found.end:
        raise UserError(
            f"A {kind} report is about one {_unit(kind)}; {span(period)} is longer.",
            (f"report {kind} {start}", f"report {kind}"),
        )
    return found


def _newest(context: Context, kind: Kind, days: Period) -> Period:
    """The newest settled day or week; of months the last that has ended and has a bill."""
    if kind == "monthly":
        end = min(context.today, days.end).replace(day=1)
        before = end - ONE_DAY
        newest = Period.month(before.year, before.month)
        # A bill that ends with its month says so by its last day.
        last = Period.month(days.last.year, days.last.month)
        return last if days.end == last.end and last.end <= context.today else newest
    through = replies.settled(context)
    if through is None:
        raise NoBillError
    if kind == "daily":
        return Period.day(through)
    end = through + ONE_DAY - timedelta(days=(through.weekday() + 1) % 7)
    return Period(end - timedelta(days=7), end)


def _before(plan: Plan) -> list[Period]:
    """The periods to compare with, the nearest first."""
    start, end = plan.period.start, plan.period.end
    match plan.kind:
        case "daily":
            return [Period.day(start - n * ONE_DAY) for n in (1, 7)]
        case "weekly":
            return [Period(start - timedelta(days=7), end - timedelta(days=7))]
        case "monthly":
            return [calendar.shifted(plan.period, 1)]


def _covered(context: Context, period: Period) -> bool:
    return inside(period, covered_days(context.use.lake.status())) == [period]


async def _month(context: Context, plan: Plan) -> CostTable | None:
    """The month up to the end of the period, beside the same days of the month before."""
    if plan.kind == "monthly":
        return None
    start = plan.period.last.replace(day=1)
    sofar = Period(start, plan.period.end)
    before = calendar.months_back(start, 1)
    same = Period(before, min(before + timedelta(days=sofar.days), start))
    compare = same if _covered(context, same) and _covered(context, sofar) else None
    query = replace(plan.query, period=sofar, compare=compare, group_by=(_CHARGE,), limit=None)
    return await asking.ask(context.use.lake, query)


async def _movers(
    context: Context, plan: Plan, split: tuple[Dimension, ...], compare: Period | None
) -> CostTable | None:
    """Against the same weekday, or the period before."""
    if compare is None:
        return None
    query = replies.usage_only(replace(plan.query, group_by=split, compare=compare))
    return await asking.movers(context.use.lake, replies.bounded(query, _MOVERS))


async def _chart(context: Context, plan: Plan) -> Chart | None:
    """How it came to this: two weeks by day, or half a year by month."""
    monthly = plan.kind == "monthly"
    start = (
        calendar.months_back(plan.period.start, _CHART_MONTHS - 1)
        if monthly
        else plan.period.end - timedelta(days=_CHART_DAYS)
    )
    shown = inside(Period(start, plan.period.end), covered_days(context.use.lake.status()))
    if not shown or shown[-1].days < 2:
        return None
    query = replace(plan.query, period=shown[-1], group_by=(), limit=None)
    name = replies.names(context)
    if monthly:
        by_month = replace(query, group_by=(Dimension("month"),))
        return charts.cost_chart(await asking.ask(context.use.lake, by_month), name, "Per month")
    usage = replies.usage_only(query)
    said = "Usage per day" if usage != query else "Cost per day"
    return charts.series_chart(await asking.daily(context.use.lake, usage), name, said)


async def _with_findings(context: Context, said: Report) -> Report:
    """What is open, the most severe first; reports themselves are findings and do not count."""
    if context.use.state is None:
        return said
    findings = context.use.memory.findings
    listed = await findings.listed(frozenset({Status.OPEN, Status.ACKNOWLEDGED}), limit=200)
    found = [one for one in listed if one.kind != "report"]
    found.sort(key=lambda one: -one.severity.rank)
    shown: list[Open] = []
    for one in found[:_OPEN]:
        copies = await findings.showings(one.id)
        url = next((copy.receipt.url for copy in copies if copy.receipt.url), "")
        shown.append(Open(one.name, one.title, one.impact, url))
    return replace(said, open=tuple(shown), more_open=len(found) - len(shown))


def _remark(context: Context, plan: Plan, known: list[Period]) -> str:
    """What a person should know about the days."""
    status, period = context.use.lake.status(), plan.period
    query = replace(plan.query, compare=known[0] if known else None)
    notes = remarks(query, period, status)
    if not known:
        notes.append("There is no whole period before it to compare with.")
    if plan.asked.caution:
        notes.append(plan.asked.caution)
    through = replies.settled(context)
    if through is None or through < period.last:
        notes.append(_unsettled(plan.kind, period, through))
    elif plan.kind == "monthly":
        notes.append(_restatable(context, period))
    return " ".join(notes)


def _unsettled(kind: Kind, period: Period, through: date | None) -> str:
    until = f"Only through {day_words(through)} " if through and through in period else "None "
    what = "invoice will" if kind == "monthly" else "numbers will"
    return f"{until}of this {_unit(kind)} is settled: expect more, the {what} differ."


def _restatable(context: Context, period: Period) -> str:
    """Whether AWS has had its two weeks for corrections before the bill was loaded."""
    final = period.end + _RESTATED
    bills = [bill for bill in context.use.lake.status().bills if bill.period == period]
    if bills and min(bill.loaded_at.date() for bill in bills) >= final:
        return f"{span(period)} is final: loaded after AWS's two weeks for corrections."
    until = day_words(final - ONE_DAY)
    return f"{span(period)} is settled. AWS may correct it until {until}."


def _unit(kind: Kind) -> str:
    return {"daily": "day", "weekly": "week", "monthly": "month"}[kind]
