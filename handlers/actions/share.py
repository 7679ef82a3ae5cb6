"""The Share button: the same question, asked for the whole room."""

from collections.abc import Mapping
from dataclasses import replace

from cards.buttons import SHARE, without
from handlers import dispatch
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    """What is already shared needs no Share button; the others stay useful for everybody."""
    answer = await dispatch.ask(context, args.get("text", ""))
    return replace(answer, card=without(answer.card, SHARE), public=True)


ACTION = ActionHandler(SHARE, "Show this answer to the whole room", run)
