"""The Create Jira ticket button: show the finding in Jira too."""

from collections.abc import Mapping

from handlers import steps, tickets
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    found = await steps.named(context, args.get("finding", ""))
    await tickets.none_yet(context, found)
    if "project" not in args:
        form = await tickets.form(context, steps.action("ticket", found), found)
        return steps.asked(form, f"Create a ticket for {found.name} {found.title}?")
    show = await tickets.wish(context, args)
    return await steps.take(context, found.id, tickets.asked, show)


ACTION = ActionHandler("ticket", "Create a Jira ticket for a finding", run)
