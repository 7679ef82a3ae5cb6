"""Purchases: an upfront or yearly fee, or a recurring one that is new. Told once, pages nobody."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from analytics.fees import bought
from cards import words
from domain.charge import Bought
from domain.finding import Finding
from domain.money import Money
from domain.period import Period
from handlers import charges, replies
from handlers.kinds import AlertKind, Context

KIND = "purchase"
#: Things of one purchase that are named; the others are counted.
_NAMED = 3


async def find(context: Context) -> Sequence[Finding]:
    """One notice for what was bought in an account of a service on a day."""
    through = replies.settled(context)
    if through is None:
        return ()
    period = charges.history(context, through)
    fees = await charges.fees(context, period)
    recent = [
        one
        for one in bought(fees, period.start, through)
        if through - one.fee.day < charges.LOOK_BACK
    ]
    parts = [list(some) for _, some in groupby(sorted(recent, key=_together), _together)]
    return await charges.notices(context, KIND, [_finding(context, some) for some in parts])


def _together(one: Bought) -> tuple[str, ...]:
    fee = one.fee
    return (str(fee.day), fee.account, fee.service, fee.charge)


def _finding(context: Context, parts: Sequence[Bought]) -> Finding:
    parts = sorted(parts, key=lambda one: (one.fee.recurring, -one.fee.cost, one.fee.bought))
    fee, currency = parts[0].fee, context.use.lake.status().currency or ""
    once = sum((one.fee.cost for one in parts if not one.fee.recurring), Decimal(0))
    again = sum((one.monthly or one.fee.cost for one in parts if one.fee.recurring), Decimal(0))
    name = replies.names(context)
    service, account = words.shortened(name)("service", fee.service), name("account", fee.account)
    labels = {"account": fee.account, "service": fee.service, "charge": fee.charge}
    paid = _paid(Money(once, currency), Money(again, currency))
    return Finding(
        kind=KIND,
        key=f"account={fee.account},charge={fee.charge},service={fee.service}:{fee.day}",
        title=f"Bought in {account}: {service}, {paid}",
        severity=charges.severity(once + again),
        seen_at=charges.seen_at(fee.day),
        impact=Money(once + again, currency).rounded(),
        told=Money(once + again, currency),
        labels=labels,
        facts=(
            ("What", _what(parts)),
            ("Paid", f"{paid}, from {words.day(fee.day)} on" if not once else
             f"{paid}, on {words.day(fee.day)}"),
            *_term(parts, once, currency),
            *_before(parts, currency),
            ("Account", account),
        ),
        command=charges.lines(Period.day(fee.day), "usage_type", labels),
    )  # fmt: skip


def _paid(once: Money, again: Money) -> str:
    """$48,000.00 at once and $120.00 a month"""
    parts = [f"{words.money(once)} at once"] if once.amount else []
    parts += [f"{words.money(again)} a month"] if again.amount else []
    return " and ".join(parts)


def _what(parts: Sequence[Bought]) -> str:
    """As the bill describes it; the usage type where it does not."""
    said = list(dict.fromkeys(one.fee.said or one.fee.bought or one.fee.service for one in parts))
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    return "; ".join(said[:_NAMED]) + more


def _term(parts: Sequence[Bought], once: Decimal, currency: str) -> tuple[tuple[str, str], ...]:
    """How long it is for, what a month of it costs, and when it ends, where all of it is alike."""
    terms = {one.months for one in parts}
    months = terms.pop() if len(terms) == 1 else None
    if months is None:
        return ()
    upfront = [one for one in parts if not one.fee.recurring]
    if not upfront:
        return (("For", words.plural(months, "month")),)
    a_month = words.money(Money(once / months, currency))
    facts = [("Spread over its term", f"{a_month} a month for {words.plural(months, 'month')}")]
    ends = upfront[0].ends
    return (*facts, ("Ends", words.day(ends))) if ends else tuple(facts)


def _before(parts: Sequence[Bought], currency: str) -> tuple[tuple[str, str], ...]:
    """What the same cost a year ago, where all of it was bought then."""
    known = [(one.fee, one.before) for one in parts if one.before is not None]
    if not known or len(known) < len(parts):
        return ()
    now = Money(sum((fee.cost for fee, _ in known), Decimal(0)), currency)
    then = Money(sum((before.cost for _, before in known), Decimal(0)), currency)
    day = words.day(known[0][1].day)
    return (("A year ago", f"{words.money(then)} on {day}: {words.change(now, then)}"),)


ALERT = AlertKind(KIND, "What was bought: upfront, yearly and new recurring fees", find)
