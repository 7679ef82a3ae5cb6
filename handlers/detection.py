"""Looking for unusual cost in the bill: usage of each service in each account, day by day.

AWS's own usage and what is metered by sellers of the Marketplace are series of their own, even of
one name. What is bought there is a fee, and no usage.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from analytics import billed, questions
from analytics.watching import TAIL
from domain.period import ONE_DAY, Period
from domain.query import ChargeType, CostQuery, Dimension, Filter
from handlers import sensitivity
from handlers.coverage import loaded_days
from handlers.kinds import Context

if TYPE_CHECKING:
    from analytics.anomalies import Memory
    from analytics.incidents import Incident

#: Months of history that are looked at: enough to know what growth and wandering are usual.
MONTHS = 12
SPLIT = (Dimension("account"), Dimension("service"))
USAGE = (Filter(Dimension("charge"), "=", (ChargeType.USAGE.value,)),)

#: Account, service and type of charge.
Key = tuple[str, str, str]
Costs = dict[Key, dict[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Looked:
    """The incidents of now, and what each day of each series cost, quiet or not."""

    cases: "Sequence[Case]"
    costs: Mapping[Key, Mapping[date, Decimal]]
    start: date

    def cost(self, key: Key, first: date, last: date) -> Decimal | None:
        """What the days from one to another cost, both included; None where not all were read."""
        return _sum(self.costs.get(key, {}), first, last) if first >= self.start else None


@dataclass(frozen=True, slots=True)
class Case:
    """An incident of a service in an account, and what its days cost."""

    account: str
    service: str
    charge: str
    incident: "Incident"
    costs: Mapping[date, Decimal]

    def cost(self, day: date) -> Decimal:
        """What a day cost; a day without a charge cost nothing."""
        return self.costs.get(day, Decimal(0))

    @property
    def weekly(self) -> bool:
        """Whether a day says little: a drift is one of weeks."""
        return self.incident.shape.value == "drift"

    @property
    def newest(self) -> Decimal:
        """What the newest day cost, or a day of the newest week where a day says little."""
        days = 7 if self.weekly else 1
        costs = (self.cost(self.incident.last - timedelta(days=back)) for back in range(days))
        return sum(costs, Decimal(0)) / days

    @property
    def whole(self) -> Decimal:
        """What its days cost together, quiet ones between them too."""
        return _sum(self.costs, self.incident.first, self.incident.last)

    @property
    def extra(self) -> Decimal:
        """What all its days cost more than expected, or less."""
        expected = self.incident.expected
        return sum((self.cost(day) - Decimal(repr(one)) for day, one in expected), Decimal(0))


async def look(context: Context, through: date) -> Looked:
    """What is unusual on the newest settled day, or was a moment before, by account and service."""
    watching = context.use.watching
    memory = watching.usable(through, partial(_made_of, context))
    period, costs = await _read(context, through, memory)
    if memory is not None and not any(period.start in by_day for by_day in costs.values()):
        # Nothing cost anything on the day after the memory: nothing joins on to it.
        memory = None
        period, costs = await _read(context, through, memory)
    keys = sorted(costs)
    words = await sensitivity.of(context, [key[:2] for key in keys], period)
    said = {_id(key): words[number] for number, key in enumerate(keys)}
    found, made = await asyncio.to_thread(_incidents, costs, said, period, memory)
    if made is not None:
        watching.keep(made, partial(_made_of, context))
    return Looked([_case(one, costs) for one in found], costs, period.start)


async def _read(context: Context, through: date, memory: "Memory | None") -> tuple[Period, Costs]:
    """The days after the memory, or all that are wanted."""
    before = memory.through if memory is not None else None
    start = before + ONE_DAY if before is not None else _start(context, through)
    period = Period(start, through + ONE_DAY)
    return period, await _costs(context, period)


def _made_of(context: Context, through: date) -> object:
    """The measure, and the bills that days up to one come from, with the moments of their loads."""
    bills = context.use.lake.status().bills
    kept = (bill for bill in bills if bill.period.start <= through)
    loads = frozenset((bill.billing_account, bill.period, bill.loaded_at) for bill in kept)
    return context.use.measure, loads


def _sum(costs: Mapping[date, Decimal], first: date, last: date) -> Decimal:
    return sum((cost for day, cost in costs.items() if first <= day <= last), Decimal(0))


def _id(key: Key) -> str:
    return "\x1f".join(key)


def _case(incident: "Incident", costs: Costs) -> Case:
    account, service, charge = incident.series.split("\x1f")
    return Case(account, service, charge, incident, costs.get((account, service, charge), {}))


def _start(context: Context, through: date) -> date:
    """The first of a month, so that the history of a series begins on the same day for weeks."""
    wanted = (through.replace(day=1) - timedelta(days=30 * MONTHS)).replace(day=1)
    return max(loaded_days(context.use.lake.status()).start, wanted)


async def _costs(context: Context, period: Period) -> Costs:
    """Read without making a table of it: there are as many rows as series times days."""
    measure, run = context.use.measure, context.use.lake.run
    query = CostQuery(period, measure, (*SPLIT, Dimension("day")), USAGE, limit=None)
    sold = billed.marketplace(period, f"{measure.name.lower()}_cost")
    costs: Costs = {}
    for charge, rows in (
        (ChargeType.USAGE, await run(questions.totals(query), query.columns, [period])),
        (ChargeType.MARKETPLACE, await run(sold, query.columns | billed.MARKETPLACE, [period])),
    ):
        for row in rows:
            by_day = costs.setdefault((row["g0"] or "", row["g1"] or "", charge.value), {})
            by_day[date.fromisoformat(str(row["g2"]))] = row["cost"]
    return costs


def _incidents(
    costs: Costs, words: Mapping[str, str], period: Period, memory: "Memory | None"
) -> "tuple[list[Incident], Memory | None]":
    """The incidents, and what to remember of the older days where these were looked at."""
    import pandas as pd

    from analytics.anomalies import judge
    from analytics.incidents import ongoing

    rows = [
        (_id(key), day, float(cost))
        for key, by_day in costs.items()
        for day, cost in by_day.items()
    ]
    frame = pd.DataFrame(rows, columns=["series_id", "date", "cost"])
    if frame.empty:
        return [], None
    made, base = None, period.last - TAIL
    joins = any(day == base + ONE_DAY for _, day, _ in rows)
    if memory is None and period.start <= base and joins:
        _, made = judge(frame.loc[frame["date"] <= base], through=base)
        frame, memory = frame.loc[frame["date"] > base], made
    judged, _ = judge(frame, sensitivity=words, memory=memory, through=period.last)
    return ongoing(judged), made
