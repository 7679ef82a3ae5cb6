"""What each series will cost in the days to come, with the interval its past errors call for."""

from typing import TYPE_CHECKING

import numpy as np

from analytics.daily import Matrix, daily, long
from domain.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

WEEKS = 4
#: How many past forecasts are looked at, one per week.
_ORIGINS = 8
#: Past days that are read; what is older says little about the next month.
_MEMORY = 400
LONGEST = 1100


def forecast(frame: "pd.DataFrame", horizon_days: int, level: float = 95) -> "pd.DataFrame":
    """The next `horizon_days` days of every series: `series_id`, `date`, `mean`, `lower`, `upper`.

    `frame` has `series_id`, `date` and `cost`; a missing day cost nothing. The days to come begin
    after the last day of the whole frame. `level` is the chance in percent that a day lies
    between `lower` and `upper`. Only the frame decides: the same frame gives the same forecast.
    """
    if not 1 <= horizon_days <= LONGEST:
        raise UserError(f"A forecast covers 1 to {LONGEST} days, not {horizon_days}.")
    if not 50 <= level < 100:
        raise UserError(f"The level of an interval is 50 to below 100 percent, not {level}.")
    known = daily(frame)
    costs = known.costs[:, -_MEMORY:]
    if not costs.size:
        return long(known.ids, known.end, dict.fromkeys(("mean", "lower", "upper"), costs))
    mean = _ahead(costs, horizon_days)
    lower, upper = _bounds(costs, mean, level)
    positive = (known.costs >= 0).all(axis=1, keepdims=True)
    lower = np.where(positive, np.maximum(lower, 0), lower)
    return long(known.ids, known.end, {"mean": mean, "lower": lower, "upper": upper})


def _ahead(costs: Matrix, horizon: int) -> Matrix:
    """The average of the same weekday in the last weeks."""
    days = costs.shape[1]
    weeks = min(WEEKS, days // 7)
    if not weeks:
        return np.repeat(costs.mean(axis=1, keepdims=True), horizon, axis=1)
    week = costs[:, days - 7 * weeks :].reshape(len(costs), weeks, 7).mean(axis=1)
    return week[:, np.arange(horizon) % 7]


def _bounds(costs: Matrix, mean: Matrix, level: float) -> tuple[Matrix, Matrix]:
    """From how far past forecasts were off, in terms of the level of each series."""
    errors = [
        costs[:, at : at + mean.shape[1]] - _ahead(costs[:, :at], min(mean.shape[1], days - at))
        for days in (costs.shape[1],)
        for at in range(days - 7 * _ORIGINS, days, 7)
        if at >= 7
    ]
    if not errors:
        return mean - np.abs(mean), mean + np.abs(mean)
    every = np.concatenate(errors, axis=1)
    low, high = np.quantile(every, [(100 - level) / 200, (100 + level) / 200], axis=1)
    return mean + np.minimum(low, 0)[:, None], mean + np.maximum(high, 0)[:, None]
