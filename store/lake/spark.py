"""The lake on Spark: the same questions over the same files, for bills that outgrow one machine.

The folder of the lake must be reachable under the same path by Spark's executors: on one machine it
is; on a cluster it lies on a shared file system.
"""

import asyncio
import importlib
import importlib.util
import os
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from domain.errors import SettingsError, UserError
from domain.period import Period
from domain.ports import LakeStatus, Paid, Question, Vocabulary
from domain.query import CostQuery, Dimension
from store.lake.compiling import rollup, types
from store.lake.schema import LINES
from store.lake.snapshots import Snapshots, files_for, is_daily, schema_of

#: A cluster may have to start executors first.
DEADLINE_SECONDS = 120.0
_TOO_LONG = "That took too long, so I stopped. Please ask for fewer days, or split by less."
#: Questions at once; Spark itself splits each among its executors.
AT_ONCE = 4
_CONFIG = {
    "spark.app.name": "costbot",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # Bills are small beside what Spark is made for: 200 tasks for a sum take longer than the sum.
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # What an engine may lose of DECIMAL(38) is said, not rounded away.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
}


def refuse_missing() -> None:
    """SettingsError where Spark cannot be had, with what to install."""
    if importlib.util.find_spec("pyspark") is None:
        raise SettingsError(
            "COSTBOT_ENGINE=spark needs pyspark: pip install -r requirements/spark.txt"
        )
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise SettingsError("COSTBOT_ENGINE=spark needs Java 17 or newer: install it on the path")


class SparkLake:
    """Fills `domain.ports.Lake` as `DuckLake` does; the session starts with the first question."""

    def __init__(
        self, data_dir: Path, master: str = "local[*]", deadline: float = DEADLINE_SECONDS
    ) -> None:
        self._snapshots = Snapshots(data_dir)
        self.data_dir = self._snapshots.data_dir
        self._master, self._deadline = master, deadline
        self._lock = threading.Lock()
        self._spark: Any = None
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="spark")

    def status(self) -> LakeStatus:
        return self._snapshots.newest().status()

    def vocabulary(self) -> Vocabulary:
        return self._snapshots.vocabulary()

    def lacks(self, query: CostQuery) -> frozenset[Dimension]:
        """An export has a column for everything."""
        return frozenset()

    def paid(self, query: CostQuery) -> Paid | None:
        """What a cluster costs is not known here."""
        return None

    def warm(self) -> None:
        """Start the session now: that takes seconds."""
        self._session()

    def close(self) -> None:
        """Stop what is being asked, and the session."""
        with self._lock:
            if self._spark is not None:
                self._spark.sparkContext.cancelAllJobs()
                self._spark.stop()
                self._spark = None
        self._workers.shutdown(wait=True, cancel_futures=True)

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: CostQuery | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of `question`; see `domain.ports.Lake`. Too long a wait is a UserError."""
        group = f"costbot-{token_hex(8)}"
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._workers, self._run, group, question, columns, tuple(days))
        try:
            async with asyncio.timeout(self._deadline):
                return await asyncio.shield(work)
        except TimeoutError:
            raise UserError(_TOO_LONG) from None
        finally:
            if not work.done():
                work.add_done_callback(_looked_at)
                await asyncio.to_thread(self._cancel, group)

    def _run(
        self, group: str, question: Question, columns: frozenset[str], days: Sequence[Period]
    ) -> list[dict[str, Any]]:
        daily = is_daily(columns)
        paths = files_for(self._snapshots.newest(), daily, days)
        spark = self._session()
        spark.sparkContext.setJobGroup(group, "a question", interruptOnCancel=True)
        view = f"charges_{token_hex(16)}"
        self._read(spark, paths, daily).createOrReplaceTempView(view)
        try:
            return _asked(spark, question, view, columns)
        finally:
            spark.catalog.dropTempView(view)

    def _read(self, spark: Any, paths: Sequence[str], daily: bool) -> Any:
        schema = ", ".join(f"{name} {_kind(kind)}" for name, kind in schema_of(daily).items())
        if not paths:
            return spark.createDataFrame([], schema)
        files = [(self._snapshots.folder / path).as_uri() for path in paths]
        return spark.read.schema(schema).parquet(*files)

    def _session(self) -> Any:
        with self._lock:
            if self._spark is None:
                self._spark = session(self._master)
            return self._spark

    def _cancel(self, group: str) -> None:
        with self._lock:
            if self._spark is not None:
                self._spark.sparkContext.cancelJobGroup(group)


def session(master: str) -> Any:
    """A Spark session for bills: UTC, and errors instead of silent nulls."""
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # An extra that most installations do without; imported by name, so that checks do, too.
    # Ibis reads options of its Spark dialect that are there once its backend was loaded.
    _ = importlib.import_module("ibis").pyspark
    builder: Any = importlib.import_module("pyspark.sql").SparkSession.builder.master(master)
    for name, value in _CONFIG.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def roll_up(spark: Any, lines: Sequence[Path], daily: Path) -> None:
    """Write the daily sums of a bill's `lines` to the Parquet file `daily`."""
    schema = ", ".join(f"{name} {_kind(kind)}" for name, kind in LINES.items())
    view = f"lines_{token_hex(16)}"
    files = [path.resolve().as_uri() for path in lines]
    spark.read.schema(schema).parquet(*files).createOrReplaceTempView(view)
    try:
        sums = _frame(spark, rollup(_table(view)))
        # Spark writes a folder of parts; a bill's days are one file.
        parts = daily.with_suffix(".parts")
        ordered = sums.orderBy("charge_date", "service_name").coalesce(1)
        ordered.write.mode("overwrite").option("compression", "zstd").parquet(parts.as_uri())
        (part,) = parts.glob("part-*.parquet")
        part.replace(daily)
        shutil.rmtree(parts)
    finally:
        spark.catalog.dropTempView(view)


def _asked(
    spark: Any, question: Question, view: str, columns: frozenset[str]
) -> list[dict[str, Any]]:
    table = _table(view, is_daily(columns)).select(*sorted(columns))
    rows = _frame(spark, question(table)).toArrow().to_pylist()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    """Moments in UTC that do not say so, as everywhere in the lake."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _table(view: str, daily: bool = False) -> Any:
    import ibis

    return ibis.table(types(schema_of(daily)), name=view)


def _frame(spark: Any, expression: Any) -> Any:
    import ibis

    return spark.sql(str(ibis.to_sql(expression, dialect="pyspark")))


def _kind(kind: str) -> str:
    """A column's type in Spark's words; the lake's moments are UTC without saying so."""
    named = {
        "VARCHAR": "STRING",
        "MAP(VARCHAR, VARCHAR)": "MAP<STRING, STRING>",
        "TIMESTAMP": "TIMESTAMP_NTZ",
    }
    return named.get(kind, kind)


def _looked_at(work: asyncio.Future[Any]) -> None:
    """Nobody waits for it any more: what ended it was our own cancel."""
    if not work.cancelled():
        work.exception()
