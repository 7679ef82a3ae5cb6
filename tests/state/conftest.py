"""What the tests of the state have in common."""

from collections.abc import AsyncIterator

import pytest

from store.state import Database
from store.state.migrate import prepare
from tests.state.stage import Clock, State


@pytest.fixture
async def state(database_url: str) -> AsyncIterator[State]:
    clock = Clock()
    database = Database(database_url, lambda: clock.at, lambda: clock.steady)
    await prepare(database)
    yield State(database, clock)
    database.close()
