"""Calls of vendors' blocking libraries: off the event loop, and never longer than agreed."""

import asyncio
import math
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from typing import ParamSpec, TypeVar

from domain.errors import TemporaryError
from integrations.threads import Threads

P = ParamSpec("P")
T = TypeVar("T")

#: To connect, and between two pieces of the answer; what every call of a vendor is given.
TIMEOUT_SECONDS = (3.0, 10.0)
#: For each vendor: twice what delivery attempts at once, for an attempt that has ended may leave a
#: thread behind that still waits.
THREADS = 16
_attempt = threading.local()


async def within(
    seconds: float, vendor: str, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """What `call` returns, run in a thread of the vendor's; TemporaryError after `seconds`.

    One vendor that hangs holds up no other, nor what else runs in threads. A socket's timeout
    starts anew with every piece that arrives, so that an answer which trickles would never end.
    The thread then finishes by itself; nobody waits for it, and `still_wanted` ends it.
    """
    over = threading.Event()
    work = partial(_wanted_until, over, partial(call, *args, **kwargs))
    try:
        async with asyncio.timeout(seconds):
            return await _threads(vendor).run(work)
    except TimeoutError:
        raise TemporaryError(f"{vendor} did not answer within {seconds:g} s") from None
    finally:
        over.set()


def still_wanted() -> None:
    """To be called before each request: TemporaryError in a thread that nobody waits for.

    An attempt that has ended must send nothing more: the next one may have begun.
    """
    over: threading.Event | None = getattr(_attempt, "over", None)
    if over is not None and over.is_set():
        raise TemporaryError("the time of the attempt was up")


def _wanted_until(over: threading.Event, call: Callable[[], T]) -> T:
    _attempt.over = over
    return call()


@cache
def _threads(vendor: str) -> Threads:
    return Threads(THREADS, vendor.lower())


def wait_seconds(header: str, default: float, now: datetime | None = None) -> float:
    """How long a Retry-After header asks to wait, a day at most.

    It holds seconds or a date (RFC 9110, 10.2.3); a date is understood where `now` is given.
    """
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - now).total_seconds() if now else default
        except (ValueError, TypeError):
            return default
    return min(max(seconds, 0.0), 86_400.0) if math.isfinite(seconds) else default
