"""/cost unmute <number>: what a mute silenced alerts again."""

from cards.views.mutes import over
from domain.errors import UserError
from handlers import steps
from handlers.kinds import Answer, Command, Context


async def run(context: Context, words: str) -> Answer:
    number = words.strip().removeprefix("#")
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise UserError("Say which mute, by its number.", ("mute",))
    doer = steps.doer(context)
    removed = await context.use.memory.mutes.remove(int(number), doer.name, doer.by)
    return Answer(over(int(number), removed))


COMMAND = Command(
    name="unmute",
    summary="End a mute before its time",
    usage=("unmute <number>",),
    examples=("unmute 3",),
    run=run,
    changes=True,
)
