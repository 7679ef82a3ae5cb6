"""The lake, asked: an Ibis question over the narrowest Parquet files that can answer it."""

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from domain.period import Period
from domain.ports import LakeStatus, Paid, Question, Vocabulary
from domain.query import CostQuery, Dimension
from store.lake.catalog import Catalog
from store.lake.compiling import TABLE, compiled
from store.lake.engine import connect, files_list
from store.lake.running import Running
from store.lake.snapshots import Snapshots, files_for, is_daily, schema_of

#: Nobody waits longer than this for an answer in a chat.
DEADLINE_SECONDS = 60.0
_TOO_LONG = "That took too long, so I stopped. Please ask for fewer days, or split by less."
_CLOSING = "I was restarted before I had the answer. Please ask again in a minute."


class DuckLake:
    """Fills `domain.ports.Lake` from the Parquet files under `data_dir`, whoever loads them."""

    def __init__(
        self,
        data_dir: Path,
        memory: str = "1GB",
        threads: int = 2,
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self._snapshots = Snapshots(data_dir)
        self.data_dir, self._folder = self._snapshots.data_dir, self._snapshots.folder
        self._memory, self._threads = memory, threads
        self._lock = threading.Lock()
        self._con: Any = None
        self._deadline = deadline
        self._asked: set[Running] = set()
        # Questions beyond these wait their turn: more at once would only slow each other down.
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="lake")

    def status(self) -> LakeStatus:
        return self._snapshots.newest().status()

    def vocabulary(self) -> Vocabulary:
        return self._snapshots.vocabulary()

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

    def lacks(self, query: CostQuery) -> frozenset[Dimension]:
        """An export has a column for everything."""
        return frozenset()

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

        daily = is_daily(columns)
        sql = compiled(question, daily, columns)
        while True:
            seen = self._snapshots.newest()
            try:
                asking = sql.replace(f'"{TABLE}"', self._relation(seen, daily, days))
                return asked.fetch(self._connection(), asking)
            except duckdb.IOException:
                # A load may have swept a file between our look at the catalog and our read.
                if self._snapshots.newest() is seen:
                    raise

    def _relation(self, seen: Catalog, daily: bool, days: Sequence[Period]) -> str:
        paths = [self._folder / path for path in files_for(seen, daily, days)]
        if not paths:
            kinds = schema_of(daily).items()
            empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in kinds)
            return f"(SELECT {empty} WHERE false)"
        return f"read_parquet({files_list(paths)}, hive_partitioning = false)"

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
