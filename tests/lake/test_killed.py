"""A load that dies: the lake is the old one or the new one, whole, and the next load heals it."""

import random
import signal
import subprocess
import sys
from collections.abc import Generator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from store.lake import DuckLake
from tests.lake.bills import EVER, put, write_csv

PERIODS = [
    {"BillingPeriodStart": f"2026-{m:02}-01", "ChargePeriodStart": f"2026-{m:02}-02"}
    for m in (9, 10)
]
OLD, NEW = Decimal("3"), Decimal("30")

#: For each line it reads, forks a load that dies: "step N" at the Nth trace it would leave on
#: disk, "after S" when S seconds have passed. Prints how each ended.
DIES = """
import json, os, signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import duckdb
from store.lake import bills
from tests.lake.bills import put

left = 0

def step(real):
    def dying(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return dying

os.fsync, json.dump = map(step, (os.fsync, json.dump))
for name in ("replace", "unlink", "write_text"):
    setattr(Path, name, step(getattr(Path, name)))

for line in sys.stdin:
    kind, number = line.split()
    pid = os.fork()
    if pid == 0:
        left = int(number) if kind == "step" else 0
        put(Path(sys.argv[2]), Path(sys.argv[3]))
        os._exit(0)
    if kind == "after":
        time.sleep(float(number))
        os.kill(pid, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
ROOT = Path(__file__).parents[2]


class Loads:
    """A process that has all imported, so that each death costs a moment only."""

    def __init__(self, data: Path, path: Path) -> None:
        arguments = [sys.executable, "-c", DIES, str(ROOT), str(data), str(path)]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def die(self, how: str) -> int:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(how + "\n")
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=60)


def bill(folder: Path, name: str, cost: str) -> Path:
    return write_csv(folder / name, [{**period, "BilledCost": cost} for period in PERIODS])


def whole(table: Any) -> Any:
    return table.agg(cost=table.unblended_cost.sum())


async def assert_whole(lake: DuckLake) -> Decimal:
    """Both bills are of one load: the catalog, the lines and the days agree."""
    status = lake.status()
    catalog = sum((entry.total for entry in status.bills), Decimal(0))
    assert catalog in (OLD, NEW)
    for column in ("service_name", "tags"):
        rows = await lake.run(whole, frozenset({"unblended_cost", column}), EVER)
        assert rows == [{"cost": catalog}]
    assert len(status.restatements) == (2 if catalog == NEW else 0)
    return catalog


@pytest.fixture
def loads(tmp_path: Path) -> Generator[Loads]:
    put(tmp_path / "data", bill(tmp_path, "old.csv", "1.5"))
    process = Loads(tmp_path / "data", bill(tmp_path, "new.csv", "15"))
    yield process
    process.close()


async def test_a_load_killed_at_any_step_leaves_the_old_lake_or_the_new_one(
    tmp_path: Path, loads: Loads
) -> None:
    data, seen = tmp_path / "data", list[Decimal]()
    lake = DuckLake(data)
    while not seen or seen[-1] == OLD:
        ended = loads.die(f"step {len(seen) + 1}")
        assert ended in (0, -signal.SIGKILL)
        seen.append(await assert_whole(lake))
        assert (ended == 0) <= (seen[-1] == NEW)
    assert len(seen) > 20, "every write, fsync, replace and unlink was a chance to die"
    assert [entry.action for entry in put(data, tmp_path / "new.csv").bills] == ["unchanged"] * 2
    assert not (data / "lake" / "staging").exists()
    files = [path for path in (data / "lake").rglob("*") if path.suffix in (".parquet", ".json")]
    assert len(files) == 2 * 3 + 2, "what the killed loads left is swept"


async def test_a_load_killed_at_a_random_moment_leaves_the_lake_whole(
    tmp_path: Path, loads: Loads
) -> None:
    chance, lake = random.Random(1), DuckLake(tmp_path / "data")
    for _ in range(12):
        loads.die(f"after {chance.uniform(0.005, 0.25):.3f}")
        if await assert_whole(lake) == NEW:
            break
    put(tmp_path / "data", tmp_path / "new.csv")
    assert await assert_whole(lake) == NEW
