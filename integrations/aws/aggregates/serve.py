"""Serving: the newest version of each bill, and its sums, in a few Query calls side by side."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from domain.aggregates import COSTS, OF_BILL, Grain, Known, Snapshot, Wanted, Words
from integrations.aws.aggregates import items
from integrations.aws.aggregates.items import NAMES
from integrations.aws.aggregates.table import SK, Table

#: Queries of one question at the same time.
AT_ONCE = 8


class Served:
    """Fills `domain.aggregates.Aggregates` from one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def known(self) -> Known:
        """One Query."""
        there = {item[SK]["S"]: item for item in self._table.items(items.BILLS)}
        lake = there.pop(items.LAKE, None)
        snapshots = [items.snapshot_of(item) for item in there.values()]
        snapshots.sort(key=lambda one: (one.bill.period.start, one.bill.billing_account))
        if lake is None:
            return Known(tuple(snapshots))
        return Known(tuple(snapshots), *items.lake_of(lake))

    def words(self, snapshot: Snapshot) -> Words:
        found = self._table.items(items.partition(snapshot), "words#")
        return dict(items.words_of(item) for item in found)

    def rows(self, wanted: Sequence[Wanted], columns: frozenset[str]) -> list[dict[str, Any]]:
        """Read as they are at this moment: a version was written just before it is pointed to."""
        if len(wanted) < 2:
            return [row for one in wanted for row in self._rows(one, columns)]
        with ThreadPoolExecutor(min(AT_ONCE, len(wanted)), "aggregates") as pool:
            parts = [pool.submit(self._rows, one, columns) for one in wanted]
            try:
                return [row for part in parts for row in part.result()]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _rows(self, wanted: Wanted, columns: frozenset[str]) -> list[dict[str, Any]]:
        """Only the attributes that are asked for: reading an item costs more than sending it."""
        read = sorted((columns & {*wanted.cut.columns, *COSTS}) - {*OF_BILL} | {"charge_date"})
        names = {f"#{place}": NAMES[column] for place, column in enumerate(read)}
        first, last = wanted.days.start, wanted.days.last
        if wanted.grain is Grain.MONTH:
            first, last = first.replace(day=1), last.replace(day=1)
        asked = {
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": items.partition(wanted.snapshot)},
                ":first": {"S": items.place(wanted.cut, wanted.grain, first)},
                ":last": {"S": items.place(wanted.cut, wanted.grain, last) + "#~"},
            },
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
            "ConsistentRead": True,
        }
        return [
            items.row_of(item, wanted.snapshot)
            for page in self._table.pages(**asked)
            for item in page
        ]
