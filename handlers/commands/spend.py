"""/cost [by …] [period] [where …] [vs …]: what it cost, split, filtered and compared."""

from dataclasses import replace

from cards.charts import cost_chart
from cards.model import Chart
from cards.views.spend import spend
from cards.words import Name
from domain.answer import CostTable
from domain.query import Dimension
from handlers import asking, replies
from handlers.grammar import Question, scope
from handlers.kinds import Answer, Command, Context

#: A day each for two months, a week each for half a year, then months.
_GRAINS = ((62, "day"), (200, "week"))


async def run(context: Context, words: str) -> Answer:
    asked = replies.understand(context, words)
    table = await asking.ask(context.use.lake, replies.bounded(asked.query))
    name = replies.names(context)
    card = spend(
        title(asked, name),
        table,
        replies.provenance(context, asked.query),
        name,
        chart=await _over_time(context, asked, table),
        buttons=replies.buttons(context, asked),
        remark=replies.remark(context, asked, await _matching(context, asked, table)),
    )
    return Answer(card, table, replies.settled(context))


def title(asked: Question, name: Name) -> str:
    """Cost by region, last month (for Amazon S3): what was asked, filters included."""
    split = " and ".join(dimension.label for dimension in asked.query.group_by)
    filters = scope(asked, name)
    return (
        f"Cost{f' by {split}' if split else ''}, {asked.period.label}"
        f"{f' ({filters})' if filters else ''}"
    )


async def _matching(context: Context, asked: Question, table: CostTable) -> CostTable:
    """The table, or what it is made of: a total has a row even where no charge matches."""
    if table.query.group_by or table.total.amount:
        return table
    query = replace(asked.query, group_by=(Dimension("service"),), limit=1)
    return await asking.ask(context.use.lake, query)


async def _over_time(context: Context, asked: Question, table: CostTable) -> Chart | None:
    """A total is one number: its picture is how it came together."""
    days = asked.query.period.days
    if table.query.group_by or days < 2 or not table.total.amount:
        return None
    grain = next((name for most, name in _GRAINS if days <= most), "month")
    query = replace(asked.query, group_by=(Dimension(grain),), compare=None)
    parts = await asking.ask(context.use.lake, query)
    return cost_chart(parts, replies.names(context), f"Cost per {grain}")


COMMAND = Command(
    name="spend",
    summary="What it cost: split by anything, filtered, compared",
    usage=("[by <what>, <what>] [period] [where <what>=<value>] [vs <period>]",),
    examples=(
        "by service, account last 30d where team=payments and region!=us-east-1 vs previous",
        "ec2 yesterday",
        "by team last month vs previous",
        "by day since monday",
        "top 5 services ytd",
        "amortised by account 2026-10",
    ),
    run=run,
    aliases=("total",),
)
