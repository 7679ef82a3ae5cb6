"""Asking for a ticket: the form, filled in already, and what it makes of what comes back."""

from collections.abc import Mapping, Sequence

from cards.model import Action, Field, Form, Option
from domain import changes
from domain.catalogue import Choice
from domain.delivery import Stage
from domain.errors import FormError, UserError
from domain.finding import Finding, Severity
from domain.ports import Tickets
from handlers.kinds import Context

SUMMARY = 255

#: Which priority a severity asks for; the names that Jira comes with.
_PRIORITIES = {
    Severity.CRITICAL: ("Highest", "Critical", "Blocker", "High"),
    Severity.HIGH: ("High", "Major", "Highest"),
    Severity.MEDIUM: ("Medium", "Normal", "Minor"),
    Severity.LOW: ("Low", "Minor", "Lowest"),
    Severity.INFO: ("Lowest", "Trivial", "Low"),
}


async def none_yet(context: Context, found: Finding) -> None:
    """UserError when the finding has a ticket, or will have one."""
    for copy in await context.use.memory.findings.showings(found.id):
        if copy.scheme == "jira":
            if copy.stage is Stage.DEAD and not copy.receipt.ref:
                raise UserError(
                    f"The ticket of {found.name} could not be created: {copy.reason}. "
                    "Put that right, then try again.",
                    ("undelivered",),
                )
            where = copy.receipt.ref or "it is being created"
            raise UserError(
                f"{found.name} has a ticket already: {where}.", (f"finding {found.number}",)
            )


async def form(context: Context, action: Action, found: Finding) -> Form:
    """Project, type, priority, assignee and summary; what can be known is filled in."""
    tickets = _tickets(context)
    known, people = tickets.catalogue(), tickets.people()
    usual = known.types[0].value if known.types else ""
    fields = [
        Field("project", "Project", "choice", known.project, _options(known.projects)),
        Field("type", "Type", "choice", usual, _options(known.types)),
        Field("summary", "Summary", value=found.title[:SUMMARY]),
    ]
    if known.priorities:
        wanted = _priority(found, known.priorities)
        options = _options(known.priorities)
        fields.append(Field("priority", "Priority", "choice", wanted, options, required=False))
    if people:
        fields.append(Field("assignee", "Assignee", "choice", "", _options(people), required=False))
    fields.append(Field("note", "Note", "long", required=False))
    return Form("Create Jira ticket", action, tuple(fields), "Create")


async def wish(context: Context, args: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """The destination and what was asked for; FormError names each field that cannot be used."""
    tickets = _tickets(context)
    known, people = tickets.catalogue(), tickets.people()
    choices = {
        "project": known.projects,
        "type": known.types,
        "priority": known.priorities,
        "assignee": people,
    }
    asked_for = {name: args.get(name, "").strip() for name in choices}
    asked_for |= {"summary": " ".join(args.get("summary", "").split())}
    asked_for |= {"note": args.get("note", "").strip()[:2000]}
    faults = {
        name: f"Choose one {name} of the list."
        for name, offered in choices.items()
        if (asked_for[name] or name in ("project", "type"))
        and asked_for[name] not in {choice.value for choice in offered}
    }
    if not 0 < len(asked_for["summary"]) <= SUMMARY:
        faults["summary"] = f"Write one line of at most {SUMMARY} characters."
    if faults:
        raise FormError(faults)
    wanted = {name: value for name, value in asked_for.items() if value}
    return {f"jira:{asked_for['project']}": wanted}


def asked(found: Finding, doer: changes.Doer) -> Finding:
    """The finding's history says who asked."""
    return changes.noted(found, doer, "asked for a Jira ticket")


def _tickets(context: Context) -> Tickets:
    if context.use.tickets is None:
        raise UserError(
            "Jira is not connected. An admin sets JIRA_URL, JIRA_TOKEN and JIRA_PROJECT.", ("help",)
        )
    return context.use.tickets


def _priority(found: Finding, offered: Sequence[Choice]) -> str:
    values = {choice.label.lower(): choice.value for choice in offered}
    liked = (values.get(name.lower(), "") for name in _PRIORITIES[found.severity])
    return next((value for value in liked if value), "")


def _options(choices: Sequence[Choice]) -> tuple[Option, ...]:
    return tuple(Option(choice.value, choice.label) for choice in choices)
