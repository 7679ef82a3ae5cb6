"""A lake whose bills come from Cost Explorer: what those bills lack is asked there, live."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.errors import DeliveryError, UserError
from domain.money import Money
from domain.period import Period
from domain.ports import LakeStatus, Paid, Question, Vocabulary
from domain.query import CostQuery, Dimension
from integrations.aws.explorer import Explorer, cells
from store.lake import DuckLake, explored
from store.lake.catalog import FOLDER
from store.lake.rows import over_rows

SOURCE = "Cost Explorer"
#: What the bills out of Cost Explorer have, beside the money.
_THERE = frozenset(
    {
        "charge_date",
        "billing_period_start",
        "billing_account_id",
        "sub_account_id",
        "provider_name",
        "service_name",
        "charge_type",
        "billing_currency",
    }
)
#: Answers whose price is remembered.
_REMEMBERED = 200


class ExploredLake:
    """Fills `domain.ports.Lake`. Only what the bills of all asked days lack is asked live."""

    def __init__(
        self, lake: DuckLake, explorer: Callable[[], Explorer], now: Callable[[], datetime]
    ) -> None:
        self._lake, self._connect, self._now = lake, explorer, now
        self._paid: dict[CostQuery, Paid] = {}

    def status(self) -> LakeStatus:
        return self._lake.status()

    def vocabulary(self) -> Vocabulary:
        """With the words that Cost Explorer knows beyond its bills."""
        known, more = self._lake.vocabulary(), explored.known(self._lake.data_dir)
        if not more:
            return known
        values = dict(known.values)
        for name, words in more["values"].items():
            values[name] = _both(values.get(name, ()), words)
        return replace(known, values=values, tag_keys=_both(known.tag_keys, more["tag_keys"]))

    def warm(self) -> None:
        self._lake.warm()

    def close(self) -> None:
        self._lake.close()

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: CostQuery | None = None,
    ) -> list[dict[str, Any]]:
        if query is None or not self.lacks(query):
            return await self._lake.run(question, columns, days)
        rows: list[dict[str, Any]] = []
        for period in days:
            rows += await self._asked(query, period)
        folder = self._lake.data_dir / FOLDER
        return await asyncio.to_thread(over_rows, question, columns, rows, folder)

    def lacks(self, query: CostQuery) -> frozenset[Dimension]:
        """What the bills of these days do not split by, where any came from Cost Explorer."""
        if not self._explored(_days(query)):
            return frozenset()
        used = {*query.group_by, *(one.dimension for one in query.filters)}
        return frozenset(one for one in used if one.column not in _THERE)

    def paid(self, query: CostQuery) -> Paid | None:
        """Together for both periods, and for answers that were put together of two."""
        known = [self._paid.get(_of(query, period)) for period in _days(query)]
        asked = [one for one in known if one is not None]
        if not asked:
            return None
        fee = sum((one.fee.amount for one in asked), Decimal(0))
        return replace(asked[-1], fee=Money(fee, "USD"))

    async def _asked(self, query: CostQuery, period: Period) -> list[dict[str, Any]]:
        """The rows of a period up to today; Cost Explorer knows no other days."""
        end = min(period.end, self._now().date() + timedelta(days=1))
        if end <= period.start:
            return []
        explorer = await asyncio.to_thread(self._connect)
        try:
            rows, fee = await cells.cells(explorer, query, Period(period.start, end))
        except DeliveryError as error:
            raise UserError(f"Cost Explorer was not asked: {error}.") from error
        spent, limit = await explorer.spent(), explorer.limit
        while len(self._paid) >= _REMEMBERED:
            self._paid.pop(next(iter(self._paid)))
        self._paid[_of(query, period)] = Paid(
            SOURCE, self._now(), Money(fee, "USD"), Money(spent, "USD"), Money(limit, "USD")
        )
        return rows

    def _explored(self, days: Sequence[Period]) -> bool:
        """Whether a bill of these days came from Cost Explorer, which then knows all of them."""
        return any(
            bill.source.startswith(SOURCE)
            and any(p.start <= bill.last_day and bill.first_day < p.end for p in days)
            for bill in self._lake.status().bills
        )


def _days(query: CostQuery) -> list[Period]:
    return [query.period, *([query.compare] if query.compare else [])]


def _of(query: CostQuery, period: Period) -> CostQuery:
    """What is asked of Cost Explorer about one period: a limit is ours."""
    return replace(query, period=period, compare=None, limit=None)


def _both(known: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known, *more]))
