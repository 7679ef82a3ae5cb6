"""A question while it runs: it can be stopped, with a word to whoever asked."""

import threading
from typing import Any

from domain.errors import UserError


class Running:
    """One question on its way through the engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cursor: Any = None
        self._why: str | None = None

    @property
    def busy(self) -> bool:
        """The engine works on it at this moment."""
        return self._cursor is not None

    def stop(self, why: str) -> None:
        """End it with `why`, also when it has not begun.

        An interrupt that comes before the engine has begun is lost: call again while `busy`.
        """
        with self._lock:
            self._why = self._why or why
            if self._cursor is not None:
                self._cursor.interrupt()

    def fetch(self, connection: Any, sql: str) -> list[dict[str, Any]]:
        """The rows of `sql`, on a cursor of its own so that questions can overlap."""
        import duckdb

        with connection.cursor() as cursor:
            self._begin(cursor)
            try:
                cursor.execute(sql)
                names = [column[0] for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            except duckdb.InterruptException:
                raise UserError(self._why or "The question was stopped.") from None
            finally:
                self._begin(None)

    def _begin(self, cursor: Any) -> None:
        with self._lock:
            if cursor is not None and self._why is not None:
                raise UserError(self._why)
            self._cursor = cursor
