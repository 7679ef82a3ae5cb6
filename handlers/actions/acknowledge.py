"""The Acknowledge button: somebody looks after it; a day later it asks again."""

from collections.abc import Mapping
from datetime import timedelta

from domain import changes
from handlers import steps
from handlers.kinds import ActionHandler, Answer, Context

LASTS = timedelta(hours=24)


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    until = context.now + LASTS
    return await steps.take(
        context,
        args.get("finding", ""),
        lambda found, doer: changes.acknowledged(found, doer, until),
    )


ACTION = ActionHandler("acknowledge", "Look after a finding; it opens again after a day", run)
