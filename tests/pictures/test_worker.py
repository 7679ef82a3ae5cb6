"""The drawing process: what it may know, and what happens when it dies, hangs or rests."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.pictures import PictureError
from bot.pictures.worker import ROOT
from cards.pictures import EXAMPLES
from tests.pictures.drawers import DYING, ECHO, MUTE
from tests.pictures.drawers import worker as make_worker

CHART = EXAMPLES["bar services"]
OTHER = EXAMPLES["share"]


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.001)


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], check=False, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_the_bot_itself_never_loads_the_drawing_library() -> None:
    code = "import bot.pictures, sys; sys.exit('matplotlib' in sys.modules)"
    assert _python(code).returncode == 0


def test_the_drawing_process_loads_none_of_the_bot() -> None:
    code = (
        "import sys, cards.pictures.__main__ as m; from cards.pictures import *;"
        "draw(EXAMPLES['line']); print(*sys.modules)"
    )
    done = _python(code)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "matplotlib" in loaded
    assert not loaded & {"bot", "handlers", "store", "integrations", "aiohttp", "pandas", "duckdb"}
    assert "matplotlib.pyplot" not in done.stdout.split()


async def test_a_killed_process_is_replaced(tmp_path: Path) -> None:
    worker = make_worker(tmp_path, ECHO)
    await worker.draw(CHART)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert (await worker.draw(OTHER)).startswith(b"drawn")
    await worker.close()
    assert worker.pid is None


async def test_a_chart_that_kills_the_process_is_given_up_after_two_tries(tmp_path: Path) -> None:
    worker = make_worker(tmp_path, DYING)
    with pytest.raises(PictureError, match="died twice"):
        await worker.draw(CHART)
    assert worker.pid is None


async def test_a_chart_that_takes_for_ever_is_given_up_and_its_process_ends(tmp_path: Path) -> None:
    worker = make_worker(tmp_path, MUTE, timeout_seconds=0.2)
    drawing = asyncio.create_task(worker.draw(CHART))
    await _until(lambda: worker.pid is not None)
    pid = worker.pid or 0
    with pytest.raises(PictureError, match=r"0\.2 seconds"):
        await drawing
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_chart_that_cannot_be_drawn_spoils_nothing(tmp_path: Path) -> None:
    bad = (
        "import cards.pictures.__main__ as process\n"
        "process.draw = lambda chart: 1 / 0\n"
        "process.main()"
    )
    worker = make_worker(tmp_path, bad)
    for _ in range(2):
        with pytest.raises(PictureError, match="ZeroDivisionError"):
            await worker.draw(CHART)
    await worker.close()


async def test_too_many_charts_are_refused_at_once(tmp_path: Path) -> None:
    worker = make_worker(tmp_path, MUTE, most_waiting=2)
    waiting = [asyncio.create_task(worker.draw(CHART)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(PictureError, match="2 pictures wait"):
        await worker.draw(CHART)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await worker.close()


async def test_an_abandoned_chart_is_not_taken_for_the_next_one(tmp_path: Path) -> None:
    worker = make_worker(tmp_path, ECHO)
    lone = asyncio.create_task(worker.draw(CHART))
    await _until(lambda: worker.pid is not None)
    lone.cancel()
    await asyncio.gather(lone, return_exceptions=True)
    alone = await worker.draw(OTHER)
    assert alone == await worker.draw(OTHER) != await worker.draw(CHART)
    await worker.close()


async def test_an_idle_process_gives_its_memory_back(tmp_path: Path) -> None:
    worker = make_worker(tmp_path, ECHO, idle_seconds=0.01)
    await worker.draw(CHART)
    await _until(lambda: worker.pid is None)
    assert (await worker.draw(CHART)).startswith(b"drawn")
    await worker.close()


_KILLED_BOT = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.pictures.worker import Worker
from cards.pictures import EXAMPLES

async def main():
    worker = Worker(Path({folder!r}))
    await worker.draw(EXAMPLES["empty"])
    print(worker.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_the_process_ends_when_the_bot_is_killed(tmp_path: Path) -> None:
    done = _python(_KILLED_BOT.format(folder=str(tmp_path)))
    assert done.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while _runs(int(done.stdout)):
        assert time.monotonic() < deadline, "the drawing process is still there"
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_the_drawing_process_sees_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    code = (
        "import os, sys; sys.stdin.readline(); body = repr(dict(os.environ)).encode()\n"
        "sys.stdout.buffer.write(b'P' + len(body).to_bytes(4, 'big') + body); sys.stdout.flush()"
    )
    worker = make_worker(tmp_path, code)
    seen = await worker.draw(CHART)
    await worker.close()
    assert b"MPLCONFIGDIR" in seen
    assert b"xoxb" not in seen
