"""Thirteen months by service out of DynamoDB against the same question to the lake.

Run: python bench/aggregates.py DATA_DIR [rounds]. DATA_DIR holds a loaded lake. It is published to
a new table in dynalite, which runs in a process of its own; then the two take turns, the median of
each is compared, and the answers must be equal. The way to AWS is not in it: dynalite is next door.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.publishing import publish
from bot.served import ServedLake
from domain.period import Period
from domain.ports import Lake
from domain.query import CostQuery, Dimension
from handlers import asking
from integrations.aws.aggregates import Served, Table
from store.lake import DuckLake
from tests.peers.aws import dynalite_server

TABLE = "costbot-bench"
SERVICE, ACCOUNT, REGION = Dimension("service"), Dimension("account"), Dimension("region")
DAY, MONTH = Dimension("day"), Dimension("month")


def queries(last: date) -> dict[str, CostQuery]:
    end = last + timedelta(days=1)
    year = Period(date(last.year - 1, last.month, 1), end)
    thirty = Period(end - timedelta(days=30), end)
    return {
        "13 months by service": CostQuery(year, group_by=(SERVICE,)),
        "13 months by service and month": CostQuery(year, group_by=(SERVICE, MONTH)),
        "total of a day": CostQuery(Period.day(last)),
        "30 days by service": CostQuery(thirty, group_by=(SERVICE,)),
        "30 days by day and account": CostQuery(thirty, group_by=(DAY, ACCOUNT)),
        "30 days by service and region": CostQuery(thirty, group_by=(SERVICE, REGION)),
    }


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, used = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - used, result


def main() -> None:
    data_dir = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    lake = DuckLake(data_dir)
    last = lake.status().last_day
    if last is None:
        raise SystemExit(f"{data_dir} holds no bill.")
    with dynalite_server.running() as server, tempfile.TemporaryDirectory() as folder:
        os.environ.update(server.environ)
        wall, used, _ = timed(lambda: publish(data_dir, TABLE, datetime.now(UTC)))
        aggregates = Served(Table(TABLE))
        report: dict[str, Any] = {
            "rows": sum(bill.rows for bill in lake.status().bills),
            "days": sum(one.cuts.get("whole", 0) for one in aggregates.known().snapshots),
            "publishing": {"seconds": round(wall, 1), "cpu": round(used, 1)},
            "questions": {},
        }
        other = ServedLake(aggregates, Path(folder))
        other.warm()
        for name, query in queries(last).items():
            report["questions"][name] = compared(lake, other, query, rounds)
        print(json.dumps(report, indent=1))


def compared(lake: Lake, other: Lake, query: CostQuery, rounds: int) -> dict[str, float]:
    loop = asyncio.new_event_loop()

    def answer(asked: Lake) -> Any:
        return loop.run_until_complete(asking.ask(asked, query))

    times: dict[str, list[float]] = {"table": [], "table_cpu": [], "lake": [], "lake_cpu": []}
    for number in range(rounds + 1):
        found: list[Any] = []
        for side, asked in (("table", other), ("lake", lake)):
            wall, used, table = timed(lambda asked=asked: answer(asked))
            found.append(table)
            if number:  # the first round warms both
                times[side].append(wall)
                times[f"{side}_cpu"].append(used)
        if found[0] != found[1]:
            raise SystemExit("the answers differ")
    medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
    ratios = {
        "ratio": medians["table"] / medians["lake"],
        "cpu_ratio": medians["table_cpu"] / medians["lake_cpu"],
    }
    return {name: round(value, 1) for name, value in (medians | ratios).items()}


if __name__ == "__main__":
    main()
