"""Trends: lines keep their slope, steps their day and height, and noise stays noise."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.slopes import theil_sen
from analytics.trends import buckets
from domain.period import Period
from domain.trend import Grain
from tests.trends.series import FIRST, all_found, found, noisy, series

WEEKS_A_MONTH = 365.25 / 12 / 7
costs = st.lists(st.floats(0, 1e6), min_size=70, max_size=200)


@given(st.floats(-1e5, 1e5), st.floats(-1e3, 1e3), st.integers(2, 60))
def test_the_slope_of_a_line_is_the_lines(start: float, slope: float, count: int):
    line = theil_sen((start + slope * np.arange(count))[None])
    assert line.slope[0] == pytest.approx(slope, abs=1e-6)
    assert line.low[0] <= line.slope[0] + 1e-6 and line.high[0] >= line.slope[0] - 1e-6
    assert line.start[0] == pytest.approx(start, abs=1e-4)


def test_one_wild_week_in_five_does_not_bend_a_line():
    values = 100.0 + 3 * np.arange(25)
    values[::6] *= 10
    assert theil_sen(values[None]).slope[0] == pytest.approx(3, abs=0.2)


def test_the_interval_of_a_slope_holds_the_truth_as_often_as_it_says():
    noise = np.random.default_rng(7).normal(0, 5, (2000, 20))
    lines = theil_sen(100 + 2 * np.arange(20) + noise)
    held = np.mean((lines.low <= 2) & (lines.high >= 2))
    assert 0.93 <= held <= 0.97


def test_a_straight_line_of_dollars_is_one_stretch_with_its_growth():
    trend = found([100 + n / 7 * 2 for n in range(7 * 40)])
    assert trend.turns == ()
    assert trend.growth is not None
    assert float(trend.growth.amount) == pytest.approx(2 * WEEKS_A_MONTH)
    assert trend.growth.low <= trend.growth.share <= trend.growth.high
    assert float(trend.change) == pytest.approx(2 * 39)


def test_what_grows_by_percent_is_one_stretch_too():
    trend = found([100 * 1.03 ** (n // 7) for n in range(7 * 50)])
    assert trend.turns == ()
    assert trend.growth is not None
    assert float(trend.growth.share) == pytest.approx(1.03**WEEKS_A_MONTH - 1, rel=1e-6)


@pytest.mark.parametrize("step", [-0.3, 0.15, 0.4, 3.0])
@pytest.mark.parametrize("day", [85, 88, 91, 130])
def test_a_step_is_found_on_its_day_with_its_height(step: float, day: int):
    values = noisy(7 * 30)
    values[day:] *= 1 + step
    (turn,) = found(values).turns
    assert turn.step and abs((turn.day - (FIRST + timedelta(days=day))).days) <= 1
    assert float(turn.change) == pytest.approx(1000 * step, rel=0.15)
    assert turn.at in (day // 7, day // 7 + 1)


def test_growth_after_a_step_is_told_apart_from_it():
    values = noisy(7 * 40)
    values[140:] *= 1.5 * 1.002 ** np.arange(140)
    trend = found(values)
    assert [turn.at for turn in trend.turns] == [20]
    assert trend.growth is not None and trend.growth.clear
    assert float(trend.growth.share) == pytest.approx(1.002**30.4 - 1, abs=0.015)


def test_noise_without_a_trend_has_no_turns_and_no_sure_growth():
    lines = [noisy(7 * 26, seed=seed) for seed in range(60)]
    groups = all_found(*lines).groups
    assert sum(bool(one.turns) for one in groups) <= 2
    assert sum(bool(one.growth and one.growth.clear) for one in groups) <= 6
    unsure = [one for one in groups if one.growth and not one.growth.clear and not one.turns]
    assert len(unsure) > 50 and all(one.change == 0 for one in unsure), "steady is a flat line"


def test_one_spike_is_no_turn():
    values = noisy(7 * 26)
    values[80:83] *= 8
    assert found(values).turns == ()


def test_a_service_that_begins_is_new_since_its_first_day():
    values = np.concatenate([np.zeros(94), noisy(7 * 26 - 94)])
    (turn,) = found(values).turns
    assert (turn.day, turn.before) == (FIRST + timedelta(days=94), 0)
    assert found(values[::-1]).now == 0


def test_months_are_compared_by_usual_days_whatever_their_length_and_weekends():
    """A February of four weekends in 28 days, an August of five in 31."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    values = [(50.0 if day.weekday() > 4 else 100.0) for day in days]
    trend = found(values, Grain.MONTH, date(2026, 1, 1))
    assert len({round(level, 6) for level in trend.levels}) == 1
    assert trend.growth is not None and not trend.growth.clear and trend.change == 0


