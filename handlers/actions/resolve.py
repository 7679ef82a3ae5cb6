"""The Resolve button: it is over, here and in every other place."""

from collections.abc import Mapping

from domain import changes
from handlers import steps
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    return await steps.take(context, args.get("finding", ""), changes.resolved)


ACTION = ActionHandler("resolve", "Close a finding in every place where it is shown", run)
