"""Asking for a ticket: the form, filled in already, and what it makes of what comes back."""

from collections.abc import Mapping

from cards.model import Action, Field, Form, Option
from domain import changes
from domain.errors import FormError, UserError
from domain.finding import Finding, Severity
from domain.ports import TicketChoices
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
            where = copy.receipt.ref or "it is being created"
            raise UserError(
                f"{found.name} has a ticket already: {where}.", (f"finding {found.number}",)
            )


async def form(context: Context, action: Action, found: Finding) -> Form:
    """Project, type, priority, assignee and summary; what can be known is filled in."""
    choices = await _choices(context)
    priorities = ("", *choices.priorities)
    fields = [
        Field("project", "Project", "choice", choices.project, _options(choices.projects)),
        Field("type", "Type", "choice", choices.type, _options(choices.types)),
        Field("summary", "Summary", value=found.title[:SUMMARY]),
    ]
    if choices.priorities:
        wanted = _priority(found, choices)
        options = tuple(Option(name, name or "As Jira decides") for name in priorities if name)
        fields.append(Field("priority", "Priority", "choice", wanted, options, required=False))
    fields.append(
        Field("assignee", "Assignee", required=False, hint="An e-mail address; empty for nobody")
    )
    fields.append(Field("note", "Note", "long", required=False))
    return Form("Create Jira ticket", action, tuple(fields), "Create")


async def wish(context: Context, args: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """The destination and what was asked for; FormError names each field that cannot be used."""
    choices = await _choices(context)
    asked_for = {name: args.get(name, "").strip() for name in ("project", "type", "priority")}
    asked_for |= {"summary": " ".join(args.get("summary", "").split())}
    asked_for |= {"assignee": args.get("assignee", "").strip()[:200]}
    asked_for |= {"note": args.get("note", "").strip()[:2000]}
    faults: dict[str, str] = {}
    if asked_for["project"] not in choices.projects:
        faults["project"] = "Choose one of the projects."
    if asked_for["type"] not in choices.types:
        faults["type"] = "Choose one of the types."
    if asked_for["priority"] and asked_for["priority"] not in choices.priorities:
        faults["priority"] = "Choose one of the priorities."
    if not 0 < len(asked_for["summary"]) <= SUMMARY:
        faults["summary"] = f"Write one line of at most {SUMMARY} characters."
    if faults:
        raise FormError(faults)
    wanted = {name: value for name, value in asked_for.items() if value}
    return {f"jira:{asked_for['project']}": wanted}


def asked(found: Finding, doer: changes.Doer) -> Finding:
    """The finding's history says who asked."""
    return changes.noted(found, doer, "asked for a Jira ticket")


async def _choices(context: Context) -> TicketChoices:
    if context.use.tickets is None:
        raise UserError(
            "Jira is not connected. An admin sets JIRA_URL, JIRA_TOKEN and JIRA_PROJECT.", ("help",)
        )
    return await context.use.tickets.choices()


def _priority(found: Finding, choices: TicketChoices) -> str:
    names = {name.lower(): name for name in choices.priorities}
    liked = (names.get(name.lower(), "") for name in _PRIORITIES[found.severity])
    return next((name for name in liked if name), "")


def _options(values: "Mapping[str, str] | tuple[str, ...]") -> tuple[Option, ...]:
    if isinstance(values, tuple):
        return tuple(Option(value, value) for value in values)
    return tuple(Option(key, f"{name} ({key})" if name else key) for key, name in values.items())
