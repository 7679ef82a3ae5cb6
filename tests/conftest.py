"""What tests of every folder may ask for: a database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.peers import postgres

# The same examples in every run; `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile("same")


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
