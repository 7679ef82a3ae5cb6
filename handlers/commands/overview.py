"""/cost: the month so far, against the same days of the last one, and what moved."""

from dataclasses import replace
from datetime import timedelta

from analytics import periods
from cards.parts import ask_buttons
from cards.views.overview import overview
from domain.errors import OnlySumsError, UserError
from domain.outlook import Outlook
from domain.period import ONE_DAY, Period
from domain.query import ChargeType, CostQuery, Dimension, Filter
from handlers import asking, outlook, replies
from handlers.accuracy import accuracy
from handlers.coverage import covered_days, inside, loaded_days
from handlers.kinds import Answer, Command, Context, Surface

#: Fees, tax, support and credits have days of their own: only usage compares day by day.
_USAGE = (Filter(Dimension("charge"), "=", (ChargeType.USAGE.value,)),)


async def run(context: Context, words: str) -> Answer:
    if words:
        raise UserError(
            "The overview is always about the month so far. Ask for other days by themselves.",
            (f"by service {words}", "overview"),
        )
    month, remark = _month(context)
    lake, measure = context.use.lake, context.use.measure
    table = await asking.ask(lake, CostQuery(month.period, measure))
    by_service = CostQuery(month.period, measure, (Dimension("service"),), _USAGE)
    compared = _settled_days(context, month)
    settled = await asking.ask(
        lake, replies.bounded(replace(by_service, period=compared[0], compare=compared[1]))
    )
    daily = await asking.daily(lake, replace(by_service, limit=5))
    choices = (
        ("By service", f"by service {month.words}"),
        ("By account", f"by account {month.words}"),
        ("Top movers", f"movers {month.words}"),
        ("Forecast", "forecast"),
    )
    share = "overview" if context.origin.surface is Surface.ROOM else None
    card = overview(
        table,
        settled,
        daily,
        replies.provenance(context, table.query),
        replies.names(context),
        ask_buttons(choices, share),
        remark,
        await _to_come(context, month),
    )
    return Answer(card, table, replies.settled(context))


def _month(context: Context) -> tuple[periods.NamedPeriod, str]:
    """The running month, or the newest that has a bill when this one has none yet."""
    month = periods.to_date("month", context.today)
    days = loaded_days(context.use.lake.status())
    if month.period.start < days.end:
        return month, month.note
    newest = Period.month(days.last.year, days.last.month)
    label = f"{days.last:%b %Y}"
    remark = f"This month has no bill yet. {label} is the newest that is loaded."
    return periods.NamedPeriod(newest, f"{days.last:%Y-%m}", label), remark


async def _to_come(context: Context, month: periods.NamedPeriod) -> Outlook | None:
    """The running month to its end; a month that is over, or hardly loaded, has no forecast."""
    whole = Period.month(month.period.start.year, month.period.start.month)
    if month.so_far != "month" or not outlook.possible(context, whole):
        return None
    query = CostQuery(whole, context.use.measure)
    try:
        found = await outlook.ahead(context, query)
        return replace(found, accuracy=await accuracy(context, query))
    except OnlySumsError:
        # A forecast knows fees and credits by their charges. All else can be said without it.
        return None


def _settled_days(context: Context, month: periods.NamedPeriod) -> tuple[Period, Period | None]:
    """The settled part of the month and, where bills cover them, the same days of the one before.

    Comparing days that AWS has not finished billing would make every month look cheaper.
    """
    start, through = month.period.start, replies.settled(context)
    if through is None or through < start:
        return month.period, None
    period = Period(start, min(month.period.end, through + ONE_DAY))
    before = (start - ONE_DAY).replace(day=1)
    same = Period(before, min(before + timedelta(days=period.days), start))
    covered = inside(same, covered_days(context.use.lake.status())) == [same]
    return period, same if covered else None


COMMAND = Command(
    name="overview",
    summary="The month so far and what moved",
    usage=("",),
    examples=("",),
    run=run,
)
