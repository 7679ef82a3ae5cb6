"""/cost route [test …]: where findings go, and which route one would take and why."""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from cards.views.routes import explained, rules
from domain.errors import UserError
from domain.finding import Finding, Severity
from domain.money import Money
from handlers import labels
from handlers.kinds import Answer, Command, Context

_EXAMPLE = "route test kind=spike severity=high amount=900 team=payments"
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_TEST = ("kind", "severity", "amount")


async def run(context: Context, words: str) -> Answer:
    first, _, rest = words.strip().partition(" ")
    if not first:
        return Answer(rules(context.use.memory.routes.rules()))
    if first == "53":
        raise UserError("Do you mean the service? Write it as one word.", ("route53",))
    if first.lower() != "test":
        raise UserError("I can list the routes and test them.", ("route", _EXAMPLE))
    finding = await _stored(context, rest) or _made(context, rest)
    explanation = await context.use.memory.routes.explain(finding, context.now)
    return Answer(explained(replace(finding, owner=explanation.verdict.owner), explanation))


async def _stored(context: Context, words: str) -> Finding | None:
    """The finding whose number was given."""
    number = words.strip().removeprefix("#")
    if not number.isdecimal():
        return None
    found = await context.use.memory.findings.get(number)
    if found is None:
        raise UserError(f"There is no finding #{number}.", ("route", _EXAMPLE))
    return found


def _made(context: Context, words: str) -> Finding:
    """A finding made of words; it is tested and never stored."""
    # A comma between digits is part of the number, elsewhere it parts values.
    read = labels.read(_THOUSANDS.sub("", words))
    if read.rest:
        raise UserError(
            f"I do not know what to do with {read.rest[0]!r}. Write a finding's number, or what it "
            "is like.",
            (_EXAMPLE,),
        )
    given = read.values
    values = {name: value for name, value in given.items() if name not in _TEST}
    return Finding(
        kind=given.get("kind", "spike").lower(),
        key="test",
        title="A test",
        severity=_severity(given.get("severity", "medium")),
        seen_at=context.now,
        impact=_impact(context, given["amount"]) if "amount" in given else None,
        labels=labels.labels(values, context.use),
    )


def _severity(said: str) -> Severity:
    try:
        return Severity(said.lower())
    except ValueError:
        known = ", ".join(Severity)
        raise UserError(f"{said!r} is no severity. Write one of {known}.", (_EXAMPLE,)) from None


def _impact(context: Context, said: str) -> Money:
    try:
        amount = Decimal(said.lstrip("$€£").replace(",", "").replace("_", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise UserError(f"{said!r} is no amount. Write amount=900.", (_EXAMPLE,))
    return Money(amount, context.use.lake.status().currency or "USD")


COMMAND = Command(
    name="route",
    summary="Where findings go, and which route one would take and why",
    usage=(
        "route",
        "route test [kind=…] [severity=…] [amount=…] [team=…] [service=…] [account=…]",
        "route test <number of a finding>",
    ),
    examples=("route", _EXAMPLE),
    run=run,
    aliases=("routes",),
)
