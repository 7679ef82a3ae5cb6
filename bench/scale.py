"""What one machine holds: loading, restating, summing and answering a large bill.

.venv/bin/python bench/make_lake.py 50 /tmp/lake50
.venv/bin/python bench/scale.py /tmp/lake50 /tmp/scale50 [--spark local-cluster[2,1,2048]]

Each step is a process of its own, so that its memory is its own; the SQL that it is held against
reads, types and writes the same columns and does none of the checks.
"""

import argparse
import asyncio
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import duckdb
import numpy as np
import pyarrow.parquet as pq

from bench.questions import cases
from domain.period import Period
from domain.query import CostQuery
from handlers import asking
from store.lake import DuckLake, catalog
from store.lake.columns import Columns
from store.lake.compiling import TABLE, rollup_sql
from store.lake.engine import WRITTEN, connect, files_list, text
from store.lake.formats import detect
from store.lake.load import MEMORY, THREADS, load
from store.lake.schema import LINES
from store.lake.sources import deliveries, open_source

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROUNDS = 5


def ours(export: Path, data: Path) -> None:
    """Load month by month, as the bot does from S3."""
    for delivery in sorted(deliveries(export), key=lambda one: one.period):
        load([delivery.path], data, NOW)


def plain(export: Path, data: Path) -> None:
    """The same columns and the same sums by DuckDB's SQL alone, with the same memory."""
    data.mkdir(parents=True)
    for number, delivery in enumerate(sorted(deliveries(export), key=lambda one: one.period)):
        files = delivery.files()
        con = connect(data, data / "spill", files, memory=MEMORY, threads=THREADS)
        written: list[Path] = []
        for part, file in enumerate(files):
            columns = Columns(open_source(file, con))
            chosen = {
                **detect(columns).select(columns),
                "charge_date": "CAST(charge_period_start AS DATE)",
            }
            named = ", ".join(f"CAST({sql} AS {LINES[n]}) AS {n}" for n, sql in chosen.items())
            lines = data / f"lines-{number}-{part}.parquet"
            written.append(lines)
            con.execute(
                f"COPY (SELECT {', '.join(LINES)} FROM (SELECT {named} FROM {columns.scan()}))"
                f" TO {text(str(lines))} {WRITTEN}"
            )
        table = f"read_parquet({files_list(written)}, hive_partitioning = false)"
        sums = rollup_sql("duckdb").replace(f'"{TABLE}"', table)
        con.execute(f"COPY ({sums}) TO {text(str(data / f'daily-{number}.parquet'))} {WRITTEN}")
        con.close()


def restated(export: Path, data: Path) -> None:
    """One month again, with a row that is different."""
    delivery = sorted(deliveries(export), key=lambda one: one.period)[-3]
    file = delivery.files()[0]
    changed = data / "changed" / "part.parquet"
    changed.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute(
        f"COPY (SELECT * REPLACE (CASE WHEN row_number() OVER () = 1 THEN BilledCost + 1 ELSE"
        f" BilledCost END AS BilledCost) FROM '{file}') TO '{changed}' {WRITTEN}"
    )
    con.close()
    began = time.perf_counter()
    load([changed], data, NOW)
    print(json.dumps({"restate_s": time.perf_counter() - began}))


def asked(data: Path) -> dict[str, Any]:
    """p95 of whole answers in milliseconds, by whether the roll-up can answer; 13 months' total."""
    lake = DuckLake(data)
    last = lake.status().last_day
    first = lake.status().first_day
    if last is None or first is None:
        raise SystemExit("nothing is loaded")
    loop = asyncio.new_event_loop()
    times: dict[str, list[float]] = {"roll-up": [], "lines": []}
    for case in cases(last):
        kind = "roll-up" if "{daily}" in case.sql else "lines"
        for round_ in range(20):
            seconds, _ = _timed(lambda q=case.query: loop.run_until_complete(asking.ask(lake, q)))
            if round_:
                times[kind].append(seconds * 1000)
    found: dict[str, Any] = {
        f"{kind}_p95_ms": round(float(np.percentile(values, 95)), 1)
        for kind, values in times.items()
    }
    whole = CostQuery(Period(first, last))
    total, _ = _best(lambda: loop.run_until_complete(asking.ask(lake, whole)))
    folder = data / catalog.FOLDER
    bills = catalog.read(folder).bills
    needed = sum(_chunks(folder / bill.daily, ("charge_date", "unblended_cost")) for bill in bills)
    con = duckdb.connect(config={"threads": 2})
    lines = ", ".join(f"'{folder / path}'" for bill in bills for path in bill.lines)
    sql = f"SELECT sum(unblended_cost) FROM read_parquet([{lines}]) WHERE charge_date >= '{first}'"
    raw, _ = _best(lambda: con.execute(sql).fetchall())
    raw_bytes = sum(
        _chunks(folder / path, ("charge_date", "unblended_cost"))
        for bill in bills
        for path in bill.lines
    )
    speed = _bandwidth([folder / path for bill in bills for path in bill.lines][:4])
    return {
        **found,
        "total_13_months_ms": round(total * 1000, 1),
        "needed_bytes": needed,
        "bandwidth_gb_s": round(speed / 1e9, 2),
        "total_over_floor": round(total / (needed / speed), 1),
        "lines_total_ms": round(raw * 1000, 1),
        "lines_total_over_floor": round(raw / (raw_bytes / speed), 1),
        "disk_mib": sum(f.stat().st_size for f in folder.rglob("*.parquet")) // 2**20,
    }


