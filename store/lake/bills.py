"""Bills between staging and the lake: measured, told apart from what is there, and written."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.errors import InputError
from domain.period import Period, next_month
from domain.ports import Bill
from store.lake.catalog import StoredBill
from store.lake.compiling import TABLE, rollup_sql
from store.lake.engine import WRITTEN, files_list, text
from store.lake.schema import COSTS, LINES
from store.lake.staging import Staged
from store.lake.words import collect


@dataclass(frozen=True, slots=True)
class Part:
    """What one staged file adds to its bill; `content` is the same for the same charges."""

    file: Staged
    billing_account: str
    start: date
    rows: int
    first_day: date
    last_day: date
    content: int
    totals: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class StagedBill:
    """A bill as the files have it, not yet part of the lake."""

    billing_account: str
    period: Period
    fingerprint: str
    parts: tuple[Part, ...]

    @property
    def key(self) -> tuple[str, date]:
        return self.billing_account, self.period.start

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def first_day(self) -> date:
        return min(part.first_day for part in self.parts)

    @property
    def last_day(self) -> date:
        return max(part.last_day for part in self.parts)

    @property
    def totals(self) -> dict[str, Decimal]:
        return {cost: sum((p.totals[cost] for p in self.parts), Decimal(0)) for cost in COSTS}

    @property
    def source(self) -> str:
        """Where it comes from, in a few words."""
        first, more = self.parts[0].file, len({p.file.source.path for p in self.parts}) - 1
        others = f" + {more} {'file' if more == 1 else 'files'}" if more else ""
        return f"{first.label}: {first.source.path.name}{others}"


def staged_bills(con: Any, staged: Sequence[Staged]) -> list[StagedBill]:
    """Every bill among the staged files, oldest first; InputError where one is there twice."""
    by_key: dict[tuple[date, str], list[Part]] = {}
    for file in staged:
        part = _measure(con, file)
        by_key.setdefault((part.start, part.billing_account), []).append(part)
    return [_bill(con, parts) for _, parts in sorted(by_key.items())]


def _bill(con: Any, parts: list[Part]) -> StagedBill:
    _refuse_twice(parts)
    stamp = _stamp(con, sum(p.rows for p in parts), sum(p.content for p in parts))
    first = parts[0]
    period = Period(first.start, next_month(first.start))
    return StagedBill(first.billing_account, period, stamp, tuple(parts))


def _measure(con: Any, file: Staged) -> Part:
    sums = ", ".join(f"sum({cost})" for cost in COSTS)
    account, start, rows, first, last, content, *totals = con.execute(
        "SELECT any_value(billing_account_id), any_value(billing_period_start), count(*),"
        f" min(charge_date), max(charge_date), {_hash()}, {sums} FROM {_table([file.path])}"
    ).fetchall()[0]
    named = dict(zip(COSTS, totals, strict=True))
    return Part(file, account, start, rows, first, last, content, named)


def _refuse_twice(parts: Sequence[Part]) -> None:
    """The parts of one delivery add up to a bill; two deliveries would count it twice."""
    seen: dict[tuple[int, int], Part] = {}
    for part in parts:
        first, bill = parts[0].file, f"the bill of {part.start:%Y-%m} of {part.billing_account}"
        twin = seen.setdefault((part.rows, part.content), part)
        if twin.file.source is not part.file.source:
            problem = f"it holds the same charges as {twin.file.source.path}."
        elif part.file.label != first.label:
            problem = f"{bill} is here as {part.file.label}, as {first.label} in"
            problem += f" {first.source.path}."
        elif part.file.source.delivery != first.source.delivery:
            problem = f"{bill} is also in another delivery: {first.source.path}."
        else:
            continue
        advice = "Together they would count it twice: load one of the two."
        raise InputError(problem, part.file.source.path, advice=advice)


def fingerprint_of(con: Any, folder: Path, known: StoredBill, like: str) -> str:
    """What identifies a stored bill's content, in the way the engine of `like` computes it."""
    if known.fingerprint.split(":")[0] == like.split(":")[0]:
        return known.fingerprint
    table = _table([folder / path for path in known.lines])
    rows, content = con.execute(f"SELECT count(*), {_hash()} FROM {table}").fetchall()[0]
    return _stamp(con, rows, content)


def _hash() -> str:
    """The same for the same rows in any order; two equal rows count twice."""
    return f"sum(hash({', '.join(LINES)}))"


def _stamp(con: Any, rows: int, content: int) -> str:
    """DuckDB may hash differently in another version, so its version is part of the stamp."""
    version = con.execute("SELECT version()").fetchall()[0][0]
    return f"{version}:{rows}:{content:x}"


def _table(files: Sequence[Path]) -> str:
    return f"read_parquet({files_list(files)}, hive_partitioning = false)"


#: Writes the daily sums of a bill's lines to a file.
Roll = Callable[[Sequence[Path], Path], None]


def write(
    con: Any, folder: Path, bill: StagedBill, now: datetime, roll: Roll | None = None
) -> StoredBill:
    """Move the bill's lines to where they stay, and write its days and words.

    The content is in the files' names, so none is ever written twice. `roll` is another engine's
    way to the daily sums.
    """
    slug = re.sub(r"[^A-Za-z0-9]+", "-", bill.billing_account).strip("-")[:40]
    whole = f"{bill.billing_account}|{bill.period}|{bill.fingerprint}"
    stem = f"{bill.period.start:%Y-%m}/{slug}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"
    lines = tuple(f"lines/{stem}-{place}.parquet" for place, _ in enumerate(bill.parts))
    daily, words = f"daily/{stem}.parquet", f"words/{stem}.json"
    for path in (*lines, daily, words):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    for part, path in zip(bill.parts, lines, strict=True):
        part.file.path.replace(folder / path)
    table = _table([folder / path for path in lines])
    if roll is not None:
        roll([folder / path for path in lines], folder / daily)
    else:
        days = rollup_sql("duckdb").replace(f'"{TABLE}"', table)
        ordered = f"SELECT * FROM ({days}) ORDER BY charge_date, service_name"
        con.execute(f"COPY ({ordered}) TO {text(str(folder / daily))} {WRITTEN}")
    (folder / words).write_text(json.dumps(collect(con, table)), encoding="utf-8")
    return StoredBill(
        Bill(
            bill.billing_account,
            bill.period,
            bill.rows,
            bill.first_day,
            bill.last_day,
            now,
            bill.source,
            bill.totals["unblended_cost"],
        ),
        bill.totals,
        bill.fingerprint,
        lines,
        daily,
        words,
    )
