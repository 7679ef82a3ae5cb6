"""A Datadog on this machine, the vendor's contracts, and the destination that talks to them."""

import importlib.util
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest

from integrations.datadog import Datadog
from tests.integrations.findings import NOW
from tests.peers.datadog import API_KEY, APP_KEY, DatadogPeer
from tests.shared import SHARED, contract


@pytest.fixture
async def peer() -> AsyncIterator[DatadogPeer]:
    async with DatadogPeer(NOW) as peer:
        yield peer
        assert peer.problems == []


@pytest.fixture
async def datadog(peer: DatadogPeer) -> AsyncIterator[Datadog]:
    datadog = Datadog(API_KEY, APP_KEY, peer.url, deadline_seconds=5)
    yield datadog
    await datadog.close()


@pytest.fixture
def obeys() -> Iterator[Callable[[str], Any]]:
    """A peer that knows a contract, by its file's name; every request has to obey it."""
    with ExitStack() as stack:

        def start(name: str) -> Any:
            contract(name)
            return stack.enter_context(_peers().ContractPeer(SHARED / "contracts" / name))

        yield start


@cache
def _peers() -> Any:
    path = SHARED / "contracts" / "contract_peer.py"
    found = importlib.util.spec_from_file_location("contract_peer", path)
    if found is None or found.loader is None or not path.is_file():
        pytest.skip(f"{path} is not there; COSTBOT_SHARED names another folder")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
