"""/cost status: what is loaded, how settled it is, and which bills were restated."""

from cards.views.status import status
from domain.period import Period
from domain.query import CostQuery
from handlers import replies
from handlers.accuracy import accuracy
from handlers.kinds import Answer, Command, Context


async def run(context: Context, _words: str) -> Answer:
    lake = context.use.lake.status()
    settled = replies.settled(context)
    kept = None
    if settled is not None:
        month = Period.month(settled.year, settled.month)
        kept = await accuracy(context, CostQuery(month, context.use.measure))
    return Answer(status(lake, settled, context.today, kept), settled_through=settled)


COMMAND = Command(
    name="status",
    summary="What is loaded, how settled it is, which bills were restated",
    usage=("status",),
    examples=("status",),
    run=run,
)
