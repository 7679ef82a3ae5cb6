"""A PostgreSQL of our own for tests: an empty folder, a socket, no network."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

#: Where distributions keep the server's programs, which are often not on the path.
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
#: initdb refuses root; this account is on every Unix.
NOBODY = "nobody"


def programs() -> Path | None:
    """The folder with initdb and postgres; None where PostgreSQL is not installed."""
    found = [path for place in PLACES for path in Path("/").glob(place.lstrip("/"))]
    named = shutil.which("initdb")
    folders = sorted(found, reverse=True) + ([Path(named).resolve().parent] if named else [])
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Postgres:
    """A running server; `database()` makes an empty database and returns its URL."""

    def __init__(self, folder: Path, bin_dir: Path) -> None:
        self.folder, self._bin = folder, bin_dir
        self._user = NOBODY if os.geteuid() == 0 else None
        self._address = f"host={folder} user=costbot dbname=postgres"

    def start(self) -> None:
        log = (self.folder / "log").open("a")
        options = [
            "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}",
            "-c", "max_connections=60", "-c", "shared_buffers=32MB",
            # The machine stays up: what a stopped server had written is still there.
            "-c", "fsync=off", "-c", "full_page_writes=off",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [self._bin / "postgres", "-D", self.folder / "data", *options],
            stdout=log,
            stderr=log,
            user=self._user,
            cwd=self.folder,
        )
        self._wait()

    def init(self) -> None:
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "costbot", "-A", "trust", "-E", "UTF8"
        )

    def stop(self, immediate: bool = False) -> None:
        """`immediate` is as if the power went."""
        self._process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
        self._process.wait(30)

    def database(self) -> str:
        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql://costbot@/{name}?host={self.folder}"

    def _wait(self) -> None:
        for _ in range(600):
            try:
                psycopg.connect(self._address).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not answer")

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._bin / program, *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, user=self._user, cwd=self.folder
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


@contextmanager
def running() -> Iterator[Postgres]:
    """A server of its own; the test that asks is skipped where PostgreSQL is not installed."""
    bin_dir = programs()
    if bin_dir is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    # A socket's path may have 107 characters, fewer than pytest's own folders take.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = Postgres(folder, bin_dir)
    try:
        server.init()
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
