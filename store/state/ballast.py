"""Room set aside: a file that is given up when the disk is full, so that deliveries can go on."""

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

SIZE = 16 * 1024 * 1024
#: Free bytes that must be there besides before the room is set aside again.
SPARE = 4 * SIZE


class Ballast:
    """Held while there is room; `dropped` from the moment it was given up until it is back."""

    def __init__(self, path: Path, size: int = SIZE, spare: int = SPARE) -> None:
        self._path = path
        self._size = size
        self._spare = spare
        self.dropped = False

    def hold(self) -> bool:
        """Set the room aside if it is not; whether it is."""
        if self._path.exists() and self._path.stat().st_size >= self._size:
            return True
        try:
            with self._path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError as error:
            log.warning("no room can be set aside against a full disk: %s", error.strerror)
            self._path.unlink(missing_ok=True)
            return False
        return True

    def drop(self) -> bool:
        """Give the room up; False when that was done before."""
        first = not self.dropped
        self.dropped = True
        self._path.unlink(missing_ok=True)
        return first

    def restore(self) -> bool:
        """Set it aside again if the disk has room to spare; whether normal work can go on."""
        usage = os.statvfs(self._path.parent)
        if usage.f_bavail * usage.f_frsize < self._size + self._spare or not self.hold():
            return False
        self.dropped = False
        return True
