"""Athena is sent the same questions: its SQL means what DuckDB's does, and its answers are read."""

import json
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from bot.__main__ import main
from bot.assembly import assemble
from bot.athena import where
from bot.settings import Settings
from cards import text
from domain.errors import SettingsError, UserError
from domain.period import Period
from handlers import asking
from integrations import demo
from store.lake import athena, catalog
from store.lake.athena import AthenaLake, Where, tables
from store.lake.load import load
from tests.engines.test_spark import ADA, NOW, ROOM, everything, same
from tests.lake.bills import write_csv
from tests.peers.aws.moto_server import MotoServer, running

SETTING = "billing/costs@s3://example-lake/copies"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files, folder = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("lake")
    demo.write(files, NOW.date(), scale=0.01)
    load([files / "data"], folder, NOW)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[MotoServer]:
    with running() as server:
        yield server


@pytest.fixture
def aws(server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> MotoServer:
    server.reset()
    server.lead(monkeypatch)
    server.client("athena").create_work_group(
        Name="billing",
        Configuration={"ResultConfiguration": {"OutputLocation": "s3://example-lake/results/"}},
    )
    return server


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, engine="athena", athena=SETTING)


def lake_of(folder: Path, aws: MotoServer | None = None) -> AthenaLake:
    def connect() -> Any:
        assert aws is not None
        return aws.client("athena")

    return AthenaLake(folder, where(settings(folder)), connect, lambda: NOW)


def as_athena_would(folder: Path, sql: str) -> list[dict[str, Any]]:
    """Athena's SQL, translated and run over the files that the paths in it name."""
    lake, con = folder / catalog.FOLDER, duckdb.connect()
    con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA costs")
    for table in ("lines", "daily"):
        con.execute(
            f"""CREATE VIEW costs.{table} AS SELECT * EXCLUDE filename,
            replace(filename, '{lake}/', 's3://example-lake/copies/') AS "$path"
            FROM read_parquet('{lake}/{table}/**/*.parquet', filename = true)"""
        )
    (translated,) = sqlglot.transpile(sql, read="athena", write="duckdb")
    found = con.execute(translated)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.timeout(300)
