"""Refunds: money that came back, from what. Told once, pages nobody."""

from collections.abc import Sequence
from decimal import Decimal

from cards import words
from domain.charge import Refund
from domain.finding import Finding
from domain.money import Money
from domain.period import ONE_DAY, Period
from domain.query import ChargeType
from handlers import charges, replies
from handlers.kinds import AlertKind, Context

KIND = "refund"
#: Less is not worth a message.
FLOOR = Decimal(100)


async def find(context: Context) -> Sequence[Finding]:
    """One notice for what came back for a service in an account on a day."""
    through = replies.settled(context)
    if through is None:
        return ()
    first = charges.history(context, through).start
    period = Period(max(first, through - charges.LOOK_BACK + ONE_DAY), through + ONE_DAY)
    found = [one for one in await charges.refunds(context, period) if one.amount >= FLOOR]
    return await charges.notices(context, KIND, [_finding(context, one) for one in found])


def _finding(context: Context, one: Refund) -> Finding:
    name = replies.names(context)
    service, account = words.shortened(name)("service", one.service), name("account", one.account)
    back = Money(one.amount, context.use.lake.status().currency or "")
    labels = {
        "account": one.account,
        "service": one.service,
        "charge": ChargeType.REFUND.value,
    }
    return Finding(
        kind=KIND,
        key=f"account={one.account},service={one.service}:{one.day}",
        title=f"{words.money(back)} paid back for {service} in {account}",
        severity=charges.severity(one.amount),
        seen_at=charges.seen_at(one.day),
        impact=-back.rounded(),
        told=-back,
        labels=labels,
        facts=(
            ("For", one.said or "the bill does not say"),
            ("On", words.day(one.day)),
            ("Account", account),
        ),
        command=charges.lines(Period.day(one.day), "usage_type", labels),
    )


ALERT = AlertKind(KIND, "Money that was paid back", find)
