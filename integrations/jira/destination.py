"""Jira as a destination of findings: one issue for each, made once and kept up to date."""

import asyncio
import weakref
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from domain.catalogue import Catalogue, Choice
from domain.delivery import Receipt, Receipts
from domain.errors import NotTakenError, TemporaryError
from domain.finding import Finding, Severity
from integrations.jira import text
from integrations.jira.catalogue import Shelf
from integrations.jira.issues import Issues
from integrations.jira.line import Attempt, Line
from integrations.jira.showing import Attempted, Memory, Usual
from integrations.threads import Threads

T = TypeVar("T")


class Jira:
    """Shows findings at `jira:PROJECT`, through the `jira` library.

    `email` and `token` sign in to Cloud; without `email`, `token` is a personal access token of a
    Data Center (8.14 and later). `project`, `issue_type` (name or id) and `priorities` (by
    severity, name or id) are for tickets that nobody wished otherwise; a wish may hold `project`,
    `type`, `priority`, `assignee` (account id, on Data Center the name), `summary` and `note`.
    No attempt takes longer than `patience_seconds`, and none tries again by itself.
    """

    scheme = "jira"

    def __init__(
        self,
        url: str,
        token: str,
        *,
        email: str = "",
        project: str = "",
        issue_type: str = "Task",
        priorities: Mapping[Severity, str] | None = None,
        connect_seconds: float = 3.0,
        read_seconds: float = 10.0,
        patience_seconds: float = 18.0,
        threads: int = 4,
    ) -> None:
        self._line = Line(url, email, token, (connect_seconds, read_seconds))
        self._usual = Usual(project, issue_type, priorities or {})
        self._patience = patience_seconds
        self._threads = Threads(threads, "jira")
        self._memory = Memory()
        self._shelf = Shelf(self._line, project, issue_type)
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def upsert(self, finding: Finding, receipts: Receipts) -> Receipt:
        """See `integrations.jira.showing` for what is written, and when.

        Raises TemporaryError when something may have been changed and nobody knows what,
        NotTakenError when nothing was, PermanentError when somebody has to do something first.
        The receipt's `ref` is the issue's key; it is a new one when the issue was moved.
        """
        attempt = Attempt(self._patience)
        label = text.label(finding)
        shown = Attempted(
            finding,
            receipts,
            Issues(self._line, attempt),
            self._memory,
            self._usual,
            self._line.url,
        )
        try:
            async with self._alone(label, attempt):
                return await self._run(attempt, shown.show)
        except TimeoutError:
            failure = NotTakenError("Jira was too slow")
        except TemporaryError as problem:
            failure = problem
        except asyncio.CancelledError:
            self._doubt(label, attempt, receipts)
            raise
        self._doubt(label, attempt, receipts)
        raise _whole(failure, attempt)

    async def catalogue(self, now: datetime, project: str = "") -> Catalogue:
        """What a form can offer for a ticket in `project`, the usual one unless named.

        Asked of Jira once in ten minutes. Where Jira does not answer, what it said last, or as
        much as is known without it; never an error.
        """
        attempt = Attempt(self._patience)
        try:
            return await self._run(attempt, lambda: self._shelf.catalogue(attempt, now, project))
        except TimeoutError:
            return self._shelf.last(project)

    async def people(self, query: str, project: str = "") -> tuple[Choice, ...]:
        """Whom a ticket in `project` can be given to, by a part of the name; () for an error."""
        attempt = Attempt(self._patience)
        try:
            return await self._run(attempt, lambda: self._shelf.people(attempt, query, project))
        except TimeoutError:
            return ()

    async def account(self) -> str:
        """The id of costbot's own user, to know its own changes by; "" when Jira does not say."""
        attempt = Attempt(self._patience)
        try:
            return await self._run(attempt, lambda: self._shelf.account(attempt))
        except TimeoutError:
            return ""

    async def close(self) -> None:
        self._threads.close()
        self._line.close()

    async def _run(self, attempt: Attempt, work: Callable[[], T]) -> T:
        """The result of `work` in a thread, or TimeoutError at the end of the attempt's time.

        A thread cannot be stopped, but an attempt can: whenever this ends, it sends no more.
        """
        try:
            async with asyncio.timeout(max(0.0, attempt.left)):
                return await self._threads.run(work)
        finally:
            attempt.give_up()

    @asynccontextmanager
    async def _alone(self, label: str, attempt: Attempt) -> AsyncGenerator[None]:
        """One attempt at a finding at a time; TimeoutError when its turn does not come."""
        lock = self._locks.setdefault(label, asyncio.Lock())
        async with asyncio.timeout(attempt.left):
            await lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _doubt(self, label: str, attempt: Attempt, receipts: Receipts) -> None:
        if attempt.wrote:
            self._memory.doubt(label, receipts.now + attempt.passed)


def _whole(failure: TemporaryError, attempt: Attempt) -> TemporaryError:
    """Nothing was taken only where nothing was taken in the whole attempt."""
    if attempt.wrote and isinstance(failure, NotTakenError):
        return TemporaryError(str(failure), failure.retry_after)
    return failure
