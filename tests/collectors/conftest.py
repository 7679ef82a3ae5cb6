"""AWS as moto's server plays it, with an empty account for each test."""

from collections.abc import Iterator

import pytest

from tests.peers.aws import moto_server


@pytest.fixture(scope="session")
def moto() -> Iterator[moto_server.MotoServer]:
    with moto_server.running() as server:
        yield server


@pytest.fixture
def aws(moto: moto_server.MotoServer, monkeypatch: pytest.MonkeyPatch) -> moto_server.MotoServer:
    """The account, with boto3 led to it."""
    moto.reset()
    moto.lead(monkeypatch)
    return moto
