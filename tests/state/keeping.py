"""A bot whose state is backed up and restored by the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.delivery import Delivery
from domain.delivery import Destination
from domain.finding import Finding, Severity
from domain.ports import Sighting
from store.state import Memory
from tests.integrations.findings import NOW

FOUND = Finding(
    kind="spike", key="ec2", title="EC2 costs more", severity=Severity.CRITICAL, seen_at=NOW
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line on this database: what it returns, says and complains about."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTBOT_DATABASE_URL", database_url)

    def run(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return run


async def working(url: str, *destinations: Destination, found: Finding | None = None) -> Memory:
    """What a bot does between its start and its end: record, and deliver until nothing is due."""
    memory = Memory(url)
    await memory.start()
    if found is not None:
        places = [one.scheme for one in destinations]
        await memory.findings.report([Sighting(found, places)], NOW)
    delivery = Delivery(memory.outbox, {one.scheme: one for one in destinations})
    await memory.outbox.take_over()
    await delivery.settle()
    return memory
