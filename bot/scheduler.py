"""The scheduler: a ticker in UTC, and jobs whose runs are recorded together with what they found.

A job computes first and commits once. Cut short anywhere it simply runs again, and replicas that
run it together have one effect, because each run is one row.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.finding import Finding
from domain.ports import Run, Sighting
from handlers.kinds import Actor, Context, Origin, Surface, Use
from store.state import FindingStore

log = logging.getLogger(__name__)

TICK_SECONDS = 20
JOB_SECONDS = 600
AT_ONCE = 4
CLOSE_SECONDS = 5.0
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=30)

ITSELF = Actor("costbot", "", "costbot")
NOWHERE = Origin("costbot", "", Surface.ROOM)

Seen = Sequence[Sighting] | None


@dataclass(frozen=True, slots=True)
class Job:
    """`logical` names the run that is due at a moment, None for none; `run` is what it does.

    What `run` returns is recorded in one step with the run. A job that returns None records
    nothing: what it does must be harmless to repeat, in every replica. After `seconds` it is cut
    short.
    """

    name: str
    logical: Callable[[datetime], str | None]
    run: Callable[[Context, str], Awaitable[Seen]]
    seconds: float = JOB_SECONDS


#: Jobs that come and go, such as one for each subscription.
Source = Callable[[datetime], Awaitable[Sequence[Job]]]


async def _none(_now: datetime) -> Sequence[Job]:
    return ()


@dataclass(frozen=True, slots=True)
class _Failure:
    at: datetime
    count: int

    def waits(self, now: datetime) -> bool:
        """Whether it is too early to try again; a clock that was set back ends the wait."""
        if self.count == 1 or now < self.at:
            return False
        wait = min(_FIRST_WAIT * 2 ** min(self.count - 2, 10), _LONGEST_WAIT)
        return now < self.at + wait


class Scheduler:
    """Looks every TICK_SECONDS which runs are due and have not been recorded, and does them."""

    def __init__(
        self,
        use: Use,
        findings: FindingStore,
        now: Callable[[], datetime],
        jobs: Sequence[Job] = (),
        source: Source = _none,
    ) -> None:
        self._use = use
        self._findings = findings
        self._now = now
        self._jobs = tuple(jobs)
        self._source = source
        self._done: dict[str, str] = {}
        self._failures: dict[str, _Failure] = {}
        self._running: set[str] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._ticks: set[asyncio.Task[Any]] = set()
        self._ticker: Any = None
        self.ticked_at: datetime | None = None

    def start(self) -> None:
        """Tick from now on."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        # A tick that finds the one before still waiting is left out, which is nothing to report.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._ticker = AsyncIOScheduler(timezone=UTC)
        self._ticker.add_job(
            self._tick_soon,
            "interval",
            seconds=TICK_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=TICK_SECONDS,
            next_run_time=datetime.now(UTC),
        )
        self._ticker.start()

    async def close(self) -> None:
        """Start nothing new, and give what runs a little time; what is cut short runs again."""
        if self._ticker is not None:
            self._ticker.pause()
        if self._ticks:
            _, late = await asyncio.wait(self._ticks, timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()
            for task in late:
                with suppress(asyncio.CancelledError):
                    await task
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None

    async def tick(self, now: datetime) -> tuple[Finding, ...]:
        """Do what is due; the findings that this scheduler was the one to record."""
        self.ticked_at = now
        due = [(job, logical) for job in await self._all(now) if (logical := self._due(job, now))]
        self._running |= {job.name for job, _ in due}
        recorded = await asyncio.gather(*(self._tried(job, logical, now) for job, logical in due))
        return tuple(finding for found in recorded for finding in found)

    async def _tick_soon(self) -> None:
        """One slow job must not hold up the ticks: they go on beside it."""
        task = asyncio.create_task(self.tick(self._now()))
        self._ticks.add(task)
        task.add_done_callback(self._ticks.discard)
        await asyncio.wait({task}, timeout=TICK_SECONDS)

    async def _all(self, now: datetime) -> list[Job]:
        try:
            return [*self._jobs, *await self._source(now)]
        except Exception:
            log.exception("jobs cannot be listed, reference %s", uuid4().hex[:8])
            return [*self._jobs]

    def _due(self, job: Job, now: datetime) -> str | None:
        failure = self._failures.get(job.name)
        if job.name in self._running or (failure and failure.waits(now)):
            return None
        try:
            logical = job.logical(now)
        except Exception:
            self._failed(job, "?", now)
            return None
        return None if logical == self._done.get(job.name) else logical

    async def _tried(self, job: Job, logical: str, now: datetime) -> tuple[Finding, ...]:
        try:
            async with self._room, asyncio.timeout(job.seconds):
                recorded = await self._run(job, logical, now)
        except Exception:
            self._failed(job, logical, now)
            return ()
        finally:
            self._running.discard(job.name)
        self._failures.pop(job.name, None)
        self._done[job.name] = logical
        return recorded

    async def _run(self, job: Job, logical: str, now: datetime) -> tuple[Finding, ...]:
        if await self._findings.ran(job.name, logical):
            return ()
        seen = await job.run(Context(ITSELF, NOWHERE, now, self._use), logical)
        if seen is None:
            return ()
        return await self._findings.report(seen, now, Run(job.name, logical))

    def _failed(self, job: Job, logical: str, now: datetime) -> None:
        before = self._failures.get(job.name)
        count = before.count + 1 if before else 1
        self._failures[job.name] = _Failure(now, count)
        log.exception(
            "job %s for %s failed (try %d), reference %s; it is tried again",
            job.name,
            logical,
            count,
            uuid4().hex[:8],
        )
