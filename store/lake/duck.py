"""The lake, asked: an Ibis question over the narrowest Parquet files that can answer it."""

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

from domain.errors import UserError
from domain.period import Period
from domain.ports import LakeStatus, Paid, Question, Vocabulary
from domain.query import CostQuery
from store.lake import catalog
from store.lake.catalog import Catalog
from store.lake.engine import connect, files_list
from store.lake.running import Running
from store.lake.schema import DAILY, LINES

#: Nobody waits longer than this for an answer in a chat.
DEADLINE_SECONDS = 60.0
_TOO_LONG = "That took too long, so I stopped. Please ask for fewer days, or split by less."
_CLOSING = "I was restarted before I had the answer. Please ask again in a minute."

#: Stands for the files in compiled SQL. A view would be bound twice for every question; a name of
#: 128 random bits cannot be written into a filter by anybody.
TABLE = f"charges_{token_hex(16)}"


class DuckLake:
    """Fills `domain.ports.Lake` from the Parquet files under `data_dir`, whoever loads them."""

    def __init__(
        self,
        data_dir: Path,
        memory: str = "1GB",
        threads: int = 2,
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self._folder = self.data_dir / catalog.FOLDER
        self._memory, self._threads = memory, threads
        self._lock = threading.Lock()
        self._seen: tuple[object, Catalog] = (None, Catalog())
        self._con: Any = None
        self._deadline = deadline
        self._asked: set[Running] = set()
        # Questions beyond these wait their turn: more at once would only slow each other down.
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="lake")

    def status(self) -> LakeStatus:
        return self._catalog().status()

    def vocabulary(self) -> Vocabulary:
        return self._catalog().vocabulary

    async def run(
        self,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
        query: CostQuery | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of `question`; see `domain.ports.Lake`. Too long a wait is a UserError."""
        loop, asked = asyncio.get_running_loop(), Running()
        self._asked.add(asked)
        work = loop.run_in_executor(self._workers, self._run, asked, question, columns, tuple(days))
        late = loop.call_later(self._deadline, _insist, loop, asked)
        try:
            return await work
        finally:
            late.cancel()
            # Whoever asked may have gone; then nobody needs the rest.
            asked.stop(_CLOSING)
            work.cancel()
            self._asked.discard(asked)

    def paid(self, query: CostQuery) -> Paid | None:
        """Asking the bill is free."""
        return None

    def warm(self) -> None:
        """Import and open what the first question needs, so that nobody waits for it."""
        compiled(_count, True, frozenset({"charge_date"}))
        self._connection()

    def close(self) -> None:
        """Stop what is being asked, and let go of the engine's memory."""
        asked = list(self._asked)
        for question in asked:
            question.stop(_CLOSING)
        while busy := [question for question in asked if question.busy]:
            for question in busy:
                question.stop(_CLOSING)
            time.sleep(0.01)
        with self._lock:
            if self._con is not None:
                self._con.close()
                self._con = None

    def _run(
        self,
        asked: Running,
        question: Question,
        columns: frozenset[str],
        days: Sequence[Period],
    ) -> list[dict[str, Any]]:
        import duckdb

        daily = columns <= DAILY.keys()
        sql, schema = compiled(question, daily, columns), DAILY if daily else LINES
        while True:
            seen = self._catalog()
            try:
                asking = sql.replace(f'"{TABLE}"', self._relation(seen, schema, days))
                return asked.fetch(self._connection(), asking)
            except duckdb.IOException:
                # A load may have swept a file between our look at the catalog and our read.
                if self._catalog() is seen:
                    raise

    def _relation(self, seen: Catalog, schema: dict[str, str], days: Sequence[Period]) -> str:
        if not seen.bills:
            raise UserError("No bill is loaded yet. Load one with: python -m bot load <file>")
        needed = [
            bill
            for bill in seen.bills
            if any(p.start <= bill.bill.last_day and bill.bill.first_day < p.end for p in days)
        ]
        files = ((b.daily,) if schema is DAILY else b.lines for b in needed)
        paths = [self._folder / path for paths in files for path in paths]
        if not paths:
            empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in schema.items())
            return f"(SELECT {empty} WHERE false)"
        return f"read_parquet({files_list(paths)}, hive_partitioning = false)"

    def _catalog(self) -> Catalog:
        """The committed catalog, read again when another one has taken its place."""
        with self._lock:
            try:
                state = (self._folder / catalog.FILE).stat()
                mark = (state.st_ino, state.st_mtime_ns, state.st_size)
            except FileNotFoundError:
                mark = None
            if mark != self._seen[0]:
                self._seen = (mark, catalog.read(self._folder))
            return self._seen[1]

    def _connection(self) -> Any:
        with self._lock:
            if self._con is None:
                spill = self._folder / "spill" / str(os.getpid())
                self._con = connect(self._folder, spill, memory=self._memory, threads=self._threads)
            return self._con


def _insist(loop: asyncio.AbstractEventLoop, asked: Running) -> None:
    """Stop it, and again until it has stopped: an interrupt that comes too early is lost."""
    asked.stop(_TOO_LONG)
    if asked.busy:
        loop.call_later(0.05, _insist, loop, asked)


def _count(table: Any) -> Any:
    return table.count()


@lru_cache(maxsize=512)
def compiled(question: Question, daily: bool, columns: frozenset[str]) -> str:
    """The question as DuckDB's SQL; it is compiled, not run, by Ibis, and equal ones once.

    The question sees `columns` and no others: fewer to bind, and a wrong list is noticed at once.
    """
    import ibis

    schema = DAILY if daily else LINES
    types = {name: ibis.dtype(_ibis_type(kind)) for name, kind in schema.items()}
    table = ibis.table(types, name=TABLE).select(*sorted(columns))
    return str(ibis.to_sql(question(table), dialect="duckdb"))


def _ibis_type(kind: str) -> str:
    named = {
        "VARCHAR": "string",
        "DOUBLE": "float64",
        "MAP(VARCHAR, VARCHAR)": "map<string, string>",
    }
    return named.get(kind, kind.lower())