async def test_every_question_is_sent_in_words_that_mean_the_same(folder: Path) -> None:
    lake = lake_of(folder)
    asked = await everything(folder)
    assert len(asked) > 100
    for one, rows in asked.items():
        sql = lake.sql(one.question, one.columns, one.days)
        same(rows, [_plain(row) for row in as_athena_would(folder, sql)])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Weeks and months are moments in one dialect and days in the other."""
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def test_only_files_of_the_snapshot_are_read(folder: Path) -> None:
    days = [Period.month(2026, 10)]
    sql = lake_of(folder).sql(_count, frozenset({"tags"}), days)
    october = [b for b in catalog.read(folder / "lake").bills if b.bill.period == days[0]]
    for path in october[0].lines:
        assert f"'s3://example-lake/copies/{path}'" in sql
    assert sql.count("s3://") == len(october[0].lines)
    none = lake_of(folder).sql(_count, frozenset({"tags"}), [Period.month(2001, 1)])
    assert as_athena_would(folder, none) == [{"CountStar()": 0}]


def _count(table: Any) -> Any:
    return table.count()


def recorded(aws: MotoServer, rows: Sequence[dict[str, Any]]) -> None:
    """The next answer, as Athena writes it: everything is text, the first row are the names."""
    names = list(rows[0])
    cells: list[list[str | None]] = [list(names)]
    cells += [[None if v is None else str(v) for v in row.values()] for row in rows]
    kinds = {Decimal: "decimal", date: "date", datetime: "timestamp", int: "bigint", str: "varchar"}
    info = []
    for name in names:
        value = next((row[name] for row in rows if row[name] is not None), "")
        info.append({"Name": name, "Type": kinds[type(value)]})
    data = [{"Data": [{} if c is None else {"VarCharValue": c} for c in row]} for row in cells]
    body = {"results": [{"rows": data, "column_info": info}]}
    request = urllib.request.Request(
        f"{aws.url}/moto-api/static/athena/query-results",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request).close()


async def test_an_answer_of_athena_is_the_bill_s(folder: Path, aws: MotoServer) -> None:
    from tests.engines.test_spark import Noted

    duck = Noted(folder)
    last = duck.status().last_day
    assert last is not None
    query = _by_service(last)
    table = await asking.ask(duck, query)
    recorded(aws, next(iter(duck.asked.values())))
    assert await asking.ask(lake_of(folder, aws), query) == table


def _by_service(last: date) -> Any:
    from domain.query import CostQuery, Dimension

    month = Period.month(last.year, last.month)
    return CostQuery(month, group_by=(Dimension("service"), Dimension("day")))


async def test_the_small_print_says_what_was_read(folder: Path, aws: MotoServer) -> None:
    recorded(aws, [{"g0": "Amazon EC2", "cost": Decimal("12.5")}])
    router = assemble(settings(folder), lambda: NOW)
    answer = await router.ask("by service yesterday", ADA, ROOM)
    said = " ".join(text.render(answer.card, width=200).split())
    assert "Source: Athena, " in said
    assert "< $0.01 AWS API fees" in said


class Slow:
    """Athena that never ends."""

    def __init__(self, state: str = "RUNNING", why: str = "") -> None:
        self.state, self.why, self.stopped = state, why, False

    def start_query_execution(self, **_: object) -> dict[str, str]:
        return {"QueryExecutionId": "q"}

    def get_query_execution(self, **_: object) -> dict[str, Any]:
        return {"QueryExecution": {"Status": {"State": self.state, "StateChangeReason": self.why}}}

    def stop_query_execution(self, **_: object) -> None:
        self.stopped = True


async def test_what_takes_too_long_is_stopped_at_athena(folder: Path) -> None:
    slow = Slow()
    lake = AthenaLake(folder, Where("costs", "b", "s3://x"), lambda: slow, lambda: NOW, 0.0)
    with pytest.raises(UserError, match="took too long"):
        await lake.run(_count, frozenset({"tags"}), [Period.month(2026, 10)])
    assert slow.stopped


async def test_why_athena_refuses_is_told(folder: Path) -> None:
    failed = Slow("FAILED", "TABLE_NOT_FOUND: line 1:15:\n Table costs.lines does not exist")
    lake = AthenaLake(folder, Where("costs", "b", "s3://x"), lambda: failed, lambda: NOW)
    with pytest.raises(UserError, match=r"Table costs\.lines does not exist"):
        await lake.run(_count, frozenset({"tags"}), [Period.month(2026, 10)])


def test_a_load_copies_what_athena_reads_and_nothing_twice(
    tmp_path: Path,
    aws: MotoServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="example-lake")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COSTBOT_ENGINE", "athena")
    monkeypatch.setenv("COSTBOT_ATHENA", SETTING)
    bill = write_csv(tmp_path / "oct.csv", [{"BilledCost": "5"}])
    assert main(["load", str(bill)]) == 0
    assert "copying 2 files for Athena" in capsys.readouterr().err
    keys = {one["Key"] for one in s3.list_objects_v2(Bucket="example-lake")["Contents"]}
    (stored,) = catalog.read(tmp_path / "lake").bills
    assert keys == {f"copies/{path}" for path in (*stored.lines, stored.daily)}
    assert main(["load", str(bill)]) == 0
    assert "copying" not in capsys.readouterr().err


def test_the_tables_have_the_lake_s_columns(folder: Path) -> None:
    made = tables(Where("costs", "billing", "s3://example-lake/copies"))
    lines, daily = made.split("\n\n")
    assert "LOCATION 's3://example-lake/copies/lines/'" in lines
    assert "LOCATION 's3://example-lake/copies/daily/'" in daily
    assert "`tags` map<string,string>" in lines
    assert "`net_amortised_cost` decimal(28,12)" in daily
    for statement in made.split(";"):
        if statement.strip():
            sqlglot.parse_one(statement, read="hive")


def test_the_page_has_the_tables() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scale.md").read_text()
    assert tables(Where("costbot", "primary", "s3://my-bucket/costbot")) in page


def test_without_its_setting_the_start_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="COSTBOT_ATHENA=workgroup/database@s3"):
        Settings(data_dir=tmp_path, engine="athena")


def test_each_text_is_read_as_its_type() -> None:
    read = athena._value
    assert read("decimal(38,12)", "1.50") == Decimal("1.50")
    assert read("timestamp", "2026-10-12 00:00:00.000") == datetime(2026, 10, 12)
    assert read("timestamp with time zone", "2026-10-12 00:00:00.000 UTC") == datetime(2026, 10, 12)
    assert read("boolean", "true") is True
    assert read("varchar", None) is None
