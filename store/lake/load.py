"""Loading: whole bills replace whole bills, in one step, or nothing changes."""

import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from domain.errors import InputError, UserError
from domain.period import Period
from domain.ports import Bill, Restatement
from domain.settling import Move, Settling
from store.lake import catalog
from store.lake.bills import Roll, StagedBill, fingerprint_of, staged_bills, write
from store.lake.catalog import Catalog, StoredBill
from store.lake.engine import connect
from store.lake.moves import follow
from store.lake.sources import find_files, open_source
from store.lake.staging import Staged, refuse_mixed_currencies, stage
from store.lake.words import merge

# With Python, DuckDB and Arrow around it this stays under 1 GiB resident for 10 M rows.
MEMORY = "500MB"
THREADS = 2

Learn = Callable[[Sequence[Move], date], Settling]


@dataclass(frozen=True, slots=True)
class LoadedBill:
    """What a load did to one bill; `difference` is how far its unblended total moved."""

    billing_account: str
    period: Period
    rows: int
    total: Decimal
    action: Literal["loaded", "unchanged", "restated"]
    difference: Decimal = Decimal(0)
    warning: str = ""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Every bill that was in the files, oldest first."""

    bills: tuple[LoadedBill, ...]
    rows: int
    files: int
    currency: str


def load(
    paths: Sequence[str | Path],
    data_dir: Path,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
    learn: Learn | None = None,
    roll: Roll | None = None,
) -> LoadReport:
    """Read bills from files, folders and manifests; each bill found replaces its older self.

    `learn` says what all changes so far, by service and day, teach about how bills settle; `roll`
    is another engine's way to the daily sums.
    Raises InputError when a file is wrong, UserError while another load runs; then, and whenever
    the process dies, the lake is as it was.
    """
    folder = data_dir.resolve() / catalog.FOLDER
    files = find_files(paths, folder)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = catalog.read(folder)
        _sweep(folder, before)
        staged = folder / "staging"
        staged.mkdir()
        con = connect(folder, staged / "spill", tuple(files), memory=MEMORY, threads=THREADS)
        try:
            return _load(con, files, folder, staged, before, now, progress, learn, roll)
        finally:
            con.close()
            shutil.rmtree(staged, ignore_errors=True)


def _load(
    con: Any,
    files: dict[Path, str],
    folder: Path,
    staged: Path,
    before: Catalog,
    now: datetime,
    progress: Callable[[str], None],
    learn: Learn | None,
    roll: Roll | None,
) -> LoadReport:
    parts: list[Staged] = []
    for number, (file, delivery) in enumerate(files.items()):
        progress(f"reading {file.name} ({number + 1} of {len(files)})")
        parts += stage(con, open_source(file, con, delivery), number, staged)
    if not parts:
        raise InputError("there is no charge in it.", next(iter(files)), advice="Export it again.")
    found = staged_bills(con, parts)
    keys = {bill.key for bill in found}
    others = any(bill.key not in keys for bill in before.bills)
    currency = refuse_mixed_currencies(con, parts, before.currency if others else None)
    bills, report = _replace(con, folder, found, before, now, progress, roll)
    if bills:
        _commit(con, folder, before, bills, currency, now, learn)
    return LoadReport(tuple(report), sum(bill.rows for bill in found), len(files), currency)


def _replace(
    con: Any,
    folder: Path,
    found: list[StagedBill],
    before: Catalog,
    now: datetime,
    progress: Callable[[str], None],
    roll: Roll | None,
) -> tuple[list[StoredBill], list[LoadedBill]]:
    """Write the bills that are new or different, under names that nobody reads yet."""
    old = {bill.key: bill for bill in before.bills}
    bills: list[StoredBill] = []
    report: list[LoadedBill] = []
    for bill in found:
        known, total = old.get(bill.key), bill.totals["unblended_cost"]
        loaded = LoadedBill(bill.billing_account, bill.period, bill.rows, total, "loaded")
        if known is not None:
            same = fingerprint_of(con, folder, known, bill.fingerprint) == bill.fingerprint
            action = "unchanged" if same else "restated"
            moved = total - known.bill.total
            warning = "" if same else _shrunk(known.bill, bill)
            loaded = replace(loaded, action=action, difference=moved, warning=warning)
        if loaded.action != "unchanged":
            progress(f"writing {bill.period.start:%Y-%m} of {bill.billing_account}")
            bills.append(write(con, folder, bill, now, roll))
        report.append(loaded)
    return bills, report


def _shrunk(known: Bill, bill: StagedBill) -> str:
    """A restated bill holds what the one before held; a part of it would silently be less."""
    lost = bill.first_day > known.first_day or bill.last_day < known.last_day
    if not lost and bill.rows * 4 >= known.rows * 3:
        return ""
    return (
        f"It replaces {known.rows} rows of {known.first_day} to {known.last_day} with"
        f" {bill.rows} rows of {bill.first_day} to {bill.last_day}. If this is one part of a bill,"
        " load all its parts together."
    )


def _commit(
    con: Any,
    folder: Path,
    before: Catalog,
    bills: list[StoredBill],
    currency: str,
    now: datetime,
    learn: Learn | None,
) -> None:
    old = {bill.key: bill.bill for bill in before.bills}
    restatements = [
        Restatement(b.bill.billing_account, b.bill.period, now, old[b.key].total, b.bill.total)
        for b in bills
        if b.key in old
    ]
    after = before.with_bills(bills, restatements, currency)
    vocabulary = merge(folder / bill.words for bill in after.bills)
    replaced = [bill for bill in before.bills if bill.key in {new.key for new in bills}]
    path, moves = follow(con, folder, before.moves, replaced, bills, now.date())
    settling = learn(moves, now.date()) if learn else before.settling
    after = after.with_vocabulary(vocabulary).with_moves(path, settling)
    catalog.commit(folder, after, [path, *(path for bill in bills for path in bill.files)])


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Hold the lake's lock; the system lets go of it when a process dies."""
    import fcntl

    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Another load is writing to {folder}. Wait until it is done, then try again."
            raise UserError(message) from None
        yield


def _sweep(folder: Path, live: Catalog) -> None:
    """Remove what no catalog names: replaced bills, and what a killed load left behind."""
    shutil.rmtree(folder / "staging", ignore_errors=True)
    keep = {folder / path for path in live.files()}
    for table in ("lines", "daily", "words", "moves"):
        for file in (folder / table).rglob("*"):
            if file.is_file() and file not in keep:
                file.unlink()
