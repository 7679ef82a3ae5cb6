"""A disk that fills up: no half alert, deliveries go on, and everything resumes by itself."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from bench.chaos.alerts import ROOMS, alert
from bot.api import health
from bot.delivery import Delivery
from domain.ports import Sighting
from integrations.sim import Simulator
from store.state import Database, DiskFullError, FindingStore, Outbox
from store.state.ballast import Ballast
from store.state.migrate import prepare
from store.state.schema import findings, showings

SIZE_MB = 160
PLACES = ("slack:C1", "teams:19:a", "jira:OPS", "pagerduty", "datadog")


class NoBills:
    """A lake with one bill, as far as readiness asks."""

    def status(self) -> Any:
        return type("Status", (), {"bills": (1,), "last_day": "2026-11-24"})()


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of its own in memory; needs root."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "chaos", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        folder.rmdir()
        raise SystemExit("disk: skipped, for a disk of its own needs root (mount -t tmpfs)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)
        folder.rmdir()


def fill(folder: Path) -> Path:
    """Take every free byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 65536)
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 256)
    return filler


def scenario(_seed: int, _small: bool, mutate: str) -> dict[str, Any]:
    if mutate == "ballast":
        Ballast.drop = lambda self: False
    if mutate == "resume":
        Ballast.restore = lambda self: False
    with small_disk() as folder:
        return asyncio.run(_fill_and_free(folder))


async def _fill_and_free(folder: Path) -> dict[str, Any]:
    database = Database(f"sqlite:///{folder / 'state.sqlite'}")
    await prepare(database)
    store, outbox = FindingStore(database), Outbox(database)
    # Only what is reported before the disk is full has to arrive: nothing is delivered so far.
    told = [number for number in range(20) if await _reported(store, number)]
    await database.read(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())
    filler = await asyncio.to_thread(fill, folder)
    refused = 0
    for number in range(20, 4000):
        if not await _reported(store, number):
            refused += 1
            if refused == 20:
                break
        else:
            told.append(number)
    ready_when_full = await _ready(database)
    found, copies = await database.read(_counted)
    places = [Simulator(one.partition(":")[0]) for one in PLACES]
    delivery = Delivery(outbox, {one.scheme: one for one in places})
    with suppress(DiskFullError, SQLAlchemyError, TimeoutError):
        async with asyncio.timeout(120):
            await delivery.settle()
    shown_while_full = sum(len(one.shown) for one in places)
    filler.unlink()
    ready_again = await _ready(database)
    resumed = await _reported(store, 9999)
    with suppress(DiskFullError, SQLAlchemyError):
        await delivery.settle()
    shown = sum(len(one.shown) for one in places)
    sound = await database.read(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar())
    database.close()
    return {
        "disk_mb": SIZE_MB,
        "rooms": ROOMS,
        "accepted": len(told),
        "refused": refused,
        "findings": found,
        "copies": copies,
        "shown_while_full": shown_while_full,
        "ready_when_full": ready_when_full,
        "ready_again": ready_again,
        "checks": {
            "the disk was full": refused > 0,
            "no half alert": found == len(told) and copies == len(PLACES) * found,
            "deliveries went on": shown_while_full == len(PLACES) * len(told),
            "not ready meanwhile": ready_when_full == 503,
            "resumed without restart": resumed and ready_again == 200,
            "all shown in the end": shown == len(PLACES) * (len(told) + resumed),
            "database sound": sound == "ok",
        },
    }


async def _reported(store: FindingStore, number: int) -> bool:
    """Whether the alert was accepted."""
    found = alert(number)
    try:
        await store.report([Sighting(found, PLACES)], found.seen_at)
    except (DiskFullError, SQLAlchemyError):
        return False
    return True


def _counted(connection: Connection) -> tuple[int, int]:
    of_chaos = select(func.count()).select_from(findings)
    return connection.scalar(of_chaos) or 0, connection.scalar(
        select(func.count()).select_from(showings)
    ) or 0


async def _ready(database: Database) -> int:
    """What a look at /readyz answers."""
    app = web.Application()
    health.attach(app, NoBills(), database.has_room)  # type: ignore[arg-type]
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    from aiohttp import ClientSession

    try:
        async with (
            ClientSession() as session,
            session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/readyz") as answer,
        ):
            return answer.status
    finally:
        await runner.cleanup()


MUTATIONS = ("ballast", "resume")
