"""/cost status: what is loaded, how settled it is, and which bills were restated."""

from cards.views.status import status
from handlers import replies
from handlers.kinds import Answer, Command, Context


async def run(context: Context, _words: str) -> Answer:
    lake = context.use.lake.status()
    settled = replies.settled(context)
    return Answer(status(lake, settled, context.today), settled_through=settled)


COMMAND = Command(
    name="status",
    summary="What is loaded, how settled it is, which bills were restated",
    usage=("status",),
    examples=("status",),
    run=run,
)
