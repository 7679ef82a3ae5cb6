"""What is collected by itself: exports in S3, loaded by the bot that runs."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import parts
from bot.collecting import collecting
from bot.scheduler import Scheduler
from bot.settings import Settings
from domain.access import Access
from integrations.aws.exports import Bucket, Place
from store.lake import DuckLake
from store.state import Memory
from tests.collectors.bucket import BUCKET, Export
from tests.peers.aws.moto_server import MotoServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def export(aws: MotoServer) -> Export:
    return Export(aws.client("s3"))


def bot(tmp_path: Path, *addresses: str) -> tuple[Memory, Scheduler]:
    """The memory, and the scheduler with what is collected."""
    made = parts(Settings(data_dir=tmp_path, exports=addresses), lambda: NOW)
    made.memory.open()
    jobs = collecting(made.settings, made.memory)
    return made.memory, Scheduler(made.use, made.memory.findings, lambda: NOW, jobs)


async def test_new_bills_are_loaded_every_hour(export: Export, tmp_path: Path) -> None:
    export.deliver("2026-10", [{"BilledCost": "5"}])
    memory, scheduler = bot(tmp_path, export.uri)
    await scheduler.tick(NOW)
    assert [bill.total for bill in DuckLake(tmp_path).status().bills] == [Decimal(5)]
    found = await memory.collected.get(export.uri)
    assert found is not None
    assert found.said == "2026-10  111111111111  1 row  $5.00  loaded"
    assert (found.good_at, found.failure, found.doing) == (NOW, "", "")

    export.deliver("2026-10", [{"BilledCost": "6"}])
    await scheduler.tick(NOW + timedelta(minutes=10))
    assert [bill.total for bill in DuckLake(tmp_path).status().bills] == [Decimal(5)]
    await scheduler.tick(NOW + timedelta(hours=1))
    assert [bill.total for bill in DuckLake(tmp_path).status().bills] == [Decimal(6)]
    memory.close()


async def test_a_source_that_fails_is_known_since_when_and_why(
    export: Export, tmp_path: Path
) -> None:
    export.deliver("2026-10", [{"BilledCost": "5"}])
    memory, scheduler = bot(tmp_path, export.uri)
    await scheduler.tick(NOW)
    export.deliver("2026-11", [{"BilledCost": "a lot"}])
    for hour in (1, 2):
        await scheduler.tick(NOW + timedelta(hours=hour))
    found = await memory.collected.get(export.uri)
    assert found is not None
    assert found.good_at == NOW
    assert found.failed_since == NOW + timedelta(hours=1)
    assert "focus-00001.csv, line 2, column BilledCost: 'a lot' is not an amount" in found.failure
    export.deliver("2026-11", [{"BilledCost": "2"}])
    await scheduler.tick(NOW + timedelta(hours=3))
    assert (await memory.collected.listed())[0].failure == ""
    memory.close()


async def test_a_load_ends_with_the_bot(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM must not wait for it, and it must not go on alone."""
    pid = tmp_path / "pid"
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho $$ > {pid}\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    memory, scheduler = bot(tmp_path, export.uri)
    ticking = asyncio.create_task(scheduler.tick(NOW))
    while not (pid.exists() and pid.read_text().strip()):
        await asyncio.sleep(0.02)
    ticking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ticking
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    memory.close()


def test_bills_of_another_account_are_seen_through_its_role(aws: MotoServer) -> None:
    import boto3

    role = "arn:aws:iam::222222222222:role/costbot-read"
    keys: Any = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    theirs = boto3.client(
        "s3",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    Export(theirs).deliver("2026-10", [{"BilledCost": "5"}])
    owners = [one["Name"] for one in aws.client("s3").list_buckets()["Buckets"]]
    assert BUCKET not in owners, "it is not the bot's own"
    bucket = Bucket(Place.of(f"s3://{BUCKET}"), Access(role, "agreed"))
    assert len(bucket.listed()) == 2


def test_the_external_id_is_sent_and_never_shown(
    aws: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.client import BaseClient

    sent: list[Any] = []
    call = BaseClient._make_api_call

    def noted(self: BaseClient, name: str, asked: Any) -> Any:
        sent.append((name, asked))
        return call(self, name, asked)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    Export(aws.client("s3"))
    access = Access("arn:aws:iam::123456789012:role/costbot-read", "agreed-7f3")
    Bucket(Place.of(f"s3://{BUCKET}"), access).listed()
    taken = dict(sent)["AssumeRole"]
    assert (taken["RoleArn"], taken["ExternalId"]) == (access.role_arn, "agreed-7f3")
    assert "agreed-7f3" not in repr(access)
