"""A verdict never changes: not when later days arrive, not beside other series, not in steps."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.anomalies import detect, follow
from tests.anomalies.bill import FIRST, frame, usual

COLUMNS = ["score", "expected", "lower", "upper", "is_anomaly"]


def lively(seed: int, count: int = 230) -> dict[str, np.ndarray]:
    """Series to which everything happens, some of them several things."""
    rng = np.random.default_rng(seed)
    every: dict[str, np.ndarray] = {}
    for number in range(12):
        costs = usual(float(rng.uniform(20, 900)), count, float(rng.uniform(0, 1.3)), seed + number)
        at = int(rng.integers(20, count - 20))
        costs[at:] *= rng.choice([0.0, 0.3, 1.0, 2.5])
        costs[rng.integers(0, count, 4)] *= rng.uniform(0, 6, 4)
        if number % 3 == 0:
            costs *= rng.random(count) < 0.4
        if number % 4 == 1:
            costs[:at] = 0
        every[f"s{number:02d}"] = costs
    return every


def rows(verdicts: pd.DataFrame, until: pd.Timestamp | None = None) -> bytes:
    """The verdicts as bytes: equal to the last bit, or not equal."""
    if until is not None:
        verdicts = verdicts[verdicts["date"] < until]
    ordered = verdicts.sort_values(["series_id", "date"], kind="stable")
    return ordered[COLUMNS].to_numpy(dtype=np.float64).tobytes()


def test_the_series_of_these_tests_have_all_kinds_of_verdicts():
    verdicts = detect(frame(lively(1)))
    assert 20 < verdicts["is_anomaly"].sum() < 600
    assert (verdicts["score"] < -3).any() and (verdicts["score"] > 3).any()


@pytest.mark.parametrize("length", [1, 2, 7, 8, 15, 29, 60, 61, 62, 77, 78, 100, 151, 199, 229])
def test_no_verdict_changes_when_later_days_arrive(length: int):
    bill = frame(lively(1))
    end = FIRST + pd.Timedelta(days=length)
    assert rows(detect(bill[bill["date"] < end])) == rows(detect(bill), end)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), length=st.integers(5, 119), odd=st.floats(0, 1e7))
def test_no_verdict_changes_whatever_comes_later(seed: int, length: int, odd: float):
    every = lively(seed, 120)
    end = FIRST + pd.Timedelta(days=length)
    before = rows(detect(frame(every)), end)
    for costs in every.values():
        costs[length:] = odd
    assert rows(detect(frame(every)), end) == before


def test_a_series_is_judged_alike_alone_and_beside_others():
    every = lively(2)
    together = detect(frame(every))
    for name in every:
        # Another series that is always there, so that idle days count as loaded.
        alone = detect(frame({name: every[name], "zz": usual(count=230)}))
        mine = together["series_id"] == name
        assert rows(alone[alone["series_id"] == name]) == rows(together[mine])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), cuts=st.sets(st.integers(1, 119), max_size=4))
def test_days_in_steps_give_the_verdicts_of_all_days_at_once(seed: int, cuts: set[int]):
    bill = frame(lively(seed, 120))
    bill = bill[bill["cost"] > 0]  # a bill has no row where nothing was used
    day = (bill["date"] - FIRST).dt.days
    bill, day = bill[day != 60], day[day != 60]  # and one day was not loaded
    whole, memory = detect(bill).set_index(["series_id", "date"]), None
    for start, end in pairwise([0, *sorted(cuts - {60, 61}), 120]):
        verdicts, memory = follow(bill[(day >= start) & (day < end)], memory)
        same = whole.loc[pd.MultiIndex.from_frame(verdicts[["series_id", "date"]])].reset_index()
        assert rows(same) == rows(verdicts)


def test_a_day_each_gives_the_verdicts_of_all_days_at_once():
    bill = frame(lively(3))
    start = FIRST + pd.Timedelta(days=180)
    _, memory = follow(bill[bill["date"] < start])
    parts: list[pd.DataFrame] = []
    for day in pd.date_range(start, bill["date"].max()):
        verdicts, memory = follow(bill[bill["date"] == day], memory)
        parts.append(verdicts)
    whole = detect(bill)
    assert rows(pd.concat(parts)) == rows(whole[whole["date"] >= start])


def test_days_that_do_not_follow_are_refused():
    bill = frame({"a": usual()})
    _, memory = follow(bill[bill["date"] < FIRST + pd.Timedelta(days=100)])
    with pytest.raises(ValueError, match="memory ends on 2026-04-14"):
        follow(bill[bill["date"] > FIRST + pd.Timedelta(days=110)], memory)
