"""The buttons that ask again: the new answer takes the place of the old one."""

from collections.abc import Mapping
from dataclasses import replace

from handlers import dispatch
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    return replace(await dispatch.ask(context, args.get("text", "")), replaces=True)


ACTION = ActionHandler("ask", "Ask another question in the place of this answer", run)
