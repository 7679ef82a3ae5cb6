"""What tests of every folder may ask for: a database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    with postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; each test that asks runs once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.sqlite'}"
    server: postgres.Postgres = request.getfixturevalue("postgres_server")
    return server.database()
