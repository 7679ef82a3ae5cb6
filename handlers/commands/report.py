"""/cost report daily|weekly|monthly [words] [here at …]: a report, at once or on a schedule."""

from cards.parts import ask_buttons
from cards.views.report import report_card
from handlers import replies, reporting, subscribing
from handlers.kinds import Answer, Command, Context, Surface


async def run(context: Context, words: str) -> Answer:
    wish = subscribing.report("report", words)
    if wish.heard.repeats:
        return await subscribing.subscribe(context, wish)
    plan = reporting.plan(context, wish.kind, wish.heard.words)
    said, table = await reporting.report(context, plan)
    days = plan.asked.period.words
    choices = (
        ("By account", f"by account {days}"),
        ("Top movers", f"movers {days}"),
        ("Month to date", "overview"),
    )
    share = plan.words if context.origin.surface is Surface.ROOM else None
    card = report_card(
        said,
        replies.provenance(context, table.query),
        replies.names(context),
        ask_buttons(choices, share),
    )
    return Answer(card, table, replies.settled(context))


COMMAND = Command(
    name="report",
    summary="A day, a week or a month against the one before, now or on a schedule",
    usage=(
        "report daily|weekly|monthly [by <what>] [where <what>=<value>]",
        "report daily|weekly|monthly here at <time> [zone]",
    ),
    examples=(
        "report daily",
        "report weekly by account",
        "report monthly where team=payments",
        "report daily here at 09:00 Europe/Berlin",
        "report every friday at 4pm London by team",
        "report monthly on the 5th at 8",
    ),
    run=run,
    aliases=("reports",),
)
