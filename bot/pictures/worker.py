"""The worker: one process that draws, so that a picture never holds up an answer."""

import asyncio
import os
import sys
from pathlib import Path

import cards
from cards.model import Chart
from cards.pictures import codec
from domain.errors import CostbotError

ROOT = Path(cards.__file__).parents[1]
HEADER_BYTES = 5
COMMAND = (sys.executable, "-m", "cards.pictures")


class PictureError(CostbotError):
    """This chart has no picture, or none now; the answer goes out without it."""


class Worker:
    """Starts its process at the first chart, replaces it when it dies, stops it when idle.

    The process gets charts on its standard input and nothing else: no settings, no secrets, and
    none of the bot's modules. It ends by itself when the bot is gone.
    """

    def __init__(
        self,
        cache: Path,
        *,
        command: tuple[str, ...] = COMMAND,
        timeout_seconds: float = 30,
        idle_seconds: float = 300,
        most_waiting: int = 32,
    ) -> None:
        self._cache = cache
        self._command = command
        self._timeout_seconds = timeout_seconds
        self._idle_seconds = idle_seconds
        self._most_waiting = most_waiting
        self._waiting = 0
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The running process, if there is one."""
        return self._process.pid if self._process else None

    async def draw(self, chart: Chart) -> bytes:
        """The chart as a PNG; raises PictureError, at once when too many wait already."""
        if self._waiting >= self._most_waiting:
            raise PictureError(f"{self._waiting} pictures wait to be drawn")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._try_twice(f"{codec.encode(chart)}\n".encode())
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the process; the next chart would start a new one."""
        if self._idle is not None:
            self._idle.cancel()
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _try_twice(self, request: bytes) -> bytes:
        for _attempt in (1, 2):
            try:
                mark, content = await asyncio.wait_for(
                    self._exchange(request), self._timeout_seconds
                )
            except (asyncio.IncompleteReadError, ConnectionError):
                await self.close()
            except TimeoutError as error:
                await self.close()
                raise PictureError(f"not drawn in {self._timeout_seconds:g} seconds") from error
            except OSError as error:
                raise PictureError(f"no process to draw in ({error.strerror})") from error
            except BaseException:
                await self.close()  # a reply may be under way, and would be taken for the next one
                raise
            else:
                if mark != b"P":
                    raise PictureError(f"the chart cannot be drawn ({content.decode()})")
                return content
        raise PictureError("the drawing process died twice")

    async def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        process = await self._running()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101
        process.stdin.write(request)
        await process.stdin.drain()
        header = await process.stdout.readexactly(HEADER_BYTES)
        content = await process.stdout.readexactly(int.from_bytes(header[1:], "big"))
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_seconds, self._rest)
        return header[:1], content

    async def _running(self) -> asyncio.subprocess.Process:
        if self._idle is not None:
            self._idle.cancel()
        if self._process is None or self._process.returncode is not None:
            kept = {
                name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
            }
            path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**kept, "PYTHONPATH": path, "MPLCONFIGDIR": str(self._cache.absolute())},
                start_new_session=True,  # Ctrl-C in a terminal is for the bot, which then stops it
            )
        return self._process

    def _rest(self) -> None:
        """Give the memory back; the pipe that closes tells the process to end."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process = None
