"""Eight typical questions: ours, from CostQuery to answer, against hand-written DuckDB SQL.

Run: python bench/questions.py DATA_DIR [rounds]. DATA_DIR holds a loaded lake whose newest month is
the newest of its bills. Both read the same Parquet files with the same threads and memory; the two
take turns, the median of each is compared, and totals must agree exactly.
"""

import asyncio
import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1]))

from domain.answer import CostTable
from domain.period import Period
from domain.query import CostQuery, Dimension, Filter
from handlers import asking
from store.lake import DuckLake, catalog
from store.lake.engine import files_list

GOAL = 1.5
SERVICE, ACCOUNT, DAY = Dimension("service"), Dimension("account"), Dimension("day")
EC2 = "Amazon Elastic Compute Cloud"


@dataclass(frozen=True)
class Case:
    """A question twice: for us, and as SQL over `{daily}` or `{lines}`."""

    name: str
    query: CostQuery
    sql: str


def cases(last: date) -> list[Case]:
    month = Period(last.replace(day=1), last + timedelta(days=1))
    before = Period((month.start - timedelta(days=1)).replace(day=1), month.start)
    thirty = Period(last - timedelta(days=29), last + timedelta(days=1))
    ninety = Period(last - timedelta(days=89), last + timedelta(days=1))
    seven = Period(last - timedelta(days=6), last + timedelta(days=1))

    year = Period(date(last.year - 1, last.month, 1), month.end)

    def within(period: Period) -> str:
        return f"charge_date >= DATE '{period.start}' AND charge_date < DATE '{period.end}'"

    cost = "sum(unblended_cost)"
    tag = "nullif(tags['team'], '')"
    return [
        Case(
            "total month to date",
            CostQuery(month),
            f"SELECT {cost} FROM {{daily}} WHERE {within(month)}",
        ),
        Case(
            "by service last 30d",
            CostQuery(thirty, group_by=(SERVICE,)),
            f"SELECT {cost}, service_name FROM {{daily}} WHERE {within(thirty)} GROUP BY ALL",
        ),
        Case(
            "by account last month vs the month before",
            CostQuery(month, group_by=(ACCOUNT,), compare=before),
            f"SELECT {cost} FILTER ({within(month)}), {cost} FILTER ({within(before)}), "
            f"sub_account_id FROM {{daily}} WHERE {within(month)} OR {within(before)} GROUP BY ALL",
        ),
        Case(
            "by day last 90d for EC2",
            CostQuery(ninety, group_by=(DAY,), filters=(Filter(SERVICE, "=", (EC2,)),)),
            f"SELECT {cost}, charge_date FROM {{daily}} WHERE {within(ninety)} "
            f"AND service_name = '{EC2}' GROUP BY ALL",
        ),
        Case(
            "by team this month",
            CostQuery(month, group_by=(Dimension("tag", "team"),)),
            f"SELECT {cost}, {tag} FROM {{lines}} WHERE {within(month)} GROUP BY ALL",
        ),
        Case(
            "ten dearest resources of 7 days",
            CostQuery(seven, group_by=(Dimension("resource"),), limit=10),
            f"WITH r AS (SELECT {cost} AS c, resource_id FROM {{lines}} WHERE {within(seven)} "
            "GROUP BY ALL) (SELECT c, resource_id FROM r ORDER BY c DESC LIMIT 10) UNION ALL "
            "SELECT (SELECT sum(c) FROM r) - (SELECT sum(c) FROM "
            "(SELECT c FROM r ORDER BY c DESC LIMIT 10)), NULL",
        ),
        Case(
            "by usage type and region this month",
            CostQuery(month, group_by=(Dimension("usage_type"), Dimension("region"))),
            f"SELECT {cost}, sku_meter, region_id FROM {{lines}} WHERE {within(month)} "
            "GROUP BY ALL",
        ),
        Case(
            "by service and month, 13 months",
            CostQuery(year, group_by=(SERVICE, Dimension("month"))),
            f"SELECT {cost}, service_name, date_trunc('month', charge_date) FROM {{daily}} "
            f"WHERE {within(year)} GROUP BY ALL",
        ),
    ]


def written(case: Case, data_dir: Path) -> str:
    """The SQL with the file names an expert would have put in: the periods that matter."""
    folder = data_dir.resolve() / catalog.FOLDER
    days = [case.query.period, *([case.query.compare] if case.query.compare else [])]
    bills = [
        bill
        for bill in catalog.read(folder).bills
        if any(p.start <= bill.bill.last_day and bill.bill.first_day < p.end for p in days)
    ]
    files = {
        "daily": [folder / bill.daily for bill in bills],
        "lines": [folder / path for bill in bills for path in bill.lines],
    }
    tables = {kind: f"read_parquet({files_list(paths)})" for kind, paths in files.items()}
    return case.sql.format(**tables)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    data_dir = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    lake = DuckLake(data_dir)
    status = lake.status()
    if status.last_day is None:
        raise SystemExit(f"{data_dir} holds no bill.")
    con = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})
    report: dict[str, Any] = {"rows": sum(bill.rows for bill in status.bills), "questions": {}}
    ratios: list[float] = []
    loop = asyncio.new_event_loop()

    def answer(query: CostQuery) -> CostTable:
        return loop.run_until_complete(asking.ask(lake, query))

    def fetch(sql: str) -> list[tuple[Any, ...]]:
        return con.execute(sql).fetchall()

    for case in cases(status.last_day):
        sql = written(case, data_dir)
        mine: list[float] = []
        theirs: list[float] = []
        for round_ in range(rounds + 1):
            seconds, table = timed(partial(answer, case.query))
            other, rows = timed(partial(fetch, sql))
            if table.total.amount != sum((row[0] or Decimal(0) for row in rows), Decimal(0)):
                raise SystemExit(f"{case.name}: the totals differ")
            if round_:  # the first round warms both
                mine.append(seconds)
                theirs.append(other)
        ratio = statistics.median(mine) / statistics.median(theirs)
        ratios.append(ratio)
        report["questions"][case.name] = {
            "ours_ms": round(statistics.median(mine) * 1000, 1),
            "sql_ms": round(statistics.median(theirs) * 1000, 1),
            "ratio": round(ratio, 2),
        }
    report["geometric_mean_ratio"] = round(math.prod(ratios) ** (1 / len(ratios)), 2)
    report["goal"] = GOAL
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
