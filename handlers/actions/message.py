"""A ticket or a page from any message: the message becomes a finding, then it is one."""

from collections.abc import Mapping

from cards.model import Action
from domain.errors import UserError
from domain.finding import Finding, Severity
from domain.ports import Sighting
from handlers import pages, steps, tickets
from handlers.kinds import ActionHandler, Answer, Context

#: What the platform says about the message; the rest of the arguments are the form's.
ABOUT = ("do", "text", "url", "author", "place", "message")
TITLE = 120


async def run(context: Context, args: Mapping[str, str]) -> Answer:
    about = {name: args.get(name, "") for name in ABOUT}
    if about["do"] not in ("ticket", "page") or not about["place"] or not about["message"]:
        raise UserError("This message cannot be used.", ("help",))
    made, ticket = _finding(context, about), about["do"] == "ticket"
    known = await context.use.memory.findings.get(made.id)
    if known is not None:
        await (tickets if ticket else pages).none_yet(context, known)
    if ("project" if ticket else "severity") not in args:
        action = Action("message", about)
        form = (
            await tickets.form(context, action, made)
            if ticket
            else pages.form(context, action, made)
        )
        return steps.asked(form, f"About: {made.title}")
    show = await tickets.wish(context, args) if ticket else pages.wish(context, args)
    await context.use.memory.findings.report([Sighting(made, ())], context.now)
    everywhere = {about["place"]: dict[str, str](), **show}
    if ticket:
        return await steps.take(context, made.id, tickets.asked, everywhere)
    return await steps.take(context, made.id, pages.asked, everywhere, pages.limit(context))


def _finding(context: Context, about: Mapping[str, str]) -> Finding:
    """The same message is the same finding."""
    words = " ".join(about["text"].split())
    title = words if len(words) <= TITLE else f"{words[: TITLE - 1]}…"
    facts = [("Said by", about["author"]), ("Message", about["url"])]
    return Finding(
        kind="message",
        key=f"{about['place']}:{about['message']}",
        title=title or "A message without words",
        severity=Severity.MEDIUM,
        seen_at=context.now,
        facts=tuple((label, value) for label, value in facts if value),
    )


ACTION = ActionHandler("message", "Create a ticket or a page from any message", run)
