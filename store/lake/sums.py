"""The days of a bill added up by other columns, exactly: what is published of it."""

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from domain.aggregates import WHOLE, Cut, Grain, Known, Snapshot, Words
from domain.errors import TemporaryError
from store.lake import catalog
from store.lake.catalog import Catalog, StoredBill
from store.lake.engine import connect, files_list
from store.lake.schema import COSTS, MONEY

MEMORY = "500MB"
_AT_ONCE = 1000
_WORDS = ("service", "account", "region", "charge", "category", "purchase", "provider")


def published(seen: Catalog) -> Known:
    """What is to be published of a lake."""
    return Known(
        tuple(
            Snapshot(one.bill, one.fingerprint, seen.currency or "", one.totals)
            for one in seen.bills
        ),
        seen.restatements,
        seen.settling,
    )


class BillSums:
    """The sums of one bill; its days are read once."""

    def __init__(self, con: Any) -> None:
        self._con = con

    def __call__(self, cut: Cut, grain: Grain) -> Iterator[Mapping[str, Any]]:
        """The sums by the cut's columns, in the order of their days."""
        day = "CAST(date_trunc('month', charge_date) AS DATE)"
        date = day if grain is Grain.MONTH else "charge_date"
        columns = ", ".join(cut.columns)
        sums = ", ".join(f"CAST(sum({cost}) AS {MONEY}) AS {cost}" for cost in COSTS)
        found = self._con.execute(
            f"SELECT {date} AS charge_date, {columns}, {sums} FROM days"
            f" GROUP BY ALL ORDER BY 1, {columns}"
        )
        names = [column[0] for column in found.description]
        while rows := found.fetchmany(_AT_ONCE):
            for row in rows:
                yield dict(zip(names, row, strict=True))

    def count(self) -> int:
        """How many rows the whole cut has."""
        columns = ", ".join(WHOLE.columns)
        counted = f"SELECT count(*) FROM (SELECT DISTINCT charge_date, {columns} FROM days)"
        return int(self._con.execute(counted).fetchall()[0][0])


@contextmanager
def sums_of(data_dir: Path, stored: StoredBill) -> Generator[BillSums]:
    """Raises TemporaryError when a load replaces the bill at this moment."""
    import duckdb

    folder = data_dir.resolve() / catalog.FOLDER
    con = connect(folder, folder / "spill" / "sums", memory=MEMORY, threads=1)
    with closing(con):
        files = files_list([folder / stored.daily])
        days = f"SELECT * FROM read_parquet({files}, hive_partitioning = false)"
        try:
            con.execute(f"CREATE TABLE days AS {days}")
        except duckdb.IOException:
            raise TemporaryError("a load replaced the bill meanwhile") from None
        yield BillSums(con)


def words_of(data_dir: Path, stored: StoredBill) -> Words:
    """The words of what is published, with what each costs; what only lines have is left out."""
    folder = data_dir.resolve() / catalog.FOLDER
    try:
        words = json.loads((folder / stored.words).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TemporaryError("a load replaced the bill meanwhile") from None
    values = {name: words["values"].get(name, {}) for name in _WORDS}
    return {**values, "account_names": words["account_names"]}
