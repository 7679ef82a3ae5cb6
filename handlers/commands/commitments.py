"""/cost commitments [by …] [period] [where …]: how far they are used, and what they cover."""

from dataclasses import replace

from analytics import periods
from cards.model import Buttons
from cards.parts import ask_buttons
from cards.views.commitments import commitments
from domain.answer import CostRow, CostTable
from domain.commitment import Commitments
from domain.errors import NoBillError, UserError
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.query import TIME_DIMENSIONS, Dimension, Measure
from handlers import asking, replies
from handlers.coverage import covered_days, inside
from handlers.grammar import Question, scope, with_group, with_period
from handlers.kinds import Answer, Command, Context, Surface

_USUAL = "last 30d"


async def run(context: Context, words: str) -> Answer:
    asked = _asked(context, words)
    found = await asking.commitments(context.use.lake, asked.query)
    name = replies.names(context)
    card = commitments(
        found,
        replies.provenance(context, asked.query),
        name,
        _buttons(context, asked),
        replies.days_remark(context, asked),
        scope(asked, name),
    )
    return Answer(card, _table(found), replies.settled(context))


def _asked(context: Context, words: str) -> Question:
    """The question on settled days: what is not billed yet would look unused."""
    asked = replies.understand(context, words)
    if asked.compare is not None:
        raise UserError(
            "Commitments are told for one period at a time; the chart shows how it went.",
            (f"commitments {_USUAL}", "commitments last 90d"),
        )
    if any(dimension.name in TIME_DIMENSIONS for dimension in asked.query.group_by):
        raise UserError(
            "The chart shows commitments over time. Split them by service, account or a tag.",
            ("commitments last 90d", "commitments by account"),
        )
    through = replies.settled(context)
    if through is None:
        raise NoBillError
    named = asked.period != periods.to_date("month", context.today)
    usual = Period(through - 29 * ONE_DAY, through + ONE_DAY)
    wanted = asked.query.period if named else usual
    parts = inside(wanted, covered_days(context.use.lake.status(), through))
    if not parts:
        raise UserError(
            "None of these days is settled yet: what is not billed would look unused.",
            ("commitments", "commitments last month"),
        )
    period = parts[-1]
    split = asked.query.group_by or (Dimension("service"),)
    query = replace(asked.query, period=period, group_by=split, measure=Measure.LIST, limit=None)
    said = asked.period if period == asked.period.period else periods.dates(period)
    return replace(asked, query=query, period=said)


def _table(found: Commitments) -> CostTable:
    """For programs: what could be covered, at list price."""
    rows = tuple(CostRow(one.key, one.cover.coverable) for one in found.groups)
    return CostTable(found.query, rows, Money(found.whole.coverable, found.currency))


def _buttons(context: Context, asked: Question) -> Buttons | None:
    plain = replace(asked, measure_said=False)
    splits = (Dimension("service"), Dimension("account"), Dimension("region"))
    choices = [
        (f"By {d.label}", f"commitments {with_group(plain, (d,))}")
        for d in splits
        if (d,) != asked.query.group_by
    ]
    choices.append(("90 days", f"commitments {with_period(plain, 'last 90d')}"))
    share = f"commitments {with_group(plain, asked.query.group_by)}"
    return ask_buttons(choices, share if context.origin.surface is Surface.ROOM else None)


COMMAND = Command(
    name="commitments",
    summary="How far Savings Plans and reservations are used, and what they cover",
    usage=("commitments [by <what>] [period] [where <what>=<value>]",),
    examples=(
        "commitments",
        "commitments by account last month",
        "commitments for ec2 last 90d",
        "commitments where team=payments",
    ),
    run=run,
    aliases=("commitment", "coverage", "utilisation", "utilization"),
)
