"""Asking for a page: a form is the confirmation, and nobody pages too often."""

from collections.abc import Mapping
from datetime import timedelta

from cards.model import Action, Field, Form, Option
from domain import changes
from domain.delivery import Stage
from domain.errors import FormError, UserError
from domain.finding import Finding, Severity
from domain.ports import Limit
from handlers import steps
from handlers.kinds import Context

#: Pages that one person may ask for within an hour.
PAGES_AN_HOUR = 5
ASKED = "asked for a page"
SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


async def none_yet(context: Context, found: Finding) -> None:
    """UserError when somebody was paged about it already, or is about to be."""
    for copy in await context.use.memory.findings.showings(found.id):
        if copy.scheme == "pagerduty":
            if copy.stage is Stage.DEAD and not copy.receipt.ref:
                raise UserError(
                    f"Nobody was paged about {found.name}: {copy.reason}. Call somebody; put that "
                    "right, then try again.",
                    ("undelivered",),
                )
            raise UserError(
                f"Somebody was paged about {found.name} already.", (f"finding {found.number}",)
            )


def form(context: Context, action: Action, found: Finding) -> Form:
    """Says what will happen, and how urgent it will be."""
    _pager(context)
    wanted = found.severity if found.severity in SEVERITIES else Severity.HIGH
    options = tuple(Option(one.value, one.capitalize()) for one in SEVERITIES)
    fields = (
        Field("severity", "How urgent?", "choice", wanted.value, options),
        Field("note", "What should they know?", "long", required=False),
    )
    words = ("This wakes the one on call, now.",)
    return Form("Page somebody?", action, fields, "Page", words)


def wish(context: Context, args: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """The pager and what to say there; FormError where it does not say how urgent it is."""
    pager, doer = _pager(context), steps.doer(context)
    if args.get("severity") not in {one.value for one in SEVERITIES}:
        raise FormError({"severity": "Choose how urgent it is."})
    note = args.get("note", "").strip()[:2000]
    wanted = {"severity": args["severity"], "note": note, "who": doer.name}
    return {pager: {name: value for name, value in wanted.items() if value}}


def limit(context: Context) -> Limit:
    """How often one person may ask."""
    said = f"You asked for {PAGES_AN_HOUR} pages within an hour. Call, or wait a little."
    since = context.now - timedelta(hours=1)
    return Limit(steps.doer(context).by, ASKED, since, PAGES_AN_HOUR, said)


def asked(found: Finding, doer: changes.Doer) -> Finding:
    """The finding's history says who asked."""
    return changes.noted(found, doer, ASKED)


def _pager(context: Context) -> str:
    if not context.use.pager:
        raise UserError(
            "PagerDuty is not connected. An admin sets PAGERDUTY_ROUTING_KEY.", ("help",)
        )
    return context.use.pager
