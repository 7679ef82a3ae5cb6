"""Charges that follow from others and do no more: changed or ended fees, odd tax and support."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from analytics import fees as sums
from analytics import rates
from analytics.calendar import months_back
from cards import words
from domain.charge import Altered, Rated
from domain.finding import Finding
from domain.money import Money
from domain.period import ONE_DAY, Period, next_month
from domain.query import ChargeType
from handlers import charges, replies
from handlers.kinds import AlertKind, Context

KIND = "charge"
#: Months that tell what is usual of tax and support, and the one that is looked at.
_MONTHS = rates.MONTHS + 2
#: Accounts that are named; what the others have is one sum.
_NAMED = 3


async def find(context: Context) -> Sequence[Finding]:
    """One notice for each fee that changed or ended, and for tax and for support of a month."""
    through = replies.settled(context)
    if through is None:
        return ()
    found = await _fees(context, through)
    found += await _rated(context, through)
    return await charges.notices(context, KIND, found)


async def _fees(context: Context, through: date) -> list[Finding]:
    fees = await charges.fees(context, charges.history(context, through))
    moved = [*sums.altered(fees, through), *sums.ended(fees, through)]
    return [_fee(context, one) for one in moved if through - one.day < charges.LOOK_BACK]


def _fee(context: Context, one: Altered) -> Finding:
    fee, currency, name = one.fee, context.use.lake.status().currency or "", replies.names(context)
    service, account = words.shortened(name)("service", fee.service), name("account", fee.account)
    now, before = Money(one.now, currency), Money(one.before, currency)
    labels = {"account": fee.account, "service": fee.service, "charge": fee.charge}
    title = f"{service} in {account} costs {words.money(now)} a month, not {words.money(before)}"
    if not one.now:
        title = f"{service} in {account} is not billed any more: {words.money(before)} a month less"
    start = months_back(one.day.replace(day=1), 1)
    return Finding(
        kind=KIND,
        key=f"account={fee.account},fee={fee.bought},service={fee.service}:{one.day}",
        title=title,
        severity=charges.severity(abs(one.now - one.before)),
        seen_at=charges.seen_at(one.day),
        impact=(now - before).rounded(),
        told=now,
        labels=labels,
        facts=(
            ("What", fee.said or fee.bought or fee.service),
            ("Fee", f"{words.money(now)} since {words.day(one.day)}: {words.change(now, before)}"),
            ("Account", account),
        ),
        command=charges.lines(Period(start, max(one.day, start) + ONE_DAY), "day", labels),
    )


async def _rated(context: Context, through: date) -> list[Finding]:
    period = charges.history(context, through, _MONTHS)
    if rates.newest(through) is None:
        return []
    payers = await charges.months(context, period)
    found: list[Finding] = []
    for payer, accounts in sorted(payers.items()):
        whole = {payer: _added(accounts.values())}
        for charge, parts in ((ChargeType.TAX, accounts), (ChargeType.SUPPORT, whole)):
            odd = rates.odd(charge, parts, period.start, through)
            found += [_odd(context, charge, payer, odd)] if odd else []
    return found


def _added(accounts: Iterable[rates.Months]) -> rates.Months:
    """Support is for the whole organisation: the sums of all accounts."""
    found: dict[date, dict[str, Decimal]] = {}
    for account in accounts:
        for month, costs in account.items():
            into = found.setdefault(month, {})
            for charge, cost in costs.items():
                into[charge] = into.get(charge, Decimal(0)) + cost
    return found


def _odd(context: Context, charge: ChargeType, payer: str, odd: Sequence[Rated]) -> Finding:
    currency, name = context.use.lake.status().currency or "", replies.names(context)
    month = Period(odd[0].month, next_month(odd[0].month))
    cost, expected = (
        Money(sum((getattr(one, what) for one in odd), Decimal(0)), currency)
        for what in ("cost", "expected")
    )
    extra = cost - expected
    more = "more" if extra.amount > 0 else "less"
    labels = {"payer": payer, "charge": charge.value}
    ranked = sorted(odd, key=lambda one: -abs(one.extra))
    accounts = [(name("account", one.account), _said(one, currency)) for one in ranked[:_NAMED]]
    return Finding(
        kind=KIND,
        key=f"charge={charge.value},payer={payer}:{month.start}",
        title=f"{charge.value.capitalize()} of {words.span(month)}: "
        f"{words.money(Money(abs(extra.amount), currency))} {more} than its usual share",
        severity=charges.severity(abs(extra.amount)),
        seen_at=charges.seen_at(month.last),
        impact=extra.rounded(),
        told=cost,
        labels=labels,
        facts=(
            ("Billed", f"{words.money(cost)}, its usual share would be {words.money(expected)}"),
            *(accounts if charge is ChargeType.TAX else ()),
        ),
        command=charges.lines(
            Period(months_back(month.start, rates.MONTHS), month.end), "month", labels
        ),
    )


def _said(one: Rated, currency: str) -> str:
    cost, expected = Money(one.cost, currency), Money(one.expected, currency)
    return f"{words.money(cost)} instead of {words.money(expected)}"


ALERT = AlertKind(KIND, "Fees that changed or ended, tax and support that are another share", find)
