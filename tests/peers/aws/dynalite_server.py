"""dynalite: a DynamoDB for tests in Node.js, written by others than moto, so that they disagree."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.peers.aws.moto_server import MotoServer

SOURCES = Path(__file__).parent / "dynalite"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
SECONDS = 120


class Dynalite(MotoServer):
    """A running server; it is led to as moto's is, and it has no reset."""


@contextmanager
def running() -> Iterator[Dynalite]:
    """Skips the test, and says why, where Node.js or its packages cannot be had."""
    folder = _installed()
    command = ["node", str(folder / "serve.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            port = int(process.stdout.readline())
            yield Dynalite(f"http://127.0.0.1:{port}")
        finally:
            process.stdin.close()
            process.wait(10)


def _installed() -> Path:
    """The locked packages in the cache of the person who tests, installed once."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("dynalite needs Node.js with npm (Debian: apt install nodejs npm)")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    folder = home / "costbot" / "dynalite" / digest.hexdigest()[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".build-") as build:
            work = Path(build) / "work"
            shutil.copytree(SOURCES, work)
            done = subprocess.run(
                INSTALL, cwd=work, capture_output=True, text=True, timeout=SECONDS, check=False
            )
            if done.returncode:
                pytest.skip(f"npm cannot install dynalite: {done.stderr.strip()[-300:]}")
            with suppress(OSError):  # another test process was first, with the same result
                work.rename(folder)
    return folder
