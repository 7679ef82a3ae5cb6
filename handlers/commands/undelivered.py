"""/cost undelivered: what could not be shown, why, and a way to try again."""

from cards.views.undelivered import undelivered
from handlers.kinds import Answer, Command, Context


async def run(context: Context, _words: str) -> Answer:
    return Answer(undelivered(await context.use.memory.letters.listed()))


COMMAND = Command(
    name="undelivered",
    summary="What could not be delivered, why, and a way to try again",
    usage=("undelivered",),
    examples=("undelivered",),
    run=run,
)
