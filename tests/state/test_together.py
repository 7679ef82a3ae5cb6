"""Writes that share a commit: each has its own outcome, as if it had been alone."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select

from store.state import Database
from store.state.migrate import prepare
from store.state.schema import marks

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def adds(database: Database, key: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        connection.execute(database.insert(marks).values(key=key, until=NOW))
        return key

    return work


async def kept(database: Database) -> list[str]:
    return await database.read(lambda c: list(c.scalars(select(marks.c.key).order_by(marks.c.key))))


async def test_what_waits_together_is_committed_together(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'state.sqlite'}")
    await prepare(database)
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    keys = [f"k{number:02d}" for number in range(40)]
    done = await asyncio.gather(*(database.write(adds(database, key)) for key in keys))
    assert done == keys
    assert await kept(database) == keys
    assert len(commits) < 10
    database.close()


async def test_one_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'state.sqlite'}")
    await prepare(database)

    def fails(connection: Connection) -> None:
        connection.execute(database.insert(marks).values(key="half", until=None))

    def refuses(connection: Connection) -> None:
        adds(database, "undone")(connection)
        raise ValueError("no")

    works = (adds(database, "a"), refuses, adds(database, "b"), fails, adds(database, "c"))
    done = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert [type(one).__name__ for one in done] == [
        "str",
        "ValueError",
        "str",
        "IntegrityError",
        "str",
    ]
    assert await kept(database) == ["a", "b", "c"]
    database.close()


async def test_one_that_nobody_waits_for_any_more_is_left_out(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'state.sqlite'}")
    await prepare(database)
    first = asyncio.create_task(database.write(adds(database, "a")))
    given_up = asyncio.create_task(database.write(adds(database, "b")))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert await first == "a"
    assert set(await kept(database)) <= {"a", "b"}
    database.close()
