"""The Try again button: a copy that was given up is wanted once more."""

from collections.abc import Mapping
from dataclasses import replace

from domain import changes
from handlers import dispatch, steps
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    found = await steps.named(context, args.get("finding", ""))
    where, doer = args.get("destination", ""), steps.doer(context)
    if await context.use.memory.letters.replay(found.id, where or None):
        await context.use.memory.findings.change(
            found.id, lambda known: changes.noted(known, doer, "had its delivery tried again")
        )
    return replace(await dispatch.ask(context, "undelivered"), replaces=True)


ACTION = ActionHandler("replay", "Try again to deliver what was given up", run)
