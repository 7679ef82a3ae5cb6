"""What a person may rely on when they read a forecast."""

import numpy as np
import pandas as pd
import pytest

from analytics.forecast import forecast, forecast_total
from domain.errors import UserError

FIRST = pd.Timestamp("2026-03-02")  # a Monday


def frame(**series: np.ndarray) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "series_id": name,
                "date": pd.date_range(FIRST, periods=len(costs)),
                "cost": np.asarray(costs, dtype=float),
            }
        )
        for name, costs in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


def weekly(weeks: int) -> np.ndarray:
    return np.tile([100.0, 110, 120, 110, 100, 40, 30], weeks)


def test_a_regular_week_goes_on_as_it_is():
    found = forecast(frame(ec2=weekly(20)), 14)
    assert list(found.columns) == ["series_id", "date", "mean", "lower", "upper"]
    assert found["mean"].to_numpy() == pytest.approx(weekly(2), rel=0.02)
    assert found["date"].iloc[0] == FIRST + pd.Timedelta(days=140)
    assert len(found) == 14


def test_every_series_has_its_own_rows_in_order():
    found = forecast(frame(b=weekly(10), a=10 * weekly(10)), 3)
    assert list(found["series_id"]) == ["a"] * 3 + ["b"] * 3
    assert found["mean"][0] > 5 * found["mean"][3]


def test_what_never_was_negative_is_not_forecast_negative():
    rare = np.where(np.arange(200) % 29 == 3, 90.0, 0.0)
    found = forecast(frame(rare=rare, steady=weekly(29)[:200]), 30)
    assert (found["lower"] >= 0).all()
    assert (found["mean"] >= 0).all()


def test_the_interval_holds_the_mean():
    costs = weekly(30) * np.random.default_rng(4).lognormal(0, 0.2, 210)
    found = forecast(frame(noisy=costs), 45, 80)
    assert (found["lower"] <= found["mean"]).all()
    assert (found["mean"] <= found["upper"]).all()


def test_a_few_days_are_enough_for_a_guess():
    found = forecast(frame(new=np.array([7.0, 7, 7])), 5)
    assert found["mean"].to_numpy() == pytest.approx([7] * 5)


def test_no_series_gives_no_forecast():
    assert forecast(frame(a=weekly(1)).head(0), 30).empty


@pytest.mark.parametrize(("days", "level"), [(0, 95), (5000, 95), (30, 100), (30, 0.95)])
def test_a_forecast_that_makes_no_sense_is_refused(days: int, level: float):
    with pytest.raises(UserError):
        forecast(frame(a=weekly(4)), days, level)


def test_a_day_without_an_amount_is_refused():
    with pytest.raises(UserError, match="amount"):
        forecast(frame(a=np.array([1.0, np.nan, 2.0])), 7)
    with pytest.raises(UserError, match="no cost here"):
        forecast(frame(a=weekly(4)).drop(columns="cost"), 7)


