"""Counts from a file: what is written is read, and a mistake is told with its line."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import PermanentError
from domain.period import Period
from domain.unit import CsvMetric, DatadogMetric, Unit
from integrations.counts import CountFiles

DAYS = Period(date(2026, 11, 1), date(2026, 11, 4))


async def asked(folder: Path, text: str | bytes, column: str = "") -> dict[date, Decimal]:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "c.csv").write_bytes(content)
    unit = Unit("customer", CsvMetric("c.csv", column))
    return dict(await CountFiles(folder).daily(unit, DAYS))


@pytest.mark.parametrize(
    "text",
    [
        "date,customers\n2026-11-01,120\n2026-11-02,\n2026-12-01,5\n",
        "customers,date\r\n120,2026-11-01\r\n",
        "\ufeffdate,customers\n 2026-11-01 , 100\n2026-11-01,20\n",
    ],
)
async def test_the_days_of_the_file_that_are_asked_for(tmp_path: Path, text: str):
    assert await asked(tmp_path, text) == {date(2026, 11, 1): Decimal(120)}


async def test_one_of_several_columns_is_named(tmp_path: Path):
    text = "date,a,b\n2026-11-03,1,2.5\n"
    assert await asked(tmp_path, text, "b") == {date(2026, 11, 3): Decimal("2.5")}


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("date,n\n2026-11-01,1\nyesterday,2\n", "", r"c\.csv, line 3: 'yesterday' is no day"),
        ("date,n\n2026-11-01,many\n", "", "line 2: 'many' is no count"),
        ("date,n\n2026-11-01,-1\n", "", "line 2: '-1' is no count"),
        ("date,n\n2026-11-01,Infinity\n", "", "no count"),
        ("date,n\n2026-11-01\n", "missing", "columns date and missing"),
        ("day,n\n2026-11-01,1\n", "", "columns date and"),
        ("date,a,b\n2026-11-01,1,2\n", "", "columns date and one more"),
        ("", "", "columns date and"),
        (b"date,n\n2026-11-01,\xff\n", "", "no CSV file in UTF-8"),
    ],
)
async def test_a_mistake_says_where_and_what(
    tmp_path: Path, text: str | bytes, column: str, told: str
):
    with pytest.raises(PermanentError, match=told):
        await asked(tmp_path, text, column)


async def test_a_file_that_is_not_there_is_named_without_its_folder(tmp_path: Path):
    with pytest.raises(PermanentError, match=r"none\.csv cannot be read: No such file") as caught:
        await CountFiles(tmp_path).daily(Unit("a", CsvMetric("none.csv")), DAYS)
    assert str(tmp_path) not in str(caught.value)


async def test_a_unit_of_another_source_is_a_mistake_of_ours(tmp_path: Path):
    with pytest.raises(PermanentError, match="no file"):
        await CountFiles(tmp_path).daily(Unit("a", DatadogMetric("x")), DAYS)
