"""Backups: the whole state as one file, and back again; dealings with SQLite are here.

A backup may be made while the bot works. It is put back only where no bot runs.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, update
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import SettingsError
from store.state import dump, migrate
from store.state.database import Database
from store.state.lock import FileLock
from store.state.rows import behind
from store.state.schema import showings

_SQLITE = b"SQLite format 3\x00"
#: What belongs to a SQLite file besides itself.
_BESIDE = ("", "-wal", "-shm")


def shape(url: str) -> tuple[str | None, str]:
    """Bring the database to the newest shape: where it was (None for empty), where it is."""
    with _plainly(), _opened(url) as database:
        return database.transact(migrate.upgrade), migrate.head()


def backup(url: str, file: Path) -> None:
    """Write everything that is remembered to a new file. Raises SettingsError."""
    if file.exists():
        raise SettingsError(f"{file} is there already. Name a file that is not.")
    with _plainly():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(file.name + ".unfinished")
        unfinished.unlink(missing_ok=True)
        try:
            # What people said is in it: for nobody else's eyes, from its first byte on.
            unfinished.touch(mode=0o600)
            if dump.is_postgres(url):
                dump.write(url, unfinished)
                if _first_bytes(unfinished) != dump.MAGIC:
                    raise SettingsError("pg_dump says that it is done, and wrote no backup.")
            else:
                _copy(_file(url), unfinished)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)


def restore(url: str, file: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the database; where the SQLite file of before went.

    What waits to be shown was perhaps shown after the backup was made: it is marked as unsure, so
    that it is looked for before it is made. Raises SettingsError.
    """
    with _plainly():
        postgres, content = dump.is_postgres(url), _first_bytes(file)
        if content not in (_SQLITE, dump.MAGIC):
            raise SettingsError(f"{file} is no backup of costbot's.")
        if postgres != (content == dump.MAGIC):
            here, there = ("PostgreSQL", "SQLite") if postgres else ("SQLite", "PostgreSQL")
            raise SettingsError(
                f"{file} is a backup of {there}, and COSTBOT_DATABASE_URL names {here}."
            )
        if postgres:
            dump.read(url, file, migrate.head())
            with _opened(url) as database:
                _settle(database, now)
            return None
        return _put_back(_file(url), file, now)


def _settle(database: Database, now: datetime) -> None:
    """What was put back gets the newest shape, and says what nobody knows."""

    def work(connection: Connection) -> None:
        migrate.upgrade(connection)
        mark_unsure(connection, now)

    database.transact(work)


def mark_unsure(connection: Connection, now: datetime) -> None:
    """Nobody knows what became of what was waiting when the backup was made, until now."""
    unsure = func.coalesce(showings.c.unsure_at, showings.c.wanted_at)
    marked = update(showings).where(behind()).values(unsure_at=unsure, unsure_until=now)
    connection.execute(marked)


def _put_back(database: Path, file: Path, now: datetime) -> Path | None:
    lock = FileLock(database)
    lock.take()
    try:
        fresh = database.with_name(database.name + ".restoring")
        for one in _beside(fresh):
            one.unlink(missing_ok=True)
        try:
            _copy(file, fresh)
            with _opened(f"sqlite:///{fresh}") as copy:
                _settle(copy, now)
            return _exchange(database, fresh, now)
        finally:
            for one in _beside(fresh):
                one.unlink(missing_ok=True)
    finally:
        lock.release()


def _exchange(database: Path, fresh: Path, now: datetime) -> Path | None:
    """The fresh file in the place of the other, whose log must never meet it."""
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S}")
    found = database.exists()
    for one, aside in zip(_beside(database), _beside(kept), strict=True):
        if one.exists():
            one.replace(aside)
    fresh.replace(database)
    return kept if found else None


def _copy(source: Path, target: Path) -> None:
    """A whole and sound copy of a database of ours, taken in one moment."""
    if not source.is_file():
        raise SettingsError(f"There is nothing to copy: {source} does not exist.")
    # Not read-only: the log of a database that was not closed has to be read.
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as opened:
        opened.execute("VACUUM INTO ?", (str(target),))
    with closing(sqlite3.connect(target)) as made:
        (said,) = made.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise SettingsError(f"{source} is damaged: {said}")
        tables = {name for (name,) in made.execute("SELECT name FROM sqlite_master")}
        if not {"alembic_version", showings.name} <= tables:
            raise SettingsError(f"{source} is no database of costbot's.")
    target.chmod(0o600)


def _file(url: str) -> Path:
    with _opened(url) as database:
        if database.file is None:
            raise SettingsError("A database in memory is not backed up.")
        return database.file


def _beside(file: Path) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + suffix) for suffix in _BESIDE)


def _first_bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        content = opened.read(len(_SQLITE))
    return dump.MAGIC if content.startswith(dump.MAGIC) else content


@contextmanager
def _opened(url: str) -> Generator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _plainly() -> Generator[None]:
    """One clear line for whatever a disk or a database has to say, without its address."""
    try:
        yield
    except OSError as error:
        raise SettingsError(f"{error.filename or 'The disk'}: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise SettingsError(f"The database cannot be used: {error}.") from error
    except SQLAlchemyError as error:
        reason: Any = getattr(error, "orig", None) or type(error).__name__
        raise SettingsError(f"The database cannot be used: {_first_line(reason)}") from None


def _first_line(reason: object) -> str:
    return (str(reason).strip().splitlines() or ["no reason given"])[0]
