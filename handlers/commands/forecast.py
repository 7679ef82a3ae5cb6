"""/cost forecast [until …] [by …] [where …]: what the month, or other days to come, will cost."""

from dataclasses import replace

from analytics import horizons
from cards.model import Buttons
from cards.parts import ask_buttons
from cards.views.forecast import forecast
from domain.answer import CostRow, CostTable
from domain.errors import UserError
from domain.money import Money
from domain.outlook import Outlook
from domain.period import Period
from domain.query import TIME_DIMENSIONS, Dimension
from handlers import outlook, replies
from handlers.accuracy import accuracy
from handlers.grammar import Question, render, scope
from handlers.kinds import Answer, Command, Context, Surface

_SPLITS = ("service", "account")
_HORIZONS = (("Quarter end", "until quarter end"), ("Next month", "next month"))


async def run(context: Context, words: str) -> Answer:
    horizon, rest = horizons.find(words, context.today)
    horizon = horizon or horizons.month_end(context.today)
    asked = _understood(context, rest)
    query = replace(asked.query, period=horizon.period)
    found = await outlook.ahead(context, query)
    found = replace(found, accuracy=await accuracy(context, query))
    name = replies.names(context)
    card = forecast(
        found,
        horizon.label,
        replies.provenance(context, replace(query, period=Period.day(found.settled_through))),
        name,
        _buttons(context, asked, horizon.words),
        scope(asked, name),
    )
    return Answer(card, table(found), replies.settled(context))


def _understood(context: Context, words: str) -> Question:
    """Splits, filters and measure; days that are over, and time splits, are no forecast's."""
    asked = replies.read(context, words)
    plain = replies.read(context, "")
    if asked.period.words != plain.period.words or asked.compare is not None:
        raise UserError(
            f"A forecast is about days to come, and {asked.period.label} is not one I know. "
            "Say until month end, next 30d or for 2027.",
            ("forecast", "forecast next 30d", f"by service {asked.period.words}"),
        )
    if any(dimension.name in TIME_DIMENSIONS for dimension in asked.query.group_by):
        raise UserError(
            "A forecast is split by service, account or a tag; its picture shows the days.",
            ("forecast by service", "forecast until year end"),
        )
    return asked


def table(found: Outlook) -> CostTable:
    """The same as data: what each part will have cost."""
    rows = tuple(CostRow(part.key, part.whole.mean) for part in found.parts)
    rest = CostRow((), found.rest.whole.mean) if found.rest else None
    total = Money(found.whole.mean, found.currency)
    return CostTable(found.query, rows, total, None, rest, found.rest_count)


def _buttons(context: Context, asked: Question, horizon: str) -> Buttons | None:
    said = {str(dimension) for dimension in asked.query.group_by}
    mine = render(asked).removesuffix(asked.period.words).strip()
    choices = [
        (f"By {name}", " ".join(["forecast", horizon, _split(asked, name)]))
        for name in _SPLITS
        if name not in said
    ]
    choices += [(label, f"forecast {words} {mine}".strip()) for label, words in _HORIZONS]
    share = f"forecast {horizon} {mine}" if context.origin.surface is Surface.ROOM else None
    return ask_buttons(choices, share)


def _split(asked: Question, name: str) -> str:
    query = replace(asked.query, group_by=(Dimension(name),))
    return render(replace(asked, query=query)).removesuffix(asked.period.words).strip()


COMMAND = Command(
    name="forecast",
    summary="What the month, or other days to come, will cost",
    usage=(
        "forecast [until <when> | next <days> | for <month>] [by <what>] [where <what>=<value>]",
    ),
    examples=(
        "forecast",
        "forecast by service",
        "forecast until quarter end by account",
        "forecast next 30d where region=us-east-1",
        "forecast for 2027",
    ),
    run=run,
    aliases=("predict", "projection", "outlook"),
)
