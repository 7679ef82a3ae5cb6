"""Spark answers as DuckDB does: every question that costbot asks, and the roll-up, side by side."""

import asyncio
import importlib.util
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bot import registry
from bot.assembly import assemble, parts
from bot.settings import Settings
from domain.errors import SettingsError, UserError
from domain.period import Period
from domain.ports import Question
from domain.query import CostQuery
from handlers.kinds import Actor, Context, Origin, Surface
from integrations import demo
from store.lake import DuckLake, catalog, spark
from store.lake.load import load
from store.lake.spark import SparkLake
from tests.peers.state import in_memory, state_of

there = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
needs_spark = pytest.mark.skipif(not there, reason="pyspark or Java is not there: make spark")

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ADA = Actor("slack", "U1", "Ada")
ROOM = Origin("slack", "C1", Surface.ROOM)
#: Two executors that are processes of their own, as on a cluster.
CLUSTER = "local-cluster[2,1,1024]"


@dataclass(frozen=True)
class Asked:
    question: Question
    columns: frozenset[str]
    days: tuple[Period, ...]


class Noted(DuckLake):
    """A lake that remembers what it is asked."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.asked: dict[Asked, list[dict[str, Any]]] = {}

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: CostQuery | None = None,
    ) -> list[dict[str, Any]]:
        rows = await super().run(question, columns, days)
        self.asked[Asked(question, columns, tuple(days))] = rows
        return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files, folder = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("lake")
    demo.write(files, NOW.date(), scale=0.02)
    load([files / "data"], folder, NOW)
    return folder


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[SparkLake]:
    lake = SparkLake(folder, CLUSTER)
    yield lake
    lake.close()


async def everything(folder: Path) -> Mapping[Asked, list[dict[str, Any]]]:
    """What all commands and all alerts ask, with DuckDB's answers."""
    lake = Noted(folder)
    router = assemble(Settings(data_dir=folder), lambda: NOW)
    memory = state_of(in_memory(NOW))
    use = replace(router.use, lake=lake, state=lambda: memory)
    router = replace(router, use=use)
    for command in registry.commands().values():
        for example in command.examples:
            await router.ask(example, ADA, ROOM)
    for kind in registry.alerts().values():
        if not kind.hourly:
            await kind.find(Context(ADA, ROOM, NOW, use))
    lake.close()
    return lake.asked


@needs_spark
@pytest.mark.timeout(600)
async def test_every_question_has_the_same_answer(folder: Path, cluster: SparkLake) -> None:
    asked = await everything(folder)
    assert len(asked) > 100
    room = asyncio.Semaphore(4)

    async def compare(one: Asked, ours: list[dict[str, Any]]) -> None:
        async with room:
            theirs = await cluster.run(one.question, one.columns, one.days)
        same(ours, theirs)

    await asyncio.gather(*(compare(one, rows) for one, rows in asked.items()))


def same(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    """The same keys, and values within a millionth; the order of rows is nobody's promise."""
    assert len(ours) == len(theirs)
    for mine, other in zip(ordered(ours), ordered(theirs), strict=True):
        assert mine.keys() == other.keys()
        for name, value in mine.items():
            if isinstance(value, (Decimal, float)):
                assert abs(Decimal(value) - Decimal(other[name])) <= abs(Decimal(value)) / 10**6
            else:
                assert value == other[name]


def ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def key(row: dict[str, Any]) -> str:
        numbers = (Decimal, float)
        return str({k: v for k, v in row.items() if not isinstance(v, numbers)}) + str(
            [round(v, 4) for v in row.values() if isinstance(v, numbers)]
        )

    return sorted(rows, key=key)


@needs_spark
@pytest.mark.timeout(300)
def test_the_roll_up_is_the_same(folder: Path, cluster: SparkLake, tmp_path: Path) -> None:
    cluster.warm()
    (newest,) = catalog.read(folder / "lake").bills[-1:]
    lines = [folder / "lake" / path for path in newest.lines]
    mine, theirs = folder / "lake" / newest.daily, tmp_path / "daily.parquet"
    spark.roll_up(cluster._session(), lines, theirs)
    assert not [*tmp_path.glob("*.parts")]
    con = duckdb.connect()
    for one, other in ((mine, theirs), (theirs, mine)):
        sql = f"SELECT * FROM '{one}' EXCEPT ALL SELECT * FROM '{other}'"
        assert con.execute(sql).fetchall() == []
    kinds = [con.execute(f"DESCRIBE SELECT * FROM '{one}'").fetchall() for one in (mine, theirs)]
    assert kinds[0] == kinds[1]


@needs_spark
@pytest.mark.timeout(300)
async def test_a_question_that_takes_too_long_is_stopped(folder: Path) -> None:
    slow = SparkLake(folder, "local[1]", deadline=0.01)

    def count(table: Any) -> Any:
        return table.count()

    days = [Period.month(2026, 10)]
    with pytest.raises(UserError, match="took too long"):
        await slow.run(count, frozenset({"charge_date"}), days)
    slow._deadline = 60.0
    assert await slow.run(count, frozenset({"charge_date"}), days), "the next one is answered"


@needs_spark
@pytest.mark.timeout(300)
async def test_a_bot_on_spark_answers(folder: Path) -> None:
    """Another master would be another session: one process has one."""
    router = assemble(Settings(data_dir=folder, engine="spark", spark_master=CLUSTER), lambda: NOW)
    answer = await router.ask("by service last month", ADA, ROOM)
    assert not answer.refused
    duck = await assemble(Settings(data_dir=folder), lambda: NOW).ask(
        "by service last month", ADA, ROOM
    )
    assert answer.table == duck.table


@pytest.mark.parametrize(
    ("absent", "said"), [("pyspark", "needs pyspark"), ("java", "needs Java 17")]
)
def test_what_is_missing_is_said_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: str, said: str
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    found = importlib.util.find_spec("json")
    monkeypatch.setattr(
        "store.lake.spark.importlib.util.find_spec",
        lambda _: None if absent == "pyspark" else found,
    )
    monkeypatch.setattr("store.lake.spark.shutil.which", lambda _: None)
    with pytest.raises(SettingsError, match=said):
        parts(Settings(data_dir=tmp_path, engine="spark"), lambda: NOW)
