"""What a person may rely on when they read a forecast."""

import numpy as np
import pandas as pd
import pytest

from analytics.forecast import forecast
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
