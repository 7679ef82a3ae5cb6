"""Subscriptions are remembered as they were asked for, and no number is given twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from domain.ports import Subscription
from store.state import Database, SubscriptionStore, forget_old
from store.state.migrate import prepare
from store.state.schema import marks

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAILY = Subscription(
    "slack:C1", "report daily", "day", "09:00", "Europe/Berlin", "Ada", "slack:U1", NOW
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, lambda: NOW)
    await prepare(database)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> SubscriptionStore:
    return SubscriptionStore(database)


async def test_what_was_asked_for_comes_back(store: SubscriptionStore) -> None:
    added = await store.add(DAILY)
    assert added == replace(DAILY, number=added.number)
    assert await store.listed() == await store.listed("slack:C1") == (added,)
    assert await store.listed("slack:C2") == ()


async def test_asking_twice_for_the_same_is_asking_once(store: SubscriptionStore) -> None:
    first = await store.add(DAILY)
    again = await store.add(replace(DAILY, who="Bob", created_at=NOW + timedelta(days=1)))
    assert again == first
    other = await store.add(replace(DAILY, at="10:00"))
    assert await store.listed() == (first, other)


async def test_what_was_stopped_is_gone_and_its_number_is_never_given_again(
    store: SubscriptionStore,
) -> None:
    first = await store.add(DAILY)
    assert await store.remove(first.number)
    assert not await store.remove(first.number)
    assert await store.listed() == ()
    assert (await store.add(DAILY)).number > first.number


async def test_marks_are_forgotten_when_their_time_is_over(database: Database) -> None:
    rows = [{"key": "old", "until": NOW}, {"key": "new", "until": NOW + timedelta(seconds=1)}]
    await database.write(lambda connection: connection.execute(insert(marks), rows))
    assert await forget_old(database, NOW) == 1
    assert await forget_old(database, NOW) == 0
