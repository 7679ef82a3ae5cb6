"""Background work: bounded, remembered, and finished before the process leaves."""

import asyncio
import gc
import logging
from contextlib import suppress

import pytest

from bot.tasks import Tasks, TooBusyError


async def wait_for(event: asyncio.Event) -> None:
    await event.wait()


async def test_the_set_holds_no_more_than_its_limit():
    tasks, done = Tasks(limit=2, per_owner=2), asyncio.Event()
    for owner in ("ada", "bob"):
        tasks.start(wait_for(done), owner)
    with pytest.raises(TooBusyError):
        tasks.start(wait_for(done), "eve")
    done.set()
    assert await tasks.drain(1) == 0
    tasks.start(wait_for(done), "eve")
    assert await tasks.drain(1) == 0


async def test_one_person_cannot_take_every_place():
    tasks, done = Tasks(limit=9, per_owner=2), asyncio.Event()
    for _ in range(2):
        tasks.start(wait_for(done), "ada")
    with pytest.raises(TooBusyError):
        tasks.start(wait_for(done), "ada")
    tasks.start(wait_for(done), "bob")
    done.set()
    assert await tasks.drain(1) == 0
    assert len(tasks) == 0


async def test_work_that_is_refused_leaves_no_warning_behind(recwarn: pytest.WarningsRecorder):
    tasks = Tasks(limit=0)
    with pytest.raises(TooBusyError):
        tasks.start(wait_for(asyncio.Event()), "ada")
    gc.collect()
    assert not [str(warning.message) for warning in recwarn]


async def test_running_work_is_not_forgotten():
    """asyncio itself keeps weak references only: unheld work can vanish half-way."""
    tasks, done, seen = Tasks(), asyncio.Event(), list[str]()

    async def work() -> None:
        await done.wait()
        seen.append("finished")

    tasks.start(work(), "ada")
    await asyncio.sleep(0)
    gc.collect()
    done.set()
    assert await tasks.drain(1) == 0
    assert seen == ["finished"]


async def test_what_is_late_at_the_end_is_cancelled_and_counted():
    tasks, ended = Tasks(), list[str]()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")

    tasks.start(stubborn(), "ada")
    tasks.start(asyncio.sleep(0), "bob")
    assert await tasks.drain(0.01) == 1
    assert ended == ["cleaned up"]
    assert len(tasks) == 0


async def test_nothing_to_drain_takes_no_time():
    async with asyncio.timeout(0.5):
        assert await Tasks().drain(60) == 0


async def test_a_failure_in_the_background_is_logged(caplog: pytest.LogCaptureFixture):
    async def fail() -> None:
        raise RuntimeError("the chart broke")

    tasks = Tasks()
    with caplog.at_level(logging.ERROR):
        task = tasks.start(fail(), "ada")
        with suppress(RuntimeError):
            await task
        await asyncio.sleep(0)
    assert "the chart broke" in caplog.text
    assert len(tasks) == 0