@given(costs, st.sampled_from(["0.001", "7", "1000"]))
def test_a_bill_in_other_units_has_the_same_trend(values: list[float], factor: str):
    times = float(factor)
    one, other = found(values), found([value * times for value in values])
    assert [turn.at for turn in one.turns] == [turn.at for turn in other.turns]
    assert [float(v) * times for v in one.line] == pytest.approx(
        list(map(float, other.line)), rel=1e-3, abs=1e-3 * times + 1e-6
    )


@given(st.lists(st.floats(0, 1e6), min_size=190, max_size=420), st.integers(0, 40))
def test_levels_times_their_days_are_the_sums_of_whole_weeks_and_months(
    values: list[float], skipped: int
):
    first = FIRST + timedelta(days=skipped)
    made = series(values, first=first)
    weeks = buckets(made.query.period, Grain.WEEK)
    trend = found(values, Grain.WEEK, first)
    for part, level in zip(weeks, trend.levels, strict=True):
        assert float(level) * 7 == pytest.approx(sum(values[part.first : part.end]), abs=1e-4)
    assert len(trend.line) == len(trend.levels) == len(weeks)
    assert all(0 < turn.at < len(weeks) for turn in trend.turns)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 800), st.sampled_from(Grain))
def test_weeks_and_months_are_whole_and_follow_each_other(start: date, days: int, grain: Grain):
    period = Period(start, start + timedelta(days=days))
    found = buckets(period, grain)
    for one in found:
        assert one.start == start + timedelta(days=one.first)
        assert (one.start.weekday() == 0) if grain is Grain.WEEK else (one.start.day == 1)
    assert all(one.end == two.first for one, two in pairwise(found))
    left = days - sum(one.end - one.first for one in found)
    assert 0 <= left <= (12 if grain is Grain.WEEK else 61)


def test_the_week_has_the_rhythm_it_was_made_with():
    rhythm = all_found(noisy(7 * 26)).rhythm
    assert float(rhythm.strength) > 0.9
    assert list(map(float, rhythm.weekdays)) == pytest.approx(
        [1.15, 1.15, 1.15, 1.15, 1.1, 0.68, 0.62], abs=0.03
    )
    even = np.random.default_rng(3).normal(1000, 30, 7 * 26)
    assert float(all_found(even).rhythm.strength) < 0.25


def test_charges_now_and_then_have_no_usual_week():
    values = [100.0 if n % 30 == 3 else 0.0 for n in range(210)]
    found = all_found(values)
    assert found.rhythm.strength == 0 and set(found.rhythm.weekdays) == {1}


def test_a_little_each_monday_is_no_rhythm_of_what_comes_on_other_days():
    """Else a month would be weighed by its Mondays alone."""
    values = np.zeros(7 * 26)
    values[::7] = 1.0
    values[[7 * week + 1 + week % 6 for week in range(26)]] = 20.0
    assert set(all_found(values).rhythm.weekdays) == {1}


def test_the_biggest_growers_come_first_and_falls_last():
    days = np.arange(7 * 20)
    up, steady, down = 100 + days, 500 + 0 * days, 900 - days
    assert [one.key for one in all_found(steady, down, up).groups] == [("s2",), ("s0",), ("s1",)]


def test_all_groups_together_are_the_whole():
    one, two = noisy(7 * 20, seed=1), noisy(7 * 20, seed=2)
    found = all_found(one, two)
    summed = [a + b for a, b in zip(found.groups[0].levels, found.groups[1].levels, strict=True)]
    assert found.whole.levels == pytest.approx(summed, abs=Decimal("1e-6"))


def test_too_short_a_time_has_no_trend():
    with pytest.raises(ValueError, match="8 whole weeks, not 7"):
        all_found(noisy(7 * 7))
