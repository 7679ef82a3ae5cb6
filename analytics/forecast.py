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
    _check(horizon_days, level)
    known = daily(frame)
    costs = known.costs[:, -_MEMORY:]
    if not costs.size:
        return long(known.ids, known.end, dict.fromkeys(("mean", "lower", "upper"), costs))
    mean = _ahead(costs, horizon_days)
    lower, upper = _bounds(costs, mean, level)
    positive = (known.costs >= 0).all(axis=1, keepdims=True)
    lower = np.where(positive, np.maximum(lower, 0), lower)
    return long(known.ids, known.end, {"mean": mean, "lower": lower, "upper": upper})


def forecast_total(
    frame: "pd.DataFrame", horizon_days: int, level: float = 95, skip: int = 0
) -> "pd.DataFrame":
    """What the days to come cost together: `series_id`, `mean`, `lower`, `upper`.

    The first `skip` of the `horizon_days` are left out. Days that are off are off together, so
    that the interval of a sum is not the sum of intervals: it comes from past sums.
    """
    import pandas as pd

    _check(horizon_days, level)
    if not 0 <= skip < horizon_days:
        raise UserError(f"{skip} days left out of {horizon_days} leave nothing to forecast.")
    known = daily(frame)
    costs = known.costs[:, -_MEMORY:]
    ahead = _ahead(costs, horizon_days)[:, skip:] if costs.size else costs
    mean = ahead.sum(axis=1)
    off = _total_error(costs, horizon_days, skip, level) if costs.size else mean
    lower = mean - off
    positive = (known.costs >= 0).all(axis=1)
    lower = np.where(positive, np.maximum(lower, 0), lower)
    return pd.DataFrame({"series_id": known.ids, "mean": mean, "lower": lower, "upper": mean + off})


def _check(horizon_days: int, level: float) -> None:
    if not 1 <= horizon_days <= LONGEST:
        raise UserError(f"A forecast covers 1 to {LONGEST} days, not {horizon_days}.")
    if not 50 <= level < 100:
        raise UserError(f"The level of an interval is 50 to below 100 percent, not {level}.")


def _total_error(costs: Matrix, horizon: int, skip: int, level: float) -> Matrix:
    """How far past sums were off; a sum that no past is long enough for grows with its days."""
    days = costs.shape[1]
    reach = min(horizon, max(days // 3, 1))
    first = max(0, min(skip, reach - 1))
    errors = [
        (costs[:, at + first : at + reach] - _ahead(costs[:, :at], reach)[:, first:]).sum(axis=1)
        for at in range(days - reach, max(days - reach - 7 * _ORIGINS, 6), -7)
    ]
    if not errors:
        return np.abs(costs.mean(axis=1)) * (horizon - skip)
    off = np.quantile(np.abs(np.stack(errors)), level / 100, axis=0)
    return off * (horizon - skip) / (reach - first)


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
