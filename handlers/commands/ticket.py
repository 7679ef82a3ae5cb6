"""/cost ticket <finding>: create a Jira ticket for a finding."""

from domain.errors import UserError
from handlers import steps, tickets
from handlers.kinds import Answer, Command, Context


async def run(context: Context, words: str) -> Answer:
    if not words.strip():
        raise UserError("For which finding? Say its number, such as: ticket 12.", ("findings",))
    found = await steps.named(context, words)
    await tickets.none_yet(context, found)
    form = await tickets.form(context, steps.action("ticket", found), found)
    return steps.asked(form, f"Create a ticket for {found.name} {found.title}?")


COMMAND = Command(
    name="ticket",
    summary="Create a Jira ticket for a finding",
    usage=("ticket <finding>",),
    examples=("ticket 1",),
    run=run,
    changes=True,
)
