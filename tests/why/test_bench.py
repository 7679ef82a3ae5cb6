"""The root cause bench: its tables are what they say, its peers work, and ours is not worse."""

from dataclasses import replace

import numpy as np
import pytest

from bench.analytics import peers
from bench.analytics.causes import METHODS, ours, run
from bench.analytics.leaves import LOUDEST, Case, make


@pytest.mark.parametrize("seed", range(12))
def test_a_table_has_one_event_that_no_other_leaf_outshouts(seed: int) -> None:
    case = make(seed)
    moved = np.abs(case.now - case.before)
    event = abs(float((case.now - case.before)[case.planted].sum()))
    assert case.planted.any() and not case.planted.all()
    assert event >= 0.01 * case.before.sum()
    assert moved[~case.planted].max() <= LOUDEST * event + 1e-6


def test_a_seed_is_the_same_table_every_time() -> None:
    assert make(3).rows == make(3).rows != make(4).rows


def clean(*, service: str | None = None, region: str | None = None) -> Case:
    """A table without noise in which one service, or that in one region, costs four times more."""
    case = make(1)
    planted = np.ones(len(case.now), np.bool_)
    if service:
        planted &= case.values[0] == service
    if region:
        planted &= case.values[2] == region
    now = np.where(planted, 4 * case.before, case.before)
    return replace(case, now=now, planted=planted)


def test_the_peers_find_what_they_are_made_for() -> None:
    one = clean(service="s1")
    assert np.array_equal(peers.adtributor(one), one.planted)
    assert np.array_equal(peers.largest_value(one), one.planted)
    both = clean(service="s1", region=str(one.values[2][one.planted][0]))
    for method in (peers.potential, ours):
        assert np.array_equal(method(one), one.planted)
        assert np.array_equal(method(both), both.planted)


def test_adtributor_asked_again_goes_from_a_service_to_its_region() -> None:
    keys = [(f"s{s}", "a", f"r{r}", f"m{s}", "t") for s in range(4) for r in range(4)]
    values = np.array(keys).T
    planted = (values[0] == "s1") & (values[2] == "r1")
    before = np.full(16, 100.0)
    case = Case(values, before, np.where(planted, 400.0, before), planted, "multiplied", 2)
    assert np.array_equal(peers.recursive(case), planted)
    assert not np.array_equal(peers.adtributor(case), planted)


def test_ours_names_nine_of_ten_planted_causes_and_more_than_every_peer() -> None:
    result = run("tuning", 30)
    top1 = result["top1"]
    assert isinstance(top1, dict)
    found = {name: top1[name]["all"] for name in METHODS}
    assert found["costbot"] >= 0.9
    assert max(found, key=lambda name: found[name]) == "costbot"
