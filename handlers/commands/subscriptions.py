"""/cost subscriptions: what is sent to this place by itself."""

from cards.views.subscription import listed
from handlers import subscribing
from handlers.kinds import Answer, Command, Context


async def run(context: Context, _words: str) -> Answer:
    found = [subscribing.shown(context, one) for one in await subscribing.here(context)]
    return Answer(listed(found, subscribing.PLACES[context.origin.surface]))


COMMAND = Command(
    name="subscriptions",
    summary="What is sent to this place by itself",
    usage=("subscriptions",),
    examples=("subscriptions",),
    run=run,
)
