"""/cost movers [by …] [period] [vs …]: what changed most between two periods."""

from dataclasses import replace

from cards.views.movers import movers
from cards.words import span
from domain.errors import UserError
from domain.query import TIME_DIMENSIONS
from handlers import asking, replies
from handlers.grammar import scope, with_compare
from handlers.kinds import Answer, Command, Context

#: Enough to see what moved; the rest is counted.
MOST = 10


async def run(context: Context, words: str) -> Answer:
    asked = replies.understand(context, words)
    if any(dimension.name in TIME_DIMENSIONS for dimension in asked.query.group_by):
        raise UserError(
            "What moved is split by service, account or a tag, not by time.",
            ("movers by service", "by day last 30d"),
        )
    if asked.query.compare is None:
        asked = replies.understand(context, with_compare(asked, "previous"))
    notes = [replies.days_remark(context, asked)]
    days = replies.settled_only(context, asked.query)
    if days != asked.query:
        notes.append(f"Settled days only: {span(days.period)}.")
    query = replies.usage_only(days)
    if query != days:
        notes.append("Usage only: fees, tax, support and credits have days of their own.")
    query = replace(query, group_by=query.group_by or (replies.natural_split(query),))
    table = await asking.movers(context.use.lake, replies.bounded(query, MOST))
    card = movers(
        table,
        replies.provenance(context, query),
        replies.names(context),
        replies.buttons(context, asked, "movers"),
        " ".join(note for note in notes if note),
        scope(asked, replies.names(context)),
    )
    return Answer(card, table, replies.settled(context))


COMMAND = Command(
    name="movers",
    summary="What changed most between two periods",
    usage=("movers [by <what>] [period] [vs <period>]",),
    examples=("movers last 7d", "movers by account last month", "movers by usage type for ec2"),
    run=run,
    aliases=("mover", "changes", "changed", "moved"),
)
