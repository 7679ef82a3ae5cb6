"""A DynamoDB of each kind, and lakes to publish from."""

from collections.abc import Iterator

import pytest

from tests.peers.aws import dynalite_server, moto_server
from tests.peers.aws.moto_server import MotoServer


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    with moto_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def dynalite() -> Iterator[MotoServer]:
    with dynalite_server.running() as server:
        yield server


@pytest.fixture(params=["moto", "dynalite"])
def dynamo(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MotoServer:
    """An empty account, with boto3 led to it; each test that asks runs once on each."""
    server: MotoServer = request.getfixturevalue(request.param)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    client = server.client("dynamodb")
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(
            TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 10}
        )
    return server
