"""Setting budgets: what a sentence means beside those there are, and a budget as a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_UP, Decimal
from difflib import get_close_matches

from cards import words as said
from cards.views.budget import quoted
from domain.budget import USUAL, Budget, Cadence, Threshold, children, same, unallocated
from domain.errors import NoBillError, UserError
from domain.money import CENT, Money
from domain.query import TIME_DIMENSIONS, Measure
from handlers import budgets, replies
from handlers.grammar import filters_said
from handlers.grammar.limits import Limit
from handlers.kinds import Context

#: Deeper than anybody's organisation.
DEEPEST = 10
EXAMPLE = "budget set 12000 monthly for team=payments"
_UNITS = {Cadence.MONTHLY: "month", Cadence.QUARTERLY: "quarter", Cadence.YEARLY: "year"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def written(budget: Budget) -> str:
    """The words after `budget set` that make exactly this budget."""
    parts = [f"{budget.limit.amount.normalize():f}", budget.cadence.value]
    if budget.filters or budget.measure is not Measure.UNBLENDED:
        parts.append(f"for {filters_said(budget.filters, budget.measure)}")
    if budget.thresholds != USUAL:
        actual = [_percent(one.share) for one in budget.thresholds if not one.forecast]
        ahead = [_percent(one.share) for one in budget.thresholds if one.forecast]
        parts += [f"at {', '.join(actual)}"] if actual else []
        parts.append(f"forecast {', '.join(ahead)}" if ahead else "no forecast")
    if (budget.start_day, budget.start_month) != (1, 1):
        month = "" if budget.cadence is Cadence.MONTHLY else f" {_MONTHS[budget.start_month - 1]}"
        parts.append(f"from {budget.start_day}{month}")
    parts += [f"under {quoted(budget.parent)}"] if budget.parent else []
    parts.append(f"as {quoted(budget.name)}")
    return " ".join(parts)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def rounded(amount: Decimal) -> Decimal:
    """Up to two digits that say something: 11,834 becomes 12,000."""
    if amount <= 0:
        return Decimal(1)
    step = Decimal(1).scaleb(max(amount.adjusted() - 1, 0))
    return (amount / step).to_integral_value(ROUND_UP) * step


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """The names that may have been meant."""
    by_case = {one.casefold(): one for one in known}
    return [by_case[one] for one in get_close_matches(name.casefold(), by_case, 3, 0.5)]


def named(every: Sequence[Budget], text: str) -> Budget:
    name = text.strip().strip("\"'“”„‘’«»`").strip()
    found = budgets.spending(every, name)
    if found is not None:
        return found
    known = [one.name for one in every]
    near = nearest(name, known)
    listed = f"There is: {', '.join(known[:5])}." if known else "There is none yet."
    offers = [f"budget {quoted(one)}" for one in near]
    offers += [] if known else [EXAMPLE]
    raise UserError(f"There is no budget {name!r}. {listed}", (*offers, "budget"))


async def wanted(context: Context, every: Sequence[Budget], limit: Limit) -> Budget:
    asked = replies.read(context, limit.words)
    plain = replies.read(context, "")
    if (
        asked.query.group_by
        or asked.compare is not None
        or asked.period.words != plain.period.words
        or any(one.dimension.name in TIME_DIMENSIONS for one in asked.query.filters)
    ):
        raise UserError(
            "A budget is for what filters keep, such as team=payments; it knows no splits, "
            "comparisons or days but those of its period.",
            (EXAMPLE,),
        )
    name = limit.name or budgets.scope_name(context, asked.query.filters)
    known = budgets.spending(every, name)
    filters = asked.query.filters or (known.filters if known and not limit.words else ())
    currency = context.use.lake.status().currency
    if currency is None:
        raise NoBillError
    if limit.currency not in (None, currency):
        raise UserError(f"The bill is in {currency}, not in {limit.currency}.", ())
    base = known or Budget(name=name, limit=Money(Decimal(0), currency))
    made = replace(
        base,
        filters=filters,
        measure=asked.query.measure if asked.measure_said or known is None else base.measure,
        cadence=limit.cadence or base.cadence,
        start_day=limit.start_day or base.start_day,
        start_month=limit.start_month or base.start_month,
        thresholds=_thresholds(limit, base.thresholds if known else USUAL),
        parent=_parent(every, name, limit.parent) if limit.parent is not None else base.parent,
        place=base.place or context.origin.destination,
        who=context.actor.name,
        by=f"{context.actor.platform}:{context.actor.id}",
        set_at=context.now,
    )
    if limit.amount is None and known is None:
        await _suggest(context, made, limit)
    amount = limit.amount if limit.amount is not None else base.limit.amount
    return replace(made, limit=Money(amount, currency))


def _thresholds(limit: Limit, usual: tuple[Threshold, ...]) -> tuple[Threshold, ...]:
    actual = limit.actual
    if actual is None:
        actual = tuple(one for one in usual if not one.forecast)
    ahead = limit.forecast
    if ahead is None:
        ahead = tuple(one for one in usual if one.forecast)
    return (*actual, *ahead)


def _parent(every: Sequence[Budget], name: str, parent: str) -> str:
    """The name as it is written; UserError where it is none, or would be a part of itself."""
    found = named(every, parent)
    above: Budget | None = found
    for _ in range(DEEPEST):
        if above is None:
            return found.name
        if same(above.name, name):
            raise UserError(f"{found.name} is a part of {name}: a budget is no part of itself.", ())
        above = budgets.spending(every, above.parent) if above.parent else None
    raise UserError(f"Budgets are nested {DEEPEST} deep at most.", ())


async def _suggest(context: Context, wanted: Budget, limit: Limit) -> None:
    """No amount was said: offer what the last periods cost."""
    found = budgets.newest(context, wanted)
    past: tuple[Money, ...] = ()
    if found:
        sample = replace(wanted, limit=Money(Decimal(1), wanted.limit.currency))
        standing = await budgets.standing(context, sample, found[0])
        past = tuple(cost for _, cost in standing.past[:3])
    if not past:
        raise UserError("Say how much, such as 12000.", (EXAMPLE,))
    mean = sum((one.amount for one in past), Decimal(0)) / len(past)
    most = max(one.amount for one in past)
    offers = [rounded(mean), rounded(most * Decimal("1.1"))]
    told = said.plural(len(past), _UNITS[wanted.cadence])
    cost = said.money(Money(mean.quantize(CENT), wanted.limit.currency))
    limits = (Money(one, wanted.limit.currency) for one in dict.fromkeys(offers))
    raise UserError(
        f"Say how much. The last {told} cost {cost} on average.",
        tuple(f"budget set {written(replace(wanted, limit=one))}" for one in limits),
    )


def notes(wanted: Budget, others: Sequence[Budget]) -> Iterator[str]:
    """What a person should know about the parts of a whole."""
    above = budgets.spending(others, wanted.parent) if wanted.parent else None
    if above is not None:
        left = unallocated(above, [*children(above, others), wanted])
        if left is None:
            yield f"{above.name} is {above.cadence}: its parts cannot be compared with it."
        elif left.amount < 0:
            yield f"The parts of {above.name} are now {said.money(-left)} more than the whole."
        else:
            yield f"{said.money(left)} of {above.name} are not given to a part."
