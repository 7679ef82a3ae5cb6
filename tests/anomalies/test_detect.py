"""What goes into detection and comes out of it."""

import numpy as np
import pandas as pd
import pytest

from analytics.anomalies import SENSITIVITIES, Bar, detect
from analytics.detection.score import deviation, normal
from domain import finding
from tests.anomalies.bill import FIRST, days, found, frame, usual


def test_there_is_one_verdict_for_each_series_and_day_in_order():
    verdicts = detect(frame({"b": usual(), "a": usual(seed=2)}).sample(frac=1, random_state=1))
    assert list(verdicts) == [
        "series_id", "date", "score", "expected", "lower", "upper", "is_anomaly",
    ]  # fmt: skip
    assert list(verdicts["series_id"].unique()) == ["a", "b"]
    assert list(verdicts["date"][:200]) == list(days())
    assert len(verdicts) == 400


def test_a_day_outside_its_bounds_is_an_anomaly_and_no_other():
    costs = usual()
    costs[[100, 130, 160]] *= [3.0, 0.02, 1.5]
    verdicts = detect(frame({"it": costs}))
    known = verdicts.dropna()
    outside = (costs[-len(known) :] > known["upper"]) | (costs[-len(known) :] < known["lower"])
    assert list(outside) == list(known["is_anomaly"])
    assert outside.sum() >= 2
    assert ((known["lower"] <= known["expected"]) & (known["expected"] <= known["upper"])).all()


def test_the_first_days_are_not_judged():
    verdicts = detect(frame({"it": usual(count=20)}))
    assert verdicts["score"].isna().sum() == 7
    assert not verdicts["is_anomaly"].any()


def test_a_day_that_was_not_loaded_is_no_drop_and_changes_little():
    costs = {"a": usual(), "b": usual(seed=2)}
    costs["a"][150] *= 4
    bill = frame(costs)
    gap = bill[(bill["date"] - FIRST).dt.days != 140]
    verdicts = detect(gap).set_index(["series_id", "date"])
    assert np.isnan(verdicts.loc[("a", FIRST + pd.Timedelta(days=140)), "score"])
    hits = verdicts[verdicts["is_anomaly"]]
    assert list(hits.index) == [("a", FIRST + pd.Timedelta(days=150))]


def test_a_series_without_a_row_on_a_day_cost_nothing_on_it():
    bill = frame({"a": usual(), "b": usual(seed=2)})
    gone = bill[~((bill["series_id"] == "a") & (bill["date"] >= FIRST + pd.Timedelta(days=190)))]
    verdicts = detect(gone)
    hits = verdicts[verdicts["is_anomaly"]]
    assert set(hits["series_id"]) == {"a"}
    assert (hits["score"] < 0).all()


def test_rows_of_a_day_are_added_up():
    costs = usual()
    half = frame({"it": costs / 2})
    twice = detect(pd.concat([half, half]))
    pd.testing.assert_frame_equal(twice, detect(frame({"it": costs})))


def test_the_words_of_the_settings_are_those_of_detection():
    assert tuple(SENSITIVITIES) == finding.SENSITIVITIES


def test_a_team_can_ask_for_less_and_for_more():
    costs = usual(200.0)
    costs[150] *= 1.28
    every = {"calm": costs, "keen": costs, "other": usual()}
    chosen = {"calm": "low", "keen": Bar(2.0, 5.0, 0.1)}
    assert found(every, "keen", sensitivity=chosen) == [150]
    assert found(every, "calm", sensitivity=chosen) == []
    costs[160] *= 3
    counts = [len(found(every, "calm", sensitivity=word)) for word in ("low", "normal", "high")]
    assert counts == sorted(counts) and counts[0] == 1


def test_numbers_take_the_place_of_those_of_the_sensitivity():
    costs = usual(200.0)
    costs[150] *= 2
    assert found(costs) == [150]
    assert found(costs, floor=300.0) == []
    assert found(costs, ratio=1.5) == []
    assert found(costs, score=30.0) == []


def test_what_is_wrong_with_a_frame_is_said():
    bill = frame({"it": usual()})
    with pytest.raises(ValueError, match="no column cost"):
        detect(bill.drop(columns="cost"))
    with pytest.raises(ValueError, match="finite cost"):
        detect(bill.assign(cost=np.inf))
    with pytest.raises(ValueError, match="'loud' is not one of low, normal, high"):
        detect(bill, sensitivity="loud")


def test_nothing_is_found_in_nothing():
    empty = detect(pd.DataFrame({"series_id": [], "date": pd.to_datetime([]), "cost": []}))
    assert len(empty) == 0
    assert "is_anomaly" in empty


def test_refunds_and_zeros_pass():
    costs = usual()
    costs[100] = -500
    costs[101] = 0
    assert found(costs)[0] == -100


def test_a_score_has_its_deviation():
    for bar in SENSITIVITIES.values():
        assert normal(np.array([deviation(bar.score)]))[0] == pytest.approx(bar.score)
    assert normal(np.array([-4.0]))[0] == -normal(np.array([4.0]))[0]


@pytest.mark.parametrize("tails", [6, 30])
def test_far_scores_are_no_more_frequent_than_they_say(tails: int):
    """A normal distribution exceeds 2, 3 and 4 on one day in 22, 370 and 15,800.

    Noise with heavy tails may do it a little more often at the far end.
    """
    rng = np.random.default_rng(5)
    every = {f"{n:03d}": 400 * np.exp(0.1 * rng.standard_t(tails, 400)) for n in range(150)}
    score = detect(frame(every))["score"].dropna().abs()
    assert (score > 2).mean() < 0.0455
    assert (score > 3).mean() < 0.0027
    assert (score > 4).mean() < 0.0006
    assert score.max() > 2
