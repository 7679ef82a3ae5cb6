"""A Jira and costbot's side of it; where the kind makes no difference a test sees Cloud."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import jira  # noqa: F401 - so that no attempt is slow because it imports it
import pytest

from integrations.jira import Jira
from tests.peers.jira import JiraPeer
from tests.peers.jira.peer import EMAIL, TOKEN

Make = Callable[..., Jira]


@pytest.fixture
async def peer() -> AsyncIterator[JiraPeer]:
    async with JiraPeer() as peer:
        yield peer


@pytest.fixture(params=["cloud", "data center"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[JiraPeer]:
    async with JiraPeer(cloud=request.param == "cloud") as peer:
        yield peer


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """A destination for a peer: each one is a process of its own, which knows nothing yet."""
    made: list[Jira] = []

    def make(peer: JiraPeer, **changes: Any) -> Jira:
        email = EMAIL if peer.cloud else ""
        made.append(Jira(changes.pop("url", peer.url), TOKEN, **({"email": email} | changes)))
        return made[-1]

    yield make
    for one in made:
        await one.close()
