"""Publishing: a new version is written whole, then one pointer is moved to it, if nothing is newer.

A reader that followed the pointer sees the old version or the new one, never half of a month. What
is not pointed to is marked, and deleted an hour later at the earliest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from secrets import token_hex

from domain.aggregates import CUTS, WHOLE, Cut, Grain, Known, Snapshot, Sums, Words
from domain.errors import TemporaryError
from integrations.aws.aggregates import items
from integrations.aws.aggregates.serve import Served
from integrations.aws.aggregates.table import PK, SK, Item, Table

#: A bill with more rows by day is published in sums alone: nobody reads so many in milliseconds.
MOST_ROWS = 50_000
#: A version that is not pointed to for so long belongs to nobody.
GRACE = timedelta(hours=1)
#: So long before it would end by itself a bill is published anew.
RENEWED = timedelta(days=100)

# The same bill may be published again, to renew it; an older load never takes the place of a newer.
_NEWER = (
    "attribute_not_exists(pk) OR loaded_at < :loaded_at"
    " OR (loaded_at = :loaded_at AND fingerprint = :fingerprint)"
)


class Publisher:
    """Writes to one table; several replicas may do so at once. Blocks, raises DeliveryError."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def wanted(self, snapshots: Iterable[Snapshot], now: datetime) -> list[Snapshot]:
        """Those that are not there yet, are newer, or would end soon; makes the table."""
        self._table.ensure()
        pointers = {item[SK]["S"]: item for item in self._table.items(items.BILLS)}
        return [one for one in snapshots if _missing(one, pointers.get(items.stem(one)), now)]

    def publish(self, snapshot: Snapshot, sums: Sums, words: Words, now: datetime) -> int:
        """Write the bill's sums and point to them; how many there are, 0 where a newer load won.

        Cut short anywhere, what was there before still counts.
        """
        version = f"{snapshot.bill.loaded_at:%Y%m%dT%H%M%S}-{token_hex(4)}"
        fresh = replace(snapshot, version=version)
        until = now + items.LIVES + items.LONGER
        mark = items.key(items.VERSIONS, f"{items.stem(fresh)}#{version}")
        begun = {"S": now.isoformat()}
        self._table.put([{**mark, "items": {"S": items.partition(fresh)}, "begun_at": begun}])
        counts: dict[str, int] = {}
        written = self._table.put(
            chain(_rows(fresh, sums, counts, until), items.words_items(fresh, words, until))
        )
        # Somebody may have taken it for forgotten.
        if not self._table.update_if(
            mark,
            "SET ready_at = :now",
            "attribute_exists(pk) AND attribute_not_exists(left_at)",
            ExpressionAttributeValues={":now": begun},
        ):
            raise TemporaryError(f"publishing to {self._table.name} took too long")
        pointer = items.pointer(replace(fresh, cuts=counts), now)
        values = {f":{name}": pointer[name] for name in ("loaded_at", "fingerprint")}
        won = self._table.put_if(pointer, _NEWER, ExpressionAttributeValues=values)
        return written if won else 0

    def lake(self, known: Known) -> bool:
        """What the lake knows of all its bills; False where a newer load said it already."""
        as_of = known.status.as_of
        if as_of is None:
            return False
        item = items.lake_item(known.restatements, known.settling, as_of)
        condition = "attribute_not_exists(pk) OR loaded_at <= :loaded_at"
        values = {":loaded_at": item["loaded_at"]}
        return self._table.put_if(item, condition, ExpressionAttributeValues=values)

    def sweep(self, now: datetime) -> int:
        """Mark the versions that no pointer names, and delete those that were marked before."""
        # In this order: a version that is pointed to meanwhile is seen to be.
        there = [*self._table.items(items.VERSIONS)]
        current = {items.partition(one) for one in Served(self._table).known().snapshots}
        deleted = 0
        for item in there:
            mark, pk = items.key(items.VERSIONS, item[SK]["S"]), item["items"]["S"]
            if pk in current:
                continue
            if "left_at" in item:
                if datetime.fromisoformat(item["left_at"]["S"]) + GRACE <= now:
                    deleted += self._table.delete(_keys(self._table, pk))
                    self._table.delete([mark])
            elif datetime.fromisoformat(item["begun_at"]["S"]) + GRACE <= now:
                self._table.update_if(
                    mark,
                    "SET left_at = :now",
                    "attribute_exists(pk)",
                    ExpressionAttributeValues={":now": {"S": now.isoformat()}},
                )
        return deleted


def _missing(snapshot: Snapshot, pointer: Item | None, now: datetime) -> bool:
    if pointer is None:
        return True
    renew = (now + RENEWED).timestamp() > int(pointer["expires"]["N"])
    other = pointer["fingerprint"]["S"] != snapshot.fingerprint
    old = items.snapshot_of(pointer).bill.loaded_at
    if other:
        return snapshot.bill.loaded_at > old
    return renew or int(pointer["shape"]["N"]) < items.SHAPE


def _rows(
    snapshot: Snapshot, sums: Sums, counts: dict[str, int], until: datetime
) -> Iterator[Item]:
    for cut in CUTS:
        for grain in Grain:
            yield from _numbered(snapshot, cut, grain, sums, counts, until)
    if snapshot.cuts.get(WHOLE.name, 0) <= MOST_ROWS:
        yield from _numbered(snapshot, WHOLE, Grain.DAY, sums, counts, until)


def _numbered(
    snapshot: Snapshot,
    cut: Cut,
    grain: Grain,
    sums: Sums,
    counts: dict[str, int],
    until: datetime,
) -> Iterator[Item]:
    number = 0
    for row in sums(cut, grain):
        yield items.row_item(snapshot, cut, grain, number, row, until)
        number += 1
    if grain is Grain.DAY:
        counts[cut.name] = number


def _keys(table: Table, pk: str) -> Iterator[Item]:
    for item in table.items(pk, ProjectionExpression="pk, sk"):
        yield {PK: item[PK], SK: item[SK]}
