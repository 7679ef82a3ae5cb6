"""What buttons on a finding have in common: which finding, who clicked, and the answer."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from cards.model import Action, Button, Buttons, Card, Form, Text
from cards.views.finding import finding
from domain.changes import Doer
from domain.errors import FormError, UserError
from domain.finding import Finding
from domain.ports import Limit
from handlers.kinds import Answer, Context

Wishes = Mapping[str, Mapping[str, str]]


def doer(context: Context) -> Doer:
    """The person who asks, at this moment."""
    actor = context.actor
    return Doer(actor.name or actor.id, context.now, f"{actor.platform}:{actor.id}")


async def named(context: Context, name: str) -> Finding:
    """The finding that a button or a person names; UserError when there is none."""
    found = await context.use.memory.findings.get(name)
    if found is None:
        raise UserError(f"There is no finding {name or '(none named)'}.", ("findings",))
    return found


async def take(
    context: Context,
    name: str,
    step: Callable[[Finding, Doer], Finding],
    show: Wishes | None = None,
    limit: Limit | None = None,
) -> Answer:
    """Take one step with a finding, and want it shown in more places; delivery does the rest."""
    found, who = await named(context, name), doer(context)
    changed = await context.use.memory.findings.change(
        found.id, lambda known: step(known, who), show, limit
    )
    return await picture(context, changed)


async def picture(context: Context, found: Finding) -> Answer:
    """The finding as it is now, in the place of what was clicked.

    A copy that delivery keeps is not drawn here: it would be drawn twice.
    """
    copies = await context.use.memory.findings.showings(found.id)
    here = (context.origin.destination, context.origin.message)
    others = [copy for copy in copies if (copy.destination, copy.receipt.ref) != here]
    drawn = bool(context.origin.message) and len(others) < len(copies)
    return Answer(finding(found, others), replaces=True, drawn=drawn)


def asked(form: Form, words: str) -> Answer:
    """A form to fill in; where none can open by itself, a button opens it."""
    opener = Button(form.title, form.action, "primary", opens=True)
    return Answer(Card(form.title, (Text((words,)), Buttons((opener,)))), form=form)


#: How long something may last, by the minutes that are sent.
LASTING = {"60": "an hour", "240": "4 hours", "1440": "a day", "4320": "3 days", "10080": "a week"}


def lasting(context: Context, minutes: str, field: str) -> datetime:
    """When what begins now and lasts so long ends."""
    if minutes not in LASTING:
        raise FormError({field: f"Choose one of: {', '.join(LASTING.values())}."})
    return context.now + timedelta(minutes=int(minutes))


def action(name: str, found: Finding, **more: str) -> Action:
    """A click on a button of this finding."""
    return Action(name, {"finding": str(found.number), **more})
