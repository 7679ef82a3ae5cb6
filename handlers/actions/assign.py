"""The Assign button: who looks after it."""

from collections.abc import Mapping

from cards.model import Field, Form
from domain import changes
from domain.errors import FormError
from handlers import steps
from handlers.kinds import ActionHandler, Answer, Context

LONGEST = 80


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    found = await steps.named(context, args.get("finding", ""))
    if "to" not in args:
        field = Field("to", "Who looks after it?", value=found.assignee or context.actor.name)
        return steps.asked(
            Form(f"Assign {found.name}", steps.action("assign", found), (field,), "Assign"),
            f"Who should look after {found.name} {found.title}?",
        )
    to = " ".join(args["to"].split())
    if not 0 < len(to) <= LONGEST:
        raise FormError({"to": f"Write a name of at most {LONGEST} characters."})
    return await steps.take(
        context, found.id, lambda known, doer: changes.assigned(known, doer, to)
    )


ACTION = ActionHandler("assign", "Say who looks after a finding", run)
