"""What ends while a forecast goes on: commitments, whose usage costs more then, and credits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from analytics import commitments, fees, known, runways
from cards.words import day as day_words
from domain.charge import Bought, Fee
from domain.outlook import Known
from domain.period import ONE_DAY, Period
from domain.query import ChargeType, CostQuery, Measure
from handlers import charges
from handlers.kinds import Context

#: Settled days that say what a commitment covers on a day.
_LATELY = timedelta(days=28)
_AMORTISED = frozenset({Measure.AMORTISED, Measure.NET_AMORTISED})


async def expiries(context: Context, query: CostQuery, through: date) -> tuple[Known, ...]:
    """What the ends of commitments add to the days of `query.period`, by its groups.

    Known are commitments that were bought in the loaded bills, paid at once, where the bill tells
    their term. That another one takes their place is not assumed.
    """
    bought = await context.use.per_load.get(
        context.use.lake, ("terms", through), partial(_terms, context, through)
    )
    found: list[Known] = []
    for name, ends in sorted(bought.items()):
        if through < ends < query.period.end:
            found += await _ending(context, query, through, name, ends)
    return tuple(found)


async def ended_credits(
    context: Context, through: date, to_come: Sequence[Known]
) -> tuple[Known, ...]:
    """What takes credits away again from charges to come, on days after one of them has run out.

    Of the credits of a day, each has the share that it had of those of the last whole month.
    """
    applied = [
        one
        for one in to_come
        if one.amount < 0 and one.why.startswith("credit") and "billed already" not in one.why
    ]
    if not applied:
        return ()
    shares = await context.use.per_load.get(
        context.use.lake, ("credits", through), partial(_credit_ends, context, through)
    )
    return tuple(
        Known(one.key, one.day, -one.amount * share, f"a credit runs out on {day_words(ends)}")
        for ends, share in shares
        for one in applied
        if one.day > ends
    )


async def _credit_ends(context: Context, through: date) -> list[tuple[date, Decimal]]:
    """The last day of each credit whose end is known, and its share of all of them."""
    last = through.replace(day=1) - ONE_DAY
    month = Period.month(last.year, last.month)
    every = await charges.credits_known(context, through)
    paid = [sum((cost for day, cost in days.items() if day in month), Decimal(0))
            for _, _, days, _ in every]  # fmt: skip
    total = sum(paid, Decimal(0))
    found: list[tuple[date, Decimal]] = []
    for (_, name, days, grant), share in zip(every, paid, strict=True):
        ends = runways.runway(name, days, grant, through).ends
        if ends is not None and total > 0 and share > 0:
            found.append((ends, share / total))
    return found


async def _terms(context: Context, through: date) -> dict[str, date]:
    """The first day after its term of each commitment that was paid at once."""
    history = charges.history(context, through)
    found: dict[str, date] = {}
    for one in await charges.fees(context, history):
        ends = _ends(one)
        if ends is not None and one.cost > 0:
            found[one.bought] = max(found.get(one.bought, ends), ends)
    return found


def _ends(fee: Fee) -> date | None:
    if fee.charge != ChargeType.COMMITMENT.value or fee.recurring:
        return None
    months = fees.term(fee)
    return Bought(fee, months, None).ends if months else None


async def _ending(
    context: Context, query: CostQuery, through: date, name: str, ends: date
) -> list[Known]:
    """By group: the list price of what was covered lately, less what it costs as long as it runs.

    Paid at once, that is nothing, but where costs are spread over the term.
    """
    lately = Period(through - _LATELY + ONE_DAY, through + ONE_DAY)
    asked = replace(query, period=lately, compare=None, limit=None)
    question = commitments.covered_by(asked, name)
    rows = await context.use.lake.run(question, commitments.columns(asked, each=True), [lately])
    found: list[Known] = []
    for row in rows:
        key = tuple(None if row[f"g{n}"] is None else str(row[f"g{n}"])
                    for n in range(len(query.group_by)))  # fmt: skip
        rate = row["used"] if query.measure in _AMORTISED else Decimal(0)
        covered, costs = row["covered"] / _LATELY.days, rate / _LATELY.days
        why = f"a commitment ends on {day_words(ends - ONE_DAY)}"
        found += known.ending(key, ends - ONE_DAY, covered, costs, query.period, why)
    return found
