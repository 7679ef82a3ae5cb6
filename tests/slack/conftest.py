"""The stage for each walk: over HTTP, or over both HTTP and Socket Mode."""

from collections.abc import AsyncIterator

import pytest

from tests.slack.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        yield made


@pytest.fixture(params=["http", "socket mode"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """The same walk over both ways in."""
    async with staged(socket=request.param == "socket mode") as made:
        yield made
