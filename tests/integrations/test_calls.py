"""Vendors' blocking calls: one that hangs holds up no other, and nothing else in threads."""

import asyncio
import threading

import pytest

from domain.errors import TemporaryError
from integrations import calls

#: As many attempts as delivery makes at once, and as many again that nobody waits for any more.
HANGING = 16


async def test_one_vendor_that_hangs_holds_up_no_other() -> None:
    end = threading.Event()
    hanging = [asyncio.create_task(calls.within(5, "Slow", end.wait)) for _ in range(HANGING)]
    try:
        async with asyncio.timeout(2):
            assert await calls.within(1, "Quick", lambda: "done") == "done"
            assert await asyncio.to_thread(lambda: "drawn") == "drawn"
    finally:
        end.set()
        await asyncio.gather(*hanging)


async def test_what_an_attempt_left_behind_leaves_room_for_the_next() -> None:
    end = threading.Event()
    late = [calls.within(0.05, "Slow", end.wait) for _ in range(HANGING // 2)]
    assert {type(one) for one in await asyncio.gather(*late, return_exceptions=True)} == {
        TemporaryError
    }
    try:
        assert await calls.within(1, "Slow", lambda: "done") == "done"
    finally:
        end.set()


async def test_what_never_began_when_the_time_was_up_never_begins() -> None:
    end, begun = threading.Event(), list[str]()
    hanging = [asyncio.create_task(calls.within(5, "Slow", end.wait)) for _ in range(HANGING)]
    await asyncio.sleep(0)
    with pytest.raises(TemporaryError):
        await calls.within(0.05, "Slow", lambda: begun.append("late"))
    end.set()
    await asyncio.gather(*hanging)
    assert await calls.within(1, "Slow", lambda: "done") == "done"
    assert begun == []


async def test_a_thread_that_nobody_waits_for_is_told_so() -> None:
    end, heard = threading.Event(), list[str]()
    done = threading.Event()

    def two_requests() -> None:
        try:
            calls.still_wanted()
            heard.append("first")
            end.wait()
            calls.still_wanted()
            heard.append("second")
        finally:
            done.set()

    with pytest.raises(TemporaryError, match="within"):
        await calls.within(0.1, "Slow", two_requests)
    end.set()
    assert await asyncio.to_thread(done.wait, 5)
    assert heard == ["first"]
