"""The Expected button: it was planned, until a day; afterwards it is news again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from cards.model import Field, Form
from domain import changes
from domain.errors import FormError
from handlers import feedback, steps
from handlers.kinds import ActionHandler, Answer, Context

DEFAULT = timedelta(days=7)
LONGEST = timedelta(days=400)


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    found = await steps.named(context, args.get("finding", ""))
    if "until" not in args:
        fields = (
            Field("until", "Until which day?", "date", str(context.today + DEFAULT)),
            Field("why", "Why?", required=False, hint="Such as: load test"),
        )
        form = Form(f"{found.name} is expected", steps.action("expected", found), fields, "Save")
        return steps.asked(form, f"Until when is {found.name} {found.title} expected?")
    until = _day(context, args["until"])
    why = " ".join(args.get("why", "").split())[:200]
    return await steps.take(
        context,
        found.id,
        lambda known, doer: changes.expected(known, doer, until, why),
        feedback.wish(found, "PLANNED_ACTIVITY"),
    )


def _day(context: Context, words: str) -> datetime:
    """The end of the named day, UTC."""
    try:
        day = date.fromisoformat(words.strip())
    except ValueError:
        raise FormError({"until": "Write a day as YYYY-MM-DD."}) from None
    if not context.today <= day <= context.today + LONGEST:
        raise FormError({"until": "Choose a day from today on, within the next year."})
    return datetime.combine(day + timedelta(days=1), time(), UTC)


ACTION = ActionHandler("expected", "Say that a finding was planned, and until when", run)