def noisy(days: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.resize(weekly(1), days) * rng.lognormal(0, 0.05, days)


def test_a_series_has_the_same_forecast_whoever_stands_beside_it():
    alone = forecast(frame(b=noisy(200)), 30)
    beside = forecast(frame(a=50 * noisy(200, 2), b=noisy(200), c=0 * noisy(200)), 30)
    among = beside[beside["series_id"] == "b"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, among)


def test_the_order_of_rows_changes_nothing():
    rows = frame(a=noisy(150), b=noisy(150, 2))
    mixed = rows.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(forecast(rows, 30), forecast(mixed, 30))


def test_all_is_in_proportion_to_the_costs():
    small, large = forecast(frame(a=noisy(200)), 30), forecast(frame(a=1e4 * noisy(200)), 30)
    for name in ("mean", "lower", "upper"):
        assert large[name].to_numpy() == pytest.approx(1e4 * small[name].to_numpy(), rel=1e-4)


def test_credits_are_the_mirror_of_costs():
    cost, credit = forecast(frame(a=noisy(200)), 30), forecast(frame(a=-noisy(200)), 30)
    assert credit["mean"].to_numpy() == pytest.approx(-cost["mean"].to_numpy())
    assert credit["lower"].to_numpy() == pytest.approx(-cost["upper"].to_numpy())


def test_a_monthly_fee_is_expected_on_its_day_and_on_no_other():
    days = pd.date_range(FIRST, periods=200)
    fee = frame(fee=noisy(200) + 900 * (days.day == 15))
    found = forecast(fee, 40).set_index("date")["mean"]
    high = found[found > 500]
    assert [day.day for day in high.index] == [15] * len(high) and len(high) >= 1
    assert high.iloc[0] == pytest.approx(1000, rel=0.1)


def test_a_fee_on_the_last_of_the_month_follows_its_length():
    days = pd.date_range("2026-07-06", periods=200)
    last = (days + pd.Timedelta(days=1)).day == 1
    rows = frame(fee=noisy(200) + 900 * last).assign(date=days)
    found = forecast(rows, 40).set_index("date")["mean"]
    assert [str(day.date()) for day in found[found > 500].index] == ["2027-01-31", "2027-02-28"]


def test_after_a_step_the_new_level_is_believed_within_days():
    stepped = noisy(200)
    stepped[-6:] *= 3
    found = forecast(frame(a=stepped), 14)["mean"].to_numpy()
    assert found.sum() == pytest.approx(3 * weekly(2).sum(), rel=0.25)


def test_one_spike_is_not_carried_on():
    spike = noisy(200)
    spike[-3] *= 10
    found = forecast(frame(a=spike), 14)["mean"].to_numpy()
    assert found.sum() == pytest.approx(weekly(2).sum(), rel=0.2)


def test_what_was_switched_off_costs_nothing_more():
    ended = noisy(200)
    ended[-30:] = 0
    assert forecast(frame(a=ended, b=noisy(200)), 30)["mean"][:30].sum() < 0.03 * 30 * 90


def test_a_new_service_is_forecast_from_the_days_it_has():
    new = noisy(200)
    new[:-12] = 0
    found = forecast(frame(new=new, old=noisy(200)), 14)
    mine = found[found["series_id"] == "new"]["mean"]
    assert mine.sum() == pytest.approx(weekly(2).sum(), rel=0.2)


def test_a_sum_is_surer_than_its_days_and_adds_up_to_them():
    days, total = forecast(frame(a=noisy(300)), 30), forecast_total(frame(a=noisy(300)), 30)
    assert total["mean"][0] == pytest.approx(days["mean"].sum())
    assert total["upper"][0] - total["mean"][0] < 0.5 * (days["upper"] - days["mean"]).sum()


def test_days_that_are_left_out_of_a_sum_are_the_first_ones():
    days = forecast(frame(a=noisy(300)), 60)["mean"]
    total = forecast_total(frame(a=noisy(300)), 60, skip=30)
    assert total["mean"][0] == pytest.approx(days[30:].sum())
    with pytest.raises(UserError):
        forecast_total(frame(a=noisy(300)), 30, skip=30)


def test_farther_days_and_higher_levels_are_wider():
    near, far = (forecast_total(frame(a=noisy(300)), n) for n in (30, 360))
    assert far["upper"][0] / far["mean"][0] > near["upper"][0] / near["mean"][0]
    sure, likely = (forecast(frame(a=noisy(300)), 30, level) for level in (95, 80))
    assert (sure["upper"] > likely["upper"]).all()


@pytest.mark.parametrize("level", [80, 95])
def test_bounds_hold_as_often_as_they_say(level: int):
    """Forty series, each judged on 30 days that the forecast has not seen."""
    every = {f"s{n}": noisy(330, n) for n in range(40)}
    found = forecast(frame(**{name: costs[:300] for name, costs in every.items()}), 30, level)
    ahead = np.concatenate([every[name][300:] for name in sorted(every)])
    held = (ahead >= found["lower"]) & (ahead <= found["upper"])
    assert level / 100 - 0.04 <= held.mean() <= level / 100 + 0.04
