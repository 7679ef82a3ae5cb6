"""One database, SQLite or PostgreSQL: transactions in threads, clocks, and a full disk survived."""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from domain.errors import SettingsError, UserError
from store.state.ballast import Ballast
from store.state.together import Together

log = logging.getLogger(__name__)
T = TypeVar("T")

BUSY_SECONDS = 30
POOL = 4
TRIES = 4
ADDRESSES = "COSTBOT_DATABASE_URL must begin with sqlite:/// or postgresql://."

Insert = sqlite.Insert | postgresql.Insert


class DiskFullError(UserError):
    """There is no room to remember anything new; what is remembered already is still delivered."""

    def __init__(self) -> None:
        super().__init__(
            "The disk of the bot is full, so nothing new can be recorded. Ask your admin to make "
            "room; what was recorded before is still being delivered."
        )


class Database:
    """Runs one function per transaction, outside of the event loop.

    `now` gives the moment when the database cannot: on PostgreSQL the server's clock counts, so
    that replicas agree; a test may set its own everywhere.
    """

    def __init__(
        self,
        url: str,
        now: Callable[[], datetime] | None = None,
        steady: Callable[[], float] | None = None,
    ) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError:
            raise SettingsError(ADDRESSES) from None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if not self.is_sqlite and self.url.get_backend_name() != "postgresql":
            raise SettingsError(ADDRESSES)
        self._now = now
        self._steady = steady
        self.engine = _sqlite_engine(self) if self.is_sqlite else _postgres_engine(self)
        # One transaction at a time in a SQLite file, or in memory, where there is one connection.
        self._turn = threading.Lock() if self.is_sqlite else nullcontext()
        self._threads = ThreadPoolExecutor(
            1 if self.is_sqlite else POOL, thread_name_prefix="state"
        )
        self._together = Together(self.transact, self._threads) if self.is_sqlite else None
        folder = self.file.parent if self.file else None
        self.ballast = Ballast(folder / "ballast") if folder else None

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database that has one."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @property
    def full(self) -> bool:
        """Whether only deliveries go on, because the disk was full when last written to."""
        return self.ballast is not None and self.ballast.dropped

    def has_room(self) -> bool:
        """Whether something new can be recorded; takes back what was given up when it can."""
        return self.ballast is None or not self.full or self.ballast.restore()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work` in a transaction that changes nothing."""
        return await self._run(work, {"read_only": True})

    async def write(self, work: Callable[[Connection], T], essential: bool = False) -> T:
        """The result of `work` in one transaction; it is done whole, or not at all.

        With a full disk only what is `essential` is tried; the rest raises DiskFullError.
        """
        if not essential and not self.has_room():
            raise DiskFullError
        try:
            return await self._write(work)
        except OperationalError as error:
            if not _is_full(error):
                raise
            if self.ballast is not None and self.ballast.drop():
                log.error("the disk is full: only what is recorded already is delivered")
                if essential:
                    return await self._write(work)
            raise DiskFullError from error

    async def _write(self, work: Callable[[Connection], T]) -> T:
        if self._together is not None:
            return await self._together.write(work)
        return await self._run(work, {})

    async def _run(self, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.transact, work, options)

    def transact(self, work: Callable[[Connection], T], options: dict[str, Any] | None = None) -> T:
        """One transaction in this thread; one that lost against another is simply done again."""
        for attempt in range(TRIES):
            try:
                with (
                    self._turn,
                    self.engine.connect().execution_options(**options or {}) as connection,
                    connection.begin(),
                ):
                    return work(connection)
            except DBAPIError as error:
                if not _lost(error) or attempt == TRIES - 1:
                    raise
            time.sleep(random.uniform(0.01, 0.1) * 2**attempt)  # noqa: S311 - spreads retries
        raise AssertionError("the last attempt returns or raises")

    def now(self, connection: Connection) -> datetime:
        """The moment, in UTC, by the clock that all replicas share."""
        if self._now is not None:
            return self._now()
        if self.is_sqlite:
            return datetime.now(UTC)
        return connection.execute(select(func.clock_timestamp())).scalar_one().astimezone(UTC)

    def lease_clock(self, connection: Connection) -> float:
        """Seconds of a clock that nobody sets: leases must not end because a clock was corrected.

        A SQLite file has one process, whose own steady clock counts; see `Outbox.take_over`.
        """
        if self._steady is not None:
            return self._steady()
        if self.is_sqlite:
            return time.monotonic()
        moment = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.timestamp()

    def alone(self, connection: Connection, name: str) -> None:
        """Wait until no other transaction is at work under this name; SQLite writes one by one."""
        if not self.is_sqlite:
            key = func.hashtextextended(name, 0)
            connection.execute(select(func.pg_advisory_xact_lock(key)))

    def insert(self, table: Any) -> Any:
        """An INSERT that knows ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def _sqlite_engine(database: Database) -> Engine:
    file = database.file
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    # One thread uses it, so one connection serves; in memory a second would be another database.
    pool: Any = QueuePool if file else StaticPool
    engine = create_engine(
        database.url,
        poolclass=pool,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        # A writer takes its turn at once: one that turns from reading to writing may lose.
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(database: Database) -> Engine:
    url = database.url.set(drivername="postgresql+psycopg")
    return create_engine(
        url,
        pool_size=POOL,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "application_name": "costbot"},
    )


def _is_full(error: DBAPIError) -> bool:
    """https://www.sqlite.org/rescode.html#full, and the I/O error of a write that found no room."""
    code = getattr(error.orig, "sqlite_errorname", "")
    return code in ("SQLITE_FULL", "SQLITE_IOERR_WRITE") or "disk is full" in str(error.orig)


def _lost(error: DBAPIError) -> bool:
    """https://www.postgresql.org/docs/current/errcodes-appendix.html: class 40."""
    return str(getattr(error.orig, "sqlstate", "") or "").startswith("40")
