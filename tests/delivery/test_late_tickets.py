"""A ticket that Jira makes after costbot gave up, and indexes even later, stays the only one."""

import pytest

from bench.chaos import lag
from bench.chaos.mutations import MUTATIONS
from integrations.jira import showing
from store.state import codec

CASES = len(lag.LASTING) * len(lag.LATENESS)


@pytest.mark.parametrize("seconds", [0, 120])
async def test_however_late_it_is_made_and_found_there_is_one(seconds: int) -> None:
    """The whole way: outbox, delivery, the real client and its requests; the clock is virtual."""
    found = await lag.given_up(seconds, seed=1)
    assert (found["tickets"], found["twice"], found["missing"]) == (CASES, 0, 0)
    assert found["late_tickets"] == CASES


@pytest.mark.parametrize(("protection", "twice"), [("window", CASES), ("end", 2)])
async def test_without_its_protection_there_would_be_two(
    monkeypatch: pytest.MonkeyPatch, protection: str, twice: int
) -> None:
    """`end`: counted from its beginning, an attempt that lasted long was not waited for."""
    monkeypatch.setattr(showing.Attempted, "_wait", showing.Attempted._wait)
    monkeypatch.setattr(codec, "showing_of", codec.showing_of)
    MUTATIONS[protection]()
    assert (await lag.given_up(120, seed=1))["twice"] == twice
