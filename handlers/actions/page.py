"""The Page button: wake somebody up, after a confirmation and not too often."""

from collections.abc import Mapping

from handlers import pages, steps
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    found = await steps.named(context, args.get("finding", ""))
    await pages.none_yet(context, found)
    if "severity" not in args:
        form = pages.form(context, steps.action("page", found), found)
        return steps.asked(form, f"Page somebody about {found.name} {found.title}?")
    show = pages.wish(context, args)
    return await steps.take(context, found.id, pages.asked, show, pages.limit(context))


ACTION = ActionHandler("page", "Page the one on call about a finding", run)
