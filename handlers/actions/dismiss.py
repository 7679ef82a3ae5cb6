"""The Not an anomaly button: kept for good, and told to AWS where AWS found it."""

from collections.abc import Mapping

from cards.model import Field, Form
from domain import changes
from handlers import feedback, steps
from handlers.kinds import ActionHandler, Answer, Context


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    found = await steps.named(context, args.get("finding", ""))
    if "why" not in args:
        why = Field("why", "Why is it none?", required=False, hint="Kept with the finding")
        form = Form(
            "Not an anomaly",
            steps.action("dismiss", found),
            (why,),
            "Save",
            (f"{found.name} will not alert again.",),
        )
        return steps.asked(form, f"{found.name} {found.title} will not alert again.")
    why = " ".join(args["why"].split())[:200]
    return await steps.take(
        context,
        found.id,
        lambda known, doer: changes.dismissed(known, doer, why),
        feedback.wish(found, "NO"),
    )


ACTION = ActionHandler("dismiss", "Say that a finding is no anomaly, for good", run)
