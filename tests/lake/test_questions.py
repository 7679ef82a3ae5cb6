"""Asking the lake: Ibis in, exact rows out, whatever else goes on."""

import asyncio
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from domain.errors import UserError
from domain.period import Period
from store.lake import DuckLake
from store.lake.running import Running
from tests.lake.bills import EVER, put, write_csv

COST = frozenset({"charge_date", "unblended_cost"})


def by(column: str) -> Any:
    def question(table: Any) -> Any:
        grouped = table.group_by(table[column].name("key"))
        return grouped.agg(cost=table.unblended_cost.sum()).order_by("key")

    return question


def month(number: int, cost: str, **more: str) -> dict[str, str]:
    days = {
        "BillingPeriodStart": f"2026-{number:02}-01",
        "ChargePeriodStart": f"2026-{number:02}-05 22:00:00",
    }
    return {**days, "BilledCost": cost, **more}


@pytest.fixture
def lake(tmp_path: Path) -> DuckLake:
    rows = [month(m, f"{m}.000000000001", ResourceId=f"i-{m}") for m in (8, 9, 10)]
    put(tmp_path, write_csv(tmp_path / "a.csv", rows))
    return DuckLake(tmp_path)


async def test_sums_are_decimals_and_days_are_dates(lake: DuckLake) -> None:
    assert await lake.run(by("charge_date"), COST, EVER) == [
        {"key": date(2026, 8, 5), "cost": Decimal("8.000000000001")},
        {"key": date(2026, 9, 5), "cost": Decimal("9.000000000001")},
        {"key": date(2026, 10, 5), "cost": Decimal("10.000000000001")},
    ]


def total(table: Any) -> Any:
    return table.agg(cost=table.unblended_cost.sum())


async def test_the_narrowest_table_that_has_the_columns_answers(
    lake: DuckLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    relation = DuckLake._relation  # pyright: ignore[reportPrivateUsage]

    def watched(lake: DuckLake, known: Any, daily: bool, days: Any) -> str:
        seen.append(daily)
        return relation(lake, known, daily, days)

    monkeypatch.setattr(DuckLake, "_relation", watched)
    for extra in ("service_name", "resource_id", "tags"):
        rows = await lake.run(total, COST | {extra}, EVER)
        assert rows == [{"cost": Decimal("27.000000000003")}]
    assert seen == [True, False, False]


async def test_a_question_sees_the_columns_it_named_and_no_others(lake: DuckLake) -> None:
    with pytest.raises(AttributeError, match="region_id"):
        await lake.run(lambda table: table.group_by(table.region_id).count(), COST, EVER)


async def test_only_the_bills_of_the_asked_days_are_read(lake: DuckLake, tmp_path: Path) -> None:
    """A bill outside the days is not opened: here its file is not even there."""
    for path in (tmp_path / "lake").rglob("2026-09/*.parquet"):
        path.unlink()
    days = [Period.month(2026, 8), Period.day(date(2026, 10, 5))]
    rows = await lake.run(by("charge_date"), COST, days)
    assert [row["key"].month for row in rows] == [8, 10]
    with pytest.raises(duckdb.IOException):
        await lake.run(by("charge_date"), COST, EVER)


async def test_days_without_a_bill_have_no_rows(lake: DuckLake) -> None:
    for columns in (COST, COST | {"tags"}):
        assert await lake.run(by("charge_date"), columns, [Period.month(2020, 1)]) == []


async def test_an_empty_lake_says_how_to_fill_it(tmp_path: Path) -> None:
    lake = DuckLake(tmp_path)
    assert lake.status().bills == () and lake.vocabulary().values == {}
    with pytest.raises(UserError, match="python -m bot load"):
        await lake.run(by("charge_date"), COST, EVER)


async def test_questions_can_overlap(lake: DuckLake) -> None:
    columns = [COST, COST | {"service_name"}, COST | {"resource_id"}]
    names = ["charge_date", "service_name", "resource_id"]
    asked = [lake.run(by(names[n % 3]), columns[n % 3], EVER) for n in range(24)]
    for rows in await asyncio.gather(*asked):
        assert sum(row["cost"] for row in rows) == Decimal("27.000000000003")


async def test_a_new_bill_is_seen_without_a_restart(lake: DuckLake, tmp_path: Path) -> None:
    await lake.run(by("charge_date"), COST, EVER)
    put(tmp_path, write_csv(tmp_path / "b.csv", [month(11, "1")]))
    assert lake.status().last_day == date(2026, 11, 5)
    assert len(await lake.run(by("charge_date"), COST, EVER)) == 4


async def test_a_reader_sees_whole_bills_while_they_are_replaced(tmp_path: Path) -> None:
    bills = [
        write_csv(tmp_path / f"{n}.csv", [month(m, str(n)) for m in (9, 10)]) for n in (1, 2, 3)
    ]
    put(tmp_path, bills[0])
    lake = DuckLake(tmp_path)
    done = asyncio.Event()

    async def read() -> set[Decimal]:
        seen: set[Decimal] = set()
        while not done.is_set():
            rows = await lake.run(by("service_name"), COST | {"service_name"}, EVER)
            seen.add(rows[0]["cost"])
        return seen

    reader = asyncio.create_task(read())
    for n in range(4):
        await asyncio.to_thread(put, tmp_path, bills[(n + 1) % 3])
    done.set()
    assert await reader <= {Decimal(2), Decimal(4), Decimal(6)}


async def test_a_file_that_is_swept_between_look_and_read_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bills = [write_csv(tmp_path / f"{n}.csv", [month(10, str(n))]) for n in (1, 2, 3)]
    put(tmp_path, bills[0])
    fetch, late = Running.fetch, bills[1:]

    def slow(asked: Running, connection: Any, sql: str) -> list[dict[str, Any]]:
        while late:
            put(tmp_path, late.pop(0))
        return fetch(asked, connection, sql)

    monkeypatch.setattr(Running, "fetch", slow)
    (row,) = await DuckLake(tmp_path).run(by("charge_date"), COST, EVER)
    assert row["cost"] == Decimal(3)


async def test_a_question_cannot_leave_the_lake(lake: DuckLake, tmp_path: Path) -> None:
    """The engine reads the lake's folder only, and its settings stay as they are."""
    outside = tmp_path / "a.csv"
    await lake.run(by("charge_date"), COST, EVER)
    for sql in (
        f"SELECT * FROM read_csv('{outside}')",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error), lake._connection().cursor() as cursor:  # pyright: ignore[reportPrivateUsage]
            cursor.execute(sql)


def test_asking_for_the_status_does_not_load_the_engine(lake: DuckLake, tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from store.lake import DuckLake;"
        f"lake = DuckLake(Path({str(tmp_path)!r})); lake.status(); lake.vocabulary();"
        "heavy = {'duckdb', 'ibis', 'pyarrow', 'pandas', 'numpy'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
