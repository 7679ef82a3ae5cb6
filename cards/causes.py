"""How the parts of a change are said: names, paths, effects, and amounts that add up as shown."""

from collections.abc import Sequence
from decimal import Decimal

from cards import parts, words
from domain.answer import CostRow
from domain.cause import Cause, Effects, Happening
from domain.money import Money
from domain.query import Dimension

_ARROW = " → "


def label(cause: Cause, name: words.Name) -> str:
    """A short name of a part: what was found, with the service of a meter in front."""
    where = dict(cause.part.where)
    meter, service = Dimension("usage_type"), Dimension("service")
    inside = dict(cause.deepest.where)
    if meter in where and service in inside:
        where = {service: inside[service], **where}
    order = [dimension for dimension, _ in cause.deepest.where]
    named = sorted(where, key=lambda one: order.index(one) if one in order else len(order))
    return " · ".join(parts.labels(named, [where[one] for one in named], name))


def path_said(cause: Cause, name: words.Name) -> str:
    """From the service down: EC2 → payments-prod → eu-central-1 → BoxUsage:p4d.24xlarge."""
    return _ARROW.join(
        value_said(dimension, value, name) for dimension, value in cause.deepest.where
    )


def value_said(dimension: Dimension, value: str | None, name: words.Name) -> str:
    """A value that can stand by itself: team payments, commitment fees."""
    said = parts.labels((dimension,), (value,), name)[0]
    if dimension.name == "charge":
        return _CHARGES.get(said, said)
    return f"{dimension.label} {said}" if dimension.name == "tag" and value else said


_CHARGES = {"commitment": "commitment fees", "credit": "credits", "refund": "refunds"}


def effects_said(found: Effects, currency: str, change: Decimal | None = None) -> list[str]:
    """+$2,460.00 more used and +$11.77 dearer per unit, the largest first.

    The amounts add up to `change`, which is their sum as it is shown elsewhere.
    """
    amounts = (found.usage, found.rate, found.new, found.gone, found.unmetered)
    shown = [Money(amount, "").rounded().amount for amount in amounts]
    if change is not None:
        largest = max(range(len(shown)), key=lambda n: abs(shown[n]))
        shown[largest] += change - sum(shown, Decimal(0))
    said = [(one, up if one > 0 else down) for one, (up, down) in zip(shown, _EFFECTS, strict=True)]
    said.sort(key=lambda one: abs(one[0]), reverse=True)
    return [f"{words.change_of(Money(one, currency))} {text}" for one, text in said if one]


_EFFECTS = (
    ("more used", "less used"),
    ("dearer per unit", "cheaper per unit"),
    ("new", "new"),
    ("gone", "gone"),
    ("charged without a quantity", "charged without a quantity"),
)


def resource_said(row: CostRow, currency: str) -> str:
    """A resource by what tells it from others, and its change; of an ARN the end does."""
    identity = row.key[0] or ""
    short = identity.split(":", 5)[-1] if identity.startswith("arn:") else identity
    change = Money(row.cost - (row.previous or Decimal(0)), currency)
    return f"{words.change_of(change)} {short}"


def rounded(amounts: Sequence[Decimal]) -> list[Decimal]:
    """To the cent, so that what is shown adds up: each takes the step of the rounded sums."""
    shown: list[Decimal] = []
    running = before = Decimal(0)
    for amount in amounts:
        running += amount
        after = Money(running, "").rounded().amount
        shown.append(after - before)
        before = after
    return shown


def happened(one: Happening) -> str:
    who = f" by {one.who}" if one.who else ""
    about = f" ({one.about})" if one.about else ""
    sign = "Deploy: " if one.deploy else ""
    return f"{sign}{one.what}{about}{who}, {words.moment(one.at)}"
