"""Bots as processes: started, killed without warning, started again.

Each is forked from a process that has only imported the code: importing takes longer than a bot
lives here, and has nothing to do with what is tried.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench.chaos.worker import Ways

ROOT = Path(__file__).parents[2]


class Bot:
    """One replica, in a folder of its own."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str], ways: Ways) -> None:
        self.name = name
        self.folder = folder
        self.log = folder / f"{name}.log"
        self._settings = settings
        self._ways = ways
        self._parent: asyncio.subprocess.Process | None = None
        self._pid = 0

    async def start(self) -> None:
        """Returns as soon as the process runs, long before it is ready."""
        if self._parent is None:
            await self._prepare()
        self._pid = int(await self._say("start"))

    async def kill(self) -> None:
        if self._pid:
            await self._say("kill")
            self._pid = 0

    async def terminate(self) -> tuple[int, float]:
        """Ask it to stop; its exit code and how many seconds that took."""
        began = time.monotonic()
        code = int(await self._say("term"))
        self._pid = 0
        return code, time.monotonic() - began

    async def close(self) -> None:
        await self.kill()
        if self._parent is not None:
            self._parent.kill()
            await self._parent.wait()

    async def _prepare(self) -> None:
        data = self.folder / self.name
        data.mkdir(exist_ok=True)
        environment = {
            "COSTBOT_DATA_DIR": str(data),
            "COSTBOT_BIND": "127.0.0.1:0",
            "PYTHONPATH": str(ROOT),
        }
        with self.log.open("ab") as log:
            self._parent = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bench.chaos.worker",
                self._ways.written(),
                cwd=self.folder,
                env={**os.environ, **environment, **self._settings},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        await self._answer()

    async def _say(self, word: str) -> str:
        assert self._parent is not None and self._parent.stdin is not None
        self._parent.stdin.write(f"{word}\n".encode())
        return await self._answer()

    async def _answer(self) -> str:
        assert self._parent is not None and self._parent.stdout is not None
        return (await self._parent.stdout.readline()).decode().strip()

    def cpu(self) -> float:
        """Seconds of processor time of the process that runs now."""
        if not self._pid:
            return 0.0
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def errors(self) -> list[str]:
        """Lines of its log that tell of a failure of its own."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [
            line for line in lines if "Traceback" in line or "Error:" in line or " ERROR " in line
        ]
