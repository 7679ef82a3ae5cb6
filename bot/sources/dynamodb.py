"""dynamodb://table: daily sums out of a table, costbot's own or one that costbot.toml describes."""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.aggregate_file import read as described
from bot.assembly import ROUTES
from bot.sources.model import Batch, Skipped, Source, Wish
from cards import words
from domain.aggregates import WHOLE, Grain, Snapshot, Wanted, finest
from domain.errors import InputError
from domain.period import ONE_DAY, Period
from integrations.aws.aggregates import Served, Table
from integrations.aws.aggregates.items import NAMES
from integrations.aws.aggregates.read import rows
from integrations.aws.aggregates.table import PK, SK
from store.lake.formats.aggregates import COLUMNS

_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_SAID = 10_000
_BASE = 2**128


def fetch(wish: Wish) -> Iterator[Batch | Skipped]:
    """A batch for each month whose sums are not those that are known, newest first."""
    name = wish.address.removeprefix("dynamodb://").removesuffix("/")
    if not _NAME.fullmatch(name):
        advice = "Write it as dynamodb://table."
        raise InputError("this is no address of a table.", wish.address, advice=advice)
    table = Table(name, wish.settings.aws_access)
    try:
        reading = described(ROUTES).get(name)
        if reading is not None:
            yield from _months(wish, name, rows(table, reading))
        else:
            yield from _own(wish, table)
    finally:
        table.close()


def _months(wish: Wish, name: str, found: Iterable[Mapping[str, str]]) -> Iterator[Batch]:
    wish.progress(f"reading {wish.address}")
    paths: dict[str, Path] = {}
    sums: dict[str, int] = {}
    with ExitStack() as open_files:
        writers: dict[str, Any] = {}
        for number, row in enumerate(found, 1):
            month = row["day"][:7]
            if month not in writers:
                paths[month] = _path(wish, name, month)
                file = open_files.enter_context(
                    paths[month].open("w", encoding="utf-8", newline="")
                )
                writers[month] = csv.DictWriter(file, COLUMNS)
                writers[month].writeheader()
            writers[month].writerow(row)
            sums[month] = (sums.get(month, 0) + _hashed(row)) % _BASE
            if number % _SAID == 0:
                wish.progress(f"reading {wish.address}: {words.plural(number, 'item')}")
    if not paths:
        advice = "Check partition and only in [[aggregates]] of costbot.toml."
        raise InputError("there is no daily sum in it.", wish.address, advice=advice)
    for month in sorted(paths, reverse=True):
        mark = f"{sums[month]:032x}"
        if wish.known.get(month) != mark:
            yield Batch(month, (paths[month],), mark, wish.folder, wish.address)


def _own(wish: Wish, table: Table) -> Iterator[Batch | Skipped]:
    """A table that costbot publishes to: each bill's newest version, whole."""
    keys = table.keys()
    if keys is None:
        advice = "Check its name and AWS_DEFAULT_REGION."
        raise InputError("there is no such table.", wish.address, advice=advice)
    snapshots = Served(table).known().snapshots if keys == (PK, SK) else ()
    if not snapshots:
        problem = "costbot does not know what its items say."
        advice = "Describe it in costbot.toml: [[aggregates]], see docs/dynamodb.md."
        raise InputError(problem, wish.address, advice=advice)
    for snapshot in reversed(snapshots):
        month = f"{snapshot.bill.period.start:%Y-%m}"
        name = f"{month} {snapshot.bill.billing_account}"
        if wish.known.get(name) == snapshot.fingerprint:
            continue
        wish.progress(f"reading {name}")
        path = _path(wish, table.name, f"{month}-{_short(name)}")
        if not _written(table, snapshot, path):
            yield Skipped(name, "it is replaced at this moment; it is loaded next time")
            continue
        yield Batch(name, (path,), snapshot.fingerprint, wish.folder, wish.address)


def _written(table: Table, snapshot: Snapshot, path: Path) -> bool:
    """The finest sums there are; False when the version was replaced meanwhile."""
    served = Served(table)
    every = frozenset({"charge_date", *WHOLE.columns, *NAMES})
    finer = finest(every, snapshot.cuts)
    cut = finer or finest(frozenset({"sub_account_id", "service_name"}), snapshot.cuts)
    if cut is None:
        raise InputError("the bill has no sums by account and service.", f"dynamodb://{table.name}")
    bill = snapshot.bill
    days = Period(bill.first_day, bill.last_day + ONE_DAY)
    names = served.words(snapshot).get("account_names", {})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in served.rows([Wanted(snapshot, cut, Grain.DAY, days)], every):
            found = {NAMES[column]: _plain(value) for column, value in row.items()}
            found["payer_name"] = names.get(bill.billing_account, "")
            found["account_name"] = names.get(row.get("sub_account_id") or "", "")
            writer.writerow(found)
    return snapshot.version in {one.version for one in served.known().snapshots}


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _path(wish: Wish, name: str, what: str) -> Path:
    return wish.folder / f"{name}-{what}.csv"


def _hashed(row: Mapping[str, str]) -> int:
    """Added up, these are the same whatever the order of the items."""
    text = repr(sorted(row.items()))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


SOURCE = Source("dynamodb", "daily sums in a table of DynamoDB: dynamodb://table", fetch)
