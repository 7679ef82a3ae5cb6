"""/cost finding <number>: one finding whole, with what can be done about it."""

from dataclasses import replace

from domain.errors import UserError
from handlers import steps
from handlers.kinds import Answer, Command, Context


async def run(context: Context, words: str) -> Answer:
    if not words.strip():
        raise UserError("Which one? Say its number, such as: finding 12.", ("findings",))
    found = await steps.named(context, words)
    return replace(await steps.picture(context, found), replaces=False)


COMMAND = Command(
    name="finding",
    summary="One finding, its history, and what can be done about it",
    usage=("finding <number>",),
    examples=("finding 1",),
    run=run,
)
