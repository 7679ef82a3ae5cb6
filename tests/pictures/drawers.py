"""Programs that stand in for the drawing process, so that a test need not wait for a picture."""

import sys
from pathlib import Path

from bot.pictures.worker import Worker

#: Answers at once with the length of what it was asked.
ECHO = """
import sys
for line in sys.stdin.buffer:
    body = b"drawn %d" % len(line)
    sys.stdout.buffer.write(b"P" + len(body).to_bytes(4, "big") + body); sys.stdout.flush()
"""
MUTE = "import sys, time; sys.stdin.readline(); time.sleep(60)"
DYING = "import sys; sys.stdin.readline(); sys.exit(3)"


def worker(folder: Path, code: str, **limits: float) -> Worker:
    return Worker(folder, command=(sys.executable, "-c", code), **limits)  # type: ignore[arg-type]
