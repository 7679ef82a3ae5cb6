"""The Snooze button: quiet for a while, for this finding or for everything like it."""

from collections.abc import Mapping

from cards.model import Field, Form, Option
from domain import changes
from domain.errors import FormError
from domain.finding import Finding, Status
from domain.ports import Mute
from handlers import steps
from handlers.kinds import ActionHandler, Answer, Context

#: What may be silenced besides the finding itself: others of its kind that share this label.
SCOPES = ("service", "account", "team")
THIS = "this"


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    found = await steps.named(context, args.get("finding", ""))
    if "for" not in args:
        return await _form(context, found)
    until, scope = steps.lasting(context, args["for"], "for"), args.get("scope", THIS)
    if scope not in _scopes(found):
        raise FormError({"scope": "Choose what to silence."})
    if scope != THIS:
        doer = steps.doer(context)
        mute = Mute(found.kind, {scope: found.labels[scope]}, until, doer.name, doer.by)
        await context.use.memory.mutes.add(mute)
        for other in await _like(context, found, scope):
            await context.use.memory.findings.change(
                other.id, lambda known: changes.snoozed(known, doer, until)
            )
    return await steps.take(
        context, found.id, lambda known, doer: changes.snoozed(known, doer, until)
    )


async def _form(context: Context, found: Finding) -> Answer:
    """The form says what each choice would silence, before anybody chooses."""
    options = [Option(scope, await _preview(context, found, scope)) for scope in _scopes(found)]
    lasts = tuple(Option(minutes, words) for minutes, words in steps.LASTING.items())
    fields = (
        Field("for", "For how long?", "choice", "1440", lasts),
        Field("scope", "What?", "choice", THIS, tuple(options)),
    )
    form = Form(f"Snooze {found.name}", steps.action("snooze", found), fields, "Snooze")
    return steps.asked(form, f"How long should {found.name} {found.title} be quiet?")


def _scopes(found: Finding) -> tuple[str, ...]:
    return (THIS, *(label for label in SCOPES if found.labels.get(label)))


async def _preview(context: Context, found: Finding, scope: str) -> str:
    if scope == THIS:
        return f"Only {found.name}"
    others = await _like(context, found, scope)
    names = ", ".join(other.name for other in others[:5])
    more = f": also {names}{' …' if len(others) > 5 else ''}" if others else ""
    return f"Every {found.kind} with {scope} {found.labels[scope]}{more}"


async def _like(context: Context, found: Finding, scope: str) -> list[Finding]:
    """Other open findings that a mute of this scope would silence."""
    mute = Mute(found.kind, {scope: found.labels[scope]}, context.now, "", "")
    open_ones = await context.use.memory.findings.listed(
        frozenset({Status.OPEN, Status.ACKNOWLEDGED}), found.kind, 200
    )
    return [one for one in open_ones if one.id != found.id and mute.matches(one)]


ACTION = ActionHandler("snooze", "Silence a finding, or everything like it, for a while", run)
