"""A question that takes too long, or is still running at shutdown, is stopped."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from domain.errors import UserError
from store.lake import DuckLake
from tests.lake.bills import EVER, put, write_csv

COST = frozenset({"unblended_cost"})


def endless(table: Any) -> Any:
    """Minutes of work out of a few rows: every one of them against every one, again and again."""
    wide = table.select(cost=table.unblended_cost)
    for _ in range(3):
        wide = wide.cross_join(wide.view()).select(cost=wide.cost + 1)
    return wide.agg(cost=wide.cost.sum())


def one(table: Any) -> Any:
    return table.agg(cost=table.unblended_cost.sum())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    days = [f"2026-10-{day:02}" for day in range(1, 29)]
    put(tmp_path, write_csv(tmp_path / "a.csv", [{"ChargePeriodStart": day} for day in days]))
    return tmp_path


async def test_a_question_that_takes_too_long_ends_with_advice(data: Path) -> None:
    lake = DuckLake(data, deadline=0.3)
    began = time.monotonic()
    asked = [lake.run(endless, COST, EVER) for _ in range(3)]
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(answer, UserError) and "too long" in str(answer)
        assert "fewer days" in str(answer)
    assert time.monotonic() - began < 20
    assert len(await DuckLake(data).run(one, COST, EVER)) == 1
    lake.close()


async def test_closing_stops_what_runs_and_what_waits(data: Path) -> None:
    lake = DuckLake(data)
    asked = [asyncio.create_task(lake.run(endless, COST, EVER)) for _ in range(4)]
    await asyncio.sleep(0.3)
    began = time.monotonic()
    lake.close()
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(answer, UserError) and "ask again" in str(answer)
    assert time.monotonic() - began < 10
    assert len(await lake.run(one, COST, EVER)) == 1, "a later question opens the lake again"
    lake.close()


async def test_a_question_nobody_waits_for_any_more_is_stopped(data: Path) -> None:
    lake = DuckLake(data, threads=1)
    asked = asyncio.create_task(lake.run(endless, COST, EVER))
    await asyncio.sleep(0.3)
    asked.cancel()
    rows = await asyncio.wait_for(lake.run(one, COST, EVER), 20)
    assert len(rows) == 1
    lake.close()


def test_the_process_ends_at_once_after_closing(data: Path) -> None:
    code = (
        "import asyncio; from pathlib import Path; from store.lake import DuckLake\n"
        "from tests.lake.test_stopping import COST, EVER, endless\n"
        "async def ask():\n"
        f"    lake = DuckLake(Path({str(data)!r}))\n"
        "    asked = asyncio.create_task(lake.run(endless, COST, EVER))\n"
        "    await asyncio.sleep(0.5)\n"
        "    lake.close()\n"
        "    await asyncio.gather(asked, return_exceptions=True)\n"
        "asyncio.run(ask())"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=20)
