"""What bills look like on usual days, and what stands out in them."""

import numpy as np
import pytest

from tests.anomalies.bill import days, found, usual


def test_a_spike_is_found_on_each_of_its_days():
    costs = usual()
    costs[150:153] *= 3
    assert found(costs) == [150, 151, 152]


def test_a_weekend_that_costs_twice_as_much_as_weekends_do_is_found():
    costs = usual(weekend=0.2)
    costs[152:154] *= 6
    assert days()[152].day_of_week == 5
    assert found(costs)[:1] == [152]


@pytest.mark.parametrize("weekend", [0.0, 0.1, 0.5, 1.0, 1.3])
def test_weekends_of_any_strength_are_no_news(weekend: float):
    assert found(usual(weekend=weekend)) == []


def test_a_saturday_or_two_like_weekdays_cost_is_no_news_but_the_whole_weekend_is():
    """A day within what the last weeks cost gets the benefit of the doubt, once."""
    costs = usual(weekend=0.5)
    costs[152] *= 2
    assert found(costs) == []
    costs[153] *= 2
    assert found(costs) == [153]


def test_a_holiday_that_costs_what_sundays_cost_is_no_news():
    costs = usual(weekend=0.5)
    costs[150] *= 0.5
    assert days()[150].day_of_week == 3
    assert found(costs) == []


def test_a_fee_on_the_first_of_each_month_is_known_after_one_month():
    costs = usual(count=260)
    firsts = np.flatnonzero(days(260).day == 1)
    costs[firsts[1:]] += 900
    told = found(costs)
    assert told == [firsts[1]]
    assert len(firsts) > 6


def test_a_fee_on_the_last_of_each_month_is_known_in_months_of_any_length():
    costs = usual(count=260)
    lasts = np.flatnonzero(days(260).is_month_end)
    costs[lasts] += 900
    assert found(costs)[1:] == []


def test_a_spike_on_the_first_that_is_far_dearer_than_the_fee_is_found():
    costs = usual(count=260)
    firsts = np.flatnonzero(days(260).day == 1)
    costs[firsts] += 300
    costs[firsts[-1]] += 2000
    assert found(costs)[-1:] == [firsts[-1]]


@pytest.mark.parametrize("rate", [0.001, 0.0025, -0.002])
def test_growth_and_decline_are_no_news(rate: float):
    costs = usual(count=400) * np.exp(rate * np.arange(400))
    assert found(costs) == []


def test_small_steps_of_growth_are_no_news():
    costs = usual()
    costs[120:] *= 1.15
    assert found(costs) == []


def test_a_new_level_is_told_for_a_week_and_then_is_what_is_usual():
    costs = usual()
    costs[120:] *= 2
    assert found(costs) == list(range(120, 127))


def test_a_level_that_comes_back_is_no_news_of_its_own():
    costs = usual()
    costs[120:140] *= 2
    assert found(costs) == list(range(120, 127))


def test_a_cost_that_vanishes_is_told_as_a_drop_and_not_for_ever():
    costs = usual()
    costs[120:] = 0
    assert found(costs) == [-day for day in range(120, 127)]


def test_a_cost_that_was_away_for_two_weeks_comes_back_without_an_alert():
    costs = usual()
    costs[120:134] = 0
    assert found(costs) == [-day for day in range(120, 127)]


def test_creeping_growth_is_told_as_drift_although_no_day_stands_out():
    costs = usual(count=260)
    costs[120:] *= np.exp(0.015 * np.minimum(np.arange(140), 60))
    told = found(costs)
    assert 1 <= len(told) <= 3
    assert 130 < told[0] < 180


def test_a_service_that_begins_is_told_once_it_costs_something():
    costs = usual()
    costs[:120] = 0
    assert found(costs) == [120]


def test_a_service_that_begins_small_is_told_on_the_day_it_passes_the_floor():
    costs = np.zeros(200)
    costs[120:] = np.linspace(5, 60, 80)[np.minimum(np.arange(80) * 10, 79)]
    first = int(np.flatnonzero(costs >= 25)[0])
    assert first > 120
    assert found(costs)[:1] == [first]


def test_a_service_that_costs_cents_is_not_told():
    costs = np.zeros(200)
    costs[120:] = 2.0
    assert found(costs) == []


def test_a_job_that_runs_on_some_days_is_learned_and_a_far_larger_run_is_found():
    rng = np.random.default_rng(4)
    costs = 400 * (rng.random(300) < 0.3) * rng.uniform(0.8, 1.2, 300)
    assert [day for day in found(costs) if day >= 60] == []
    costs[200] = 4000
    assert [day for day in found(costs) if day >= 60] == [200]


def test_a_weekly_job_that_runs_thrice_as_long_is_found():
    costs = np.where(days().day_of_week == 0, 500.0, 10.0) * np.exp(usual(1.0, weekend=1.0) - 1)
    assert found(costs) == []
    costs[154] *= 3
    assert days()[154].day_of_week == 0
    assert found(costs) == [154]


def test_noise_widens_the_bounds():
    rng = np.random.default_rng(3)
    costs = 300 * np.exp(rng.normal(0, 0.35, 300))
    assert found(costs) == []
    costs[200] = 6000
    assert found(costs) == [200]


def test_a_spike_makes_the_weeks_after_it_neither_cheap_nor_blind():
    costs = usual()
    costs[120] *= 5
    costs[141] *= 3
    assert found(costs) == [120, 141]


def test_cents_are_no_news_however_rare():
    costs = usual(2.0)
    costs[150] *= 5
    assert found(costs) == []


def test_quiet_series_give_no_alerts():
    every = {f"{seed:03d}": usual(50.0 * seed, seed=seed) for seed in range(1, 60)}
    assert [found(every, one) for one in every if found(every, one)] == []
