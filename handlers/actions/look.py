"""The buttons that show more about a message without taking its place."""

from collections.abc import Mapping

from handlers import dispatch
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    return await dispatch.ask(context, args.get("text", ""))


ACTION = ActionHandler("look", "Show more beside this message", run)
