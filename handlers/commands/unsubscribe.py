"""/cost unsubscribe <number>: stop what is sent to this place by itself."""

from cards.views.subscription import stopped
from domain.errors import UserError
from handlers import subscribing
from handlers.kinds import Answer, Command, Context


async def run(context: Context, words: str) -> Answer:
    found = {str(one.number): one for one in await subscribing.here(context)}
    number = words.strip().removeprefix("#") or (next(iter(found)) if len(found) == 1 else "")
    one = found.get(number)
    if one is None:
        known = ", ".join(found) or "none"
        said = f"There is no subscription {number[:20]} here." if number else "Which one?"
        raise UserError(
            f"{said} This place has: {known}.",
            (*(f"unsubscribe {each}" for each in list(found)[:3]), "subscriptions"),
        )
    await context.use.memory.subscriptions.remove(one.number)
    return Answer(stopped(subscribing.shown(context, one)))


COMMAND = Command(
    name="unsubscribe",
    summary="Stop what is sent to this place by itself",
    usage=("unsubscribe <number>",),
    examples=("unsubscribe 1",),
    run=run,
    changes=True,
)
