"""The shelf: the numbers of the charts that were shown, and the pictures drawn of them lately."""

import hmac
import logging
import os
import re
import secrets
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from cards.model import Chart
from cards.pictures import codec

log = logging.getLogger(__name__)

ID = re.compile(r"[0-9a-f]{40}")
DAY_SECONDS = 24 * 3600
PUTS_PER_SWEEP = 64


class Shelf:
    """Files in one folder, named by a keyed hash of the chart; the longest unused go first."""

    def __init__(
        self, folder: Path, charts: int = 4000, pictures: int = 400, days: float = 180
    ) -> None:
        self._folder = folder
        self._limits = {"*.json": charts, "*.png": pictures}
        self._days = days
        self._puts = 0
        self._key: bytes | None = None

    def put(self, chart: Chart) -> str:
        """Keep the chart and return its id; the same chart has the same id for ever."""
        text = codec.encode(chart)
        name = hmac.digest(self._secret(), text.encode(), "sha256").hex()[:40]
        self._keep(self._folder / f"{name}.json", text.encode())
        return name

    def chart(self, name: str) -> Chart | None:
        content = self._read(self._folder / f"{name}.json")
        if content is None:
            return None
        try:
            return codec.decode(content.decode())
        except ValueError:
            log.exception("%s.json does not hold a chart", name)
            return None

    def put_picture(self, name: str, content: bytes) -> None:
        self._keep(self._folder / f"{name}.png", content)

    def picture(self, name: str) -> bytes | None:
        return self._read(self._folder / f"{name}.png")

    def sweep(self) -> None:
        """Remove what nobody used for too many days, and the longest unused of too many."""
        oldest = time.time() - self._days * DAY_SECONDS
        for pattern, limit in self._limits.items():
            ages = sorted(((_age(path), path) for path in self._folder.glob(pattern)), reverse=True)
            for place, (used, path) in enumerate(ages):
                if place >= limit or used < oldest:
                    path.unlink(missing_ok=True)

    def _keep(self, path: Path, content: bytes) -> None:
        """Write whole or not at all; what is there already only becomes younger."""
        with suppress(FileNotFoundError):
            os.utime(path)
            return
        _write(path, content)
        self._puts += 1
        if self._puts % PUTS_PER_SWEEP == 0:
            self.sweep()

    def _read(self, path: Path) -> bytes | None:
        try:
            content = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        return content

    def _secret(self) -> bytes:
        """A random key, made at first use; two processes that start at once agree on one."""
        if self._key is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / ".key"
            if not path.exists():
                own = self._folder / f".key-{secrets.token_hex(8)}"
                _write(own, secrets.token_bytes(32))
                with suppress(FileExistsError):
                    os.link(own, path)
                own.unlink()
            self._key = path.read_bytes()
        return self._key


def _write(path: Path, content: bytes) -> None:
    """Readable for the owner alone, and in its place only when it is complete."""
    handle, own = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(own).replace(path)
    except BaseException:
        Path(own).unlink(missing_ok=True)
        raise


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
