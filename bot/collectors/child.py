"""A load in a process of its own: it takes minutes of both cores and much memory.

Acknowledgements must not wait for it.
"""

import asyncio
import os
import shutil
import sys
from asyncio import StreamReader
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

from bot.collectors.model import Asked, Came, Tell
from bot.settings import Settings
from domain.errors import TemporaryError

#: How long a load has to stop in order when it is told to; the lake is whole at any moment.
STOP_SECONDS = 4.0


async def load(asked: Asked) -> Came:
    """Load what is new; the last line of the load is the reason where it fails."""
    command = [sys.executable, "-m", "bot", "load", asked.source]
    if nice := shutil.which("nice"):
        command = [nice, "-n", "10", *command]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, stderr=PIPE, env=_environ(asked.settings)
    )
    try:
        out, last = await asyncio.gather(_said(process), _followed(process, asked.progress))
        code = await process.wait()
    finally:
        await _end(process)
    if code:
        raise TemporaryError(last.removeprefix("costbot: ") or f"the load ended with {code}")
    return Came(out)


def _environ(settings: Settings) -> Mapping[str, str]:
    """The child's settings are this process's, wherever those came from."""
    access, url = settings.aws_access, settings.database_url
    return {
        **os.environ,
        "COSTBOT_DATA_DIR": str(settings.data_dir.absolute()),
        "COSTBOT_DATABASE_URL": url.reveal() if url else "",
        "COSTBOT_COST_EXPLORER_LIMIT": str(settings.cost_explorer_limit),
        "COSTBOT_AWS_ROLE": access.role_arn,
        "COSTBOT_AWS_EXTERNAL_ID": access.external_id,
    }


async def _said(process: Process) -> str:
    """What it printed, in short: the first bill, or that nothing is new."""
    lines = [line async for line in _lines(process.stdout)]
    bills = [line.strip() for line in lines if line.startswith("  ")]
    if not bills:
        return lines[-1] if lines else ""
    return bills[0] + (f", and {len(bills) - 1} more" if len(bills) > 1 else "")


async def _followed(process: Process, progress: Tell) -> str:
    """Tell each step; the last line of what it said on standard error."""
    last = ""
    async for line in _lines(process.stderr):
        last = line
        await progress(line)
    return last


async def _lines(stream: StreamReader | None) -> AsyncIterator[str]:
    if stream is not None:
        async for line in stream:
            yield line.decode(errors="replace").rstrip()


async def _end(process: Process) -> None:
    """Stopped when this process stops, or when its time is up."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
