"""Worlds for the tests of routes: `here` in memory, `world` on each kind of database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.routes.world import World
from tests.routes.world import world as made


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with made(tmp_path, database_url) as one:
        yield one


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with made(tmp_path, "sqlite://") as one:
        yield one
