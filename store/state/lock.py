"""One process per SQLite file: a second one would deliver everything twice."""

import fcntl
from pathlib import Path
from typing import IO

from domain.errors import SettingsError


class FileLock:
    """Held as long as the process lives, however it ends."""

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(file.name + ".lock")
        self._held: IO[bytes] | None = None

    def take(self) -> None:
        """SettingsError when another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        held = self._path.open("ab")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            raise SettingsError(
                f"Another costbot runs on {self._path.with_suffix('')}. Stop it, or let several "
                "share one PostgreSQL: COSTBOT_DATABASE_URL=postgresql://…"
            ) from None
        self._held = held

    def release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None