def spark(data: Path, master: str) -> dict[str, Any]:
    """The eight questions on DuckDB and on Spark: seconds, and whether the answers are equal."""
    from store.lake.spark import SparkLake

    duck, other = DuckLake(data), SparkLake(data, master, deadline=600)
    last = duck.status().last_day
    if last is None:
        raise SystemExit("nothing is loaded")
    loop, ratios, rows = asyncio.new_event_loop(), [], {}
    for case in cases(last):
        mine, answer = _best(lambda q=case.query: loop.run_until_complete(asking.ask(duck, q)))
        theirs, same = _best(lambda q=case.query: loop.run_until_complete(asking.ask(other, q)))
        if same.total != answer.total:
            raise SystemExit(f"{case.name}: the totals differ")
        ratios.append(theirs / mine)
        rows[case.name] = {"duckdb_ms": round(mine * 1000, 1), "spark_ms": round(theirs * 1000, 1)}
    other.close()
    return {"spark": rows, "spark_over_duckdb": round(statistics.geometric_mean(ratios), 1)}


def _chunks(file: Path, names: tuple[str, ...]) -> int:
    """The compressed bytes of some columns."""
    meta = pq.read_metadata(file)
    return sum(
        meta.row_group(group).column(place).total_compressed_size
        for group in range(meta.num_row_groups)
        for place in range(meta.num_columns)
        if meta.row_group(group).column(place).path_in_schema in names
    )


def _bandwidth(files: list[Path]) -> float:
    """Bytes a second that one thread copies of files which are in memory already."""
    block = bytearray(max(file.stat().st_size for file in files))

    def read() -> int:
        size = 0
        for file in files:
            with file.open("rb", buffering=0) as opened:
                while count := opened.readinto(block):
                    size += count
        return size

    seconds, size = _best(read)
    return size / seconds


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    runs = [_timed(work) for _ in range(ROUNDS)]
    return min(runs, key=lambda run: run[0])


def _step(*arguments: str) -> dict[str, Any]:
    """Run a step by itself: wall seconds, CPU seconds, peak memory, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    program = [sys.executable, __file__, *arguments]
    done = subprocess.run(["/usr/bin/env", *program], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    printed = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return {"s": round(time.perf_counter() - began, 1), "cpu_s": round(cpu, 1), **printed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("export", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--step", choices=("ours", "plain", "restated"))
    parser.add_argument("--spark")
    given = parser.parse_args()
    if given.step:
        {"ours": ours, "plain": plain, "restated": restated}[given.step](given.export, given.data)
        if given.step != "restated":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(json.dumps({"peak_mib": round(peak)}))
        return
    shutil.rmtree(given.data, ignore_errors=True)
    mine, theirs = given.data / "ours", given.data / "plain"
    report: dict[str, Any] = {}
    report["load"] = _step(str(given.export), str(mine), "--step", "ours")
    report["sql"] = _step(str(given.export), str(theirs), "--step", "plain")
    shutil.rmtree(theirs)
    report["load_over_sql_cpu"] = round(report["load"]["cpu_s"] / report["sql"]["cpu_s"], 2)
    report["load_over_sql"] = round(report["load"]["s"] / report["sql"]["s"], 2)
    report["restate"] = _step(str(given.export), str(mine), "--step", "restated")
    report["restate_over_load"] = round(report["restate"]["restate_s"] / report["load"]["s"], 3)
    report["rows"] = sum(bill.rows for bill in DuckLake(mine).status().bills)
    report |= asked(mine)
    if given.spark:
        report |= spark(mine, given.spark)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
