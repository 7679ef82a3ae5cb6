"""The lake at Athena: the same questions, over copies of the same files in S3.

docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
Two tables lie over two folders; which of their files count is said in each question by their paths,
so that an answer is of one snapshot, whatever is being copied meanwhile.
"""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.errors import UserError
from domain.money import Money
from domain.period import Period
from domain.ports import LakeStatus, Paid, Question, Vocabulary
from domain.query import CostQuery, Dimension
from store.lake.catalog import Catalog
from store.lake.compiling import TABLE, compiled
from store.lake.schema import DAILY, LINES
from store.lake.snapshots import Snapshots, files_for, is_daily

DEADLINE_SECONDS = 120.0
_TOO_LONG = "That took too long, so I stopped. Please ask for fewer days, or split by less."
AT_ONCE = 4
#: Dollars for a terabyte that is read, and the least that a question counts as.
PER_TB, LEAST_BYTES = Decimal(5), 10_000_000
_REMEMBERED = 200
Ask = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Where:
    """`location` is the s3:// folder of the copies; the workgroup says where results go."""

    database: str
    workgroup: str
    location: str


class AthenaLake:
    """Fills `domain.ports.Lake`; `connect` makes a client of Athena for each thread's use."""

    def __init__(
        self,
        data_dir: Path,
        where: Where,
        connect: Callable[[], Any],
        now: Callable[[], datetime],
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self._snapshots = Snapshots(data_dir)
        self._where, self._connect, self._now = where, connect, now
        self._deadline = deadline
        self._lock = threading.Lock()
        self._athena: Any = None
        self._paid: dict[CostQuery, Paid] = {}
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="athena")

    def status(self) -> LakeStatus:
        return self._snapshots.newest().status()

    def vocabulary(self) -> Vocabulary:
        return self._snapshots.vocabulary()

    def warm(self) -> None:
        """Connect now; nothing is sent."""
        self._connected()

    def close(self) -> None:
        self._workers.shutdown(wait=False, cancel_futures=True)

    def lacks(self, query: CostQuery) -> frozenset[Dimension]:
        """An export has a column for everything."""
        return frozenset()

    def paid(self, query: CostQuery) -> Paid | None:
        """What reading cost, by the bytes that Athena says it read."""
        return self._paid.get(replace(query, limit=None))

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: CostQuery | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of `question`; see `domain.ports.Lake`. Too long a wait is a UserError."""
        sql = self.sql(question, columns, days)
        loop = asyncio.get_running_loop()
        rows, read = await loop.run_in_executor(self._workers, self._answer, sql)
        if query is not None:
            self._remember(query, read)
        return rows

    def sql(self, question: Question, columns: frozenset[str], days: Sequence[Period]) -> str:
        """What is sent: the question over the files of the newest snapshot."""
        daily = is_daily(columns)
        seen = self._snapshots.newest()
        paths = files_for(seen, daily, days)
        asked = compiled(question, daily, columns, "athena")
        return asked.replace(f'"{TABLE}"', self._relation(daily, paths))

    def _relation(self, daily: bool, paths: Sequence[str]) -> str:
        table = f'"{self._where.database}"."{"daily" if daily else "lines"}"'
        if not paths:
            return f"(SELECT * FROM {table} WHERE false)"
        files = ", ".join(f"'{address(self._where.location, path)}'" for path in paths)
        return f'(SELECT * FROM {table} WHERE "$path" IN ({files}))'

    def _answer(self, sql: str) -> tuple[list[dict[str, Any]], int]:
        athena = self._connected()
        began = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self._where.database},
            WorkGroup=self._where.workgroup,
        )
        read = self._waited(athena, began["QueryExecutionId"])
        return list(_rows(athena, began["QueryExecutionId"])), read

    def _waited(self, athena: Any, key: str) -> int:
        """How many bytes it read; longer looks apart each time, so that many do not crowd."""
        until, pause = time.monotonic() + self._deadline, 0.1
        while True:
            told = athena.get_query_execution(QueryExecutionId=key)["QueryExecution"]
            state = told["Status"]["State"]
            if state == "SUCCEEDED":
                return int(told.get("Statistics", {}).get("DataScannedInBytes", 0))
            if state in ("FAILED", "CANCELLED"):
                why = " ".join(str(told["Status"].get("StateChangeReason", state)).split())[:200]
                raise UserError(f"Athena did not answer: {why}")
            if time.monotonic() > until:
                athena.stop_query_execution(QueryExecutionId=key)
                raise UserError(_TOO_LONG)
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(pause * 1.5, 2.0)

    def _remember(self, query: CostQuery, read: int) -> None:
        while len(self._paid) >= _REMEMBERED:
            self._paid.pop(next(iter(self._paid)))
        fee = max(read, LEAST_BYTES) * PER_TB / 10**12
        source = f"Athena, {read / 10**6:,.1f} MB read"
        self._paid[replace(query, limit=None)] = Paid(source, self._now(), Money(fee, "USD"))

    def _connected(self) -> Any:
        with self._lock:
            if self._athena is None:
                self._athena = self._connect()
            return self._athena


def address(location: str, path: str) -> str:
    """Where the copy of a file of the lake lies."""
    return f"{location.rstrip('/')}/{path}"


def copies(seen: Catalog) -> Iterator[str]:
    """The files of a snapshot that have to be there, below the lake's folder."""
    for bill in seen.bills:
        yield from (*bill.lines, bill.daily)


def tables(where: Where) -> str:
    """The statements that make both tables, once."""
    return "\n\n".join(
        f"CREATE EXTERNAL TABLE `{where.database}`.`{name}` (\n"
        + ",\n".join(f"  `{column}` {_kind(kind)}" for column, kind in schema.items())
        + f"\n)\nSTORED AS PARQUET\nLOCATION '{where.location.rstrip('/')}/{name}/';"
        for name, schema in (("lines", LINES), ("daily", DAILY))
    )


def _kind(kind: str) -> str:
    named = {
        "VARCHAR": "string",
        "MAP(VARCHAR, VARCHAR)": "map<string,string>",
    }
    return named.get(kind, kind.lower())


def _rows(athena: Any, key: str) -> Iterator[dict[str, Any]]:
    """The rows of all pages; the first one of the first page holds the names."""
    asked: dict[str, Any] = {"QueryExecutionId": key}
    first = True
    while True:
        page = athena.get_query_results(**asked)
        result = page["ResultSet"]
        columns = result["ResultSetMetadata"]["ColumnInfo"]
        for row in result["Rows"][1 if first else 0 :]:
            cells = [cell.get("VarCharValue") for cell in row["Data"]]
            yield {
                column["Name"]: _value(column["Type"], cell)
                for column, cell in zip(columns, cells, strict=True)
            }
        first = False
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]


_READ: Mapping[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": lambda text: datetime.fromisoformat(text).replace(tzinfo=None),
    "timestamp with time zone": lambda text: datetime.fromisoformat(
        text.removesuffix(" UTC")
    ).replace(tzinfo=None),
    "tinyint": int,
    "smallint": int,
    "integer": int,
    "bigint": int,
    "float": float,
    "double": float,
    "boolean": lambda text: text == "true",
}


def _value(kind: str, text: str | None) -> Any:
    """Athena writes every value as text."""
    if text is None:
        return None
    return _READ.get(kind.partition("(")[0], str)(text)
