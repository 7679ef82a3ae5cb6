"""Asking the lake: a cost question in, its answer out."""

from dataclasses import replace
from typing import Any

from analytics import answers, questions
from analytics import commitments as questions_of_commitments
from domain.answer import CostSeries, CostTable, Share
from domain.commitment import Commitments
from domain.errors import NoBillError, UserError
from domain.period import Period
from domain.ports import Lake
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension

_GRAINS = ((35, "day"), (200, "week"))


async def ask(lake: Lake, query: CostQuery) -> CostTable:
    """The cost that `query` asks for; `rows` and `rest` add up to `total` exactly."""
    if query.compare is not None and any(d.name in TIME_DIMENSIONS for d in query.group_by):
        now = await ask(lake, replace(query, compare=None, limit=None))
        before = await ask(lake, replace(query, period=query.compare, compare=None, limit=None))
        return answers.aligned(query, now, before)
    currency = _currency(lake)
    rows = await lake.run(questions.totals(query), query.columns, _days(query), query)
    return answers.cost_table(query, rows, currency)


async def movers(lake: Lake, query: CostQuery) -> CostTable:
    """What changed most since `query.compare`, largest change first, by service unless told."""
    query = replace(query, group_by=query.group_by or (Dimension("service"),))
    currency = _currency(lake)
    rows = await lake.run(questions.movers(query), query.columns, _days(query), query)
    return answers.cost_table(query, rows, currency, order="change")


async def untagged(lake: Lake, query: CostQuery, key: str) -> tuple[Share, CostTable]:
    """How much usage carries no value for the tag `key`, and that cost by service unless told."""
    query = replace(query, compare=None)
    currency, lacking = _currency(lake), questions.lacking(query, key)
    rows = await lake.run(questions.untagged(query, key), lacking.columns, _days(query), lacking)
    return answers.untagged(lacking, key, rows, currency)


async def daily(lake: Lake, query: CostQuery) -> CostSeries:
    """Cost per day of each group that the limit keeps, and of all the others together."""
    currency = _currency(lake)
    rows = await lake.run(questions.daily(query), query.columns, [query.period], query)
    return answers.series(query, rows, currency)


def refuse_lacking(lake: Lake, query: CostQuery) -> None:
    """UserError where the bills of these days have nothing of what `query` names.

    For questions that cannot be asked live: charges without a value would silently be left out.
    """
    if lacking := lake.lacks(query):
        named = " and ".join(sorted(one.label for one in lacking))
        raise UserError(
            f"The bills of these days came from Cost Explorer, which does not tell {named} for "
            "this. Ask without it, or load an export of the bill."
        )


async def commitments(lake: Lake, query: CostQuery) -> Commitments:
    """How far all commitments are used, and what they cover of what `query` asks for."""
    refuse_lacking(lake, query)
    currency, grain = _currency(lake), _grain(query.period)
    whole = replace(query, filters=())
    by_time = (Dimension(grain),)

    async def rows(one: CostQuery, each: bool = False) -> list[dict[str, Any]]:
        question = questions_of_commitments.covers(one, each)
        needed = questions_of_commitments.columns(one, each)
        return await lake.run(question, needed, [one.period])

    return questions_of_commitments.answer(
        query,
        currency,
        grain,
        await rows(whole, each=True),
        await rows(query),
        (
            await rows(replace(whole, group_by=by_time)),
            await rows(replace(query, group_by=by_time)),
        ),
    )


def _grain(period: Period) -> str:
    """A month by day, half a year by week."""
    return next((name for most, name in _GRAINS if period.days <= most), "month")


def _days(query: CostQuery) -> list[Period]:
    return [query.period, query.compare] if query.compare else [query.period]


def _currency(lake: Lake) -> str:
    currency = lake.status().currency
    if currency is None:
        raise NoBillError
    return currency
