"""The delivery loop: draws every copy of a finding that is behind, and is the only one who retries.

Each scheme (slack, jira, ...) has room of its own, so that one that is down or slow holds up no
other. How an attempt ended decides what follows: see `failure_of`.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from domain.delivery import Destination, Receipt
from domain.errors import (
    DeliveryError,
    NotTakenError,
    PermanentError,
    TemporaryError,
    TooSoonError,
)
from store.state import Failure, Job, Outbox

log = logging.getLogger(__name__)

#: An attempt ends within this time, a third of its lease: nobody else holds the copy by then.
DEADLINE = timedelta(seconds=20)
LEASE = 3 * DEADLINE
#: Attempts at once for one scheme.
ROOM = 8
#: How long what became due by itself may go unnoticed.
POLL_SECONDS = 1.0
FIRST_WAIT = timedelta(seconds=1)
#: Few long waits would hold a message back long after a destination has recovered.
LONGEST_WAIT = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=24)

Draw = Callable[[], float]


def failure_of(error: BaseException, job: Job, chance: Draw = random.random) -> Failure:
    """What an error means for the copy and for its destination.

    | raised | may it have been taken | next attempt | others at this destination |
    |---|---|---|---|
    | PermanentError | no | none: given up | go on |
    | TooSoonError | no | after its `retry_after` | go on |
    | NotTakenError, `retry_after` | no | after that wait | wait as long |
    | NotTakenError | no | back-off | go on |
    | TemporaryError, `retry_after` | yes | after that wait | go on |
    | TemporaryError, time-out, anything else | yes | back-off | go on |

    Back-off is full jitter between nothing and twice as long each time, 5 minutes at most
    (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/). After 24
    hours it is given up.
    """
    reason = str(error) if isinstance(error, DeliveryError) else type(error).__name__
    if isinstance(error, PermanentError):
        return Failure(reason, unknown=False, wait=None, counts=False)
    taken = not isinstance(error, NotTakenError)
    asked = timedelta(seconds=error.retry_after) if isinstance(error, TemporaryError) else None
    if job.receipts.now - job.wanted_at > GIVE_UP_AFTER:
        return Failure(f"given up after 24 hours: {reason}", taken, None)
    if isinstance(error, TooSoonError):
        return Failure(reason, taken, asked, counts=False, tried=False)
    if asked:
        pause = None if taken else asked
        return Failure(reason, taken, asked, pause, counts=not taken)
    return Failure(reason, taken, back_off(job.attempts, chance))


def back_off(attempts: int, chance: Draw = random.random) -> timedelta:
    """How long to wait after so many attempts."""
    return chance() * min(FIRST_WAIT * 2 ** min(attempts, 20), LONGEST_WAIT)


class Delivery:
    """Runs until stopped; `wake` says that there may be something new to show."""

    def __init__(
        self,
        outbox: Outbox,
        destinations: Mapping[str, Destination],
        deadline: timedelta = DEADLINE,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._destinations = destinations
        self._deadline = deadline
        self._poll_seconds = poll_seconds
        self._news = asyncio.Event()
        self._running: dict[asyncio.Task[None], str] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False
        self.results: Counter[tuple[str, str]] = Counter()

    def wake(self) -> None:
        """Look at once; may be called from the event loop only."""
        self._news.set()

    async def start(self) -> None:
        """Begin; what a killed process held is taken over first."""
        await self._outbox.take_over()
        self._loop = asyncio.create_task(self._forever())

    async def stop(self, seconds: float = 10.0) -> None:
        """Drain, and let go of the destinations."""
        await self.drain(seconds)
        await self.close()

    async def drain(self, seconds: float) -> None:
        """Claim nothing more, let what is under way end; what does not is tried again later."""
        self._stopping = True
        self._news.set()
        end = asyncio.get_running_loop().time() + seconds
        if self._loop is not None:
            # Not cut short: what it is just claiming would stay held by nobody for a whole lease.
            await asyncio.wait({self._loop}, timeout=seconds)
            self._loop.cancel()
        if self._running:
            left = max(0.0, end - asyncio.get_running_loop().time())
            _, late = await asyncio.wait(set(self._running), timeout=left)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def close(self) -> None:
        """Let go of the destinations."""
        for destination in self._destinations.values():
            await destination.close()

    async def settle(self) -> None:
        """Go on until nothing is due, for tests and one-shot commands."""
        while await self.settle_once():
            pass

    async def settle_once(self) -> int:
        """Attempt once what is due and has room; how many attempts that was."""
        started = await self._round()
        if self._running:
            await asyncio.wait(set(self._running))
        return started

    async def _forever(self) -> None:
        while not self._stopping:
            self._news.clear()
            try:
                await self._round()
            except Exception:
                # The database is away: what is recorded in it will be there when it is back.
                log.exception("the outbox could not be read")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._news.wait()

    async def _round(self) -> int:
        """Start what is due and has room; how many attempts that is."""
        busy = Counter(self._running.values())
        rooms = {
            scheme: ROOM - busy[scheme]
            for scheme in await self._outbox.due()
            if scheme in self._destinations and busy[scheme] < ROOM and not self._stopping
        }
        # At once, so that one commit can serve them all.
        claims = (self._claim(scheme, free) for scheme, free in rooms.items())
        started = await asyncio.gather(*claims, return_exceptions=True)
        for one in started:
            if isinstance(one, BaseException):
                raise one
        return sum(one for one in started if isinstance(one, int))

    async def _claim(self, scheme: str, free: int) -> int:
        """Start what one scheme has room for."""
        jobs = await self._outbox.claim(scheme, free, 3 * self._deadline)
        for job in jobs:
            if self._stopping:
                await self._outbox.release(job)
                continue
            task = asyncio.create_task(self._attempt(job, self._destinations[scheme]))
            self._running[task] = scheme
            task.add_done_callback(self._done)
        return len(jobs)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._running.pop(task, None)
        self._news.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the outcome of an attempt could not be recorded", exc_info=error)

    async def _attempt(self, job: Job, destination: Destination) -> None:
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                receipt = await destination.upsert(job.finding, job.receipts)
        except Exception as error:
            await self._failed(job, error)
        else:
            await self._delivered(job, receipt)

    async def _delivered(self, job: Job, receipt: Receipt) -> None:
        held = await self._outbox.delivered(job, receipt)
        self.results[destination_kind(job), "shown" if held else "stale"] += 1
        if receipt.repeat:
            self.results[destination_kind(job), "repeat"] += 1
            log.warning("%s may be at %s twice", job.finding.id, job.destination)
        if not held:
            log.warning("%s was shown at %s after its lease", job.finding.id, job.destination)

    async def _failed(self, job: Job, error: Exception) -> None:
        failure = failure_of(error, job)
        if not isinstance(error, DeliveryError | TimeoutError):
            log.error("%s at %s failed", job.finding.id, job.destination, exc_info=error)
        outcome = "dead" if failure.wait is None else "failed"
        self.results[destination_kind(job), outcome] += 1
        log.log(
            logging.ERROR if failure.wait is None else logging.INFO,
            "%s is not shown at %s (attempt %d): %s",
            job.finding.id,
            job.destination,
            job.attempts,
            failure.reason,
        )
        await self._outbox.failed(job, failure)


def destination_kind(job: Job) -> str:
    """The scheme of the job's destination, for metrics: few values."""
    return job.receipts.mine.scheme
