"""/cost aws: what AWS itself says, as far as it is collected."""

from cards.parts import ask_buttons
from cards.views.aws import ROWS, aws
from handlers import replies
from handlers.kinds import Answer, Command, Context

_ALL = 25


async def run(context: Context, words: str) -> Answer:
    found = await context.use.memory.collected.listed()
    rows = _ALL if "all" in words.lower().split() else ROWS
    choices = (("More", "aws all"),) if rows == ROWS and found else ()
    buttons = ask_buttons((*choices, ("Findings", "findings"), ("Commitments", "commitments")))
    return Answer(aws(found, context.now, replies.names(context), buttons, rows))


COMMAND = Command(
    name="aws",
    summary="What AWS itself says: its anomalies, its advice, its forecast, and how sources are",
    usage=("aws [all]",),
    examples=("aws", "aws all"),
    run=run,
)
