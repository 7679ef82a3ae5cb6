"""A repeated delivery is recognised for long enough, by a memory that does not grow."""

from bot.adapters.slack.recent import RecentInMemory


async def test_a_key_is_new_once_until_it_is_forgotten() -> None:
    recent = RecentInMemory()
    assert [await recent.first("a"), await recent.first("a"), await recent.first("b")] == [
        True,
        False,
        True,
    ]
    await recent.forget("a")
    assert await recent.first("a")


async def test_a_key_is_kept_for_its_time_and_no_longer() -> None:
    now = 0.0
    recent = RecentInMemory(keep_seconds=600, clock=lambda: now)
    await recent.first("a")
    now = 599.0
    assert not await recent.first("a")
    now = 600.0
    assert await recent.first("a")


async def test_the_oldest_keys_make_room() -> None:
    recent = RecentInMemory(limit=2)
    for key in "abc":
        await recent.first(key)
    assert not await recent.first("b")
    assert not await recent.first("c")
    assert await recent.first("a")
