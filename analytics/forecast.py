"""What each series will cost in the days to come, with the interval its past errors call for.

Fees that come on a day of the month are taken out, the rest is forecast by a weighed average of
simple members, and the fees are put back. Every series is forecast from its own days alone: who
stands beside it in the frame changes nothing. docs/accuracy.md says how good this is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.daily import Matrix, daily, long
from analytics.forecasting import bounds
from analytics.forecasting.ensemble import combined
from analytics.forecasting.fees import fees
from analytics.forecasting.past import Mask
from domain.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

#: Past days that are read; what is older says little about the next month.
MEMORY = 400
LONGEST = 1100
#: So many series at once stay in the processor's cache.
_CHUNK = 224


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Series that are forecast together: their costs, the mean of each day, how far off it is."""

    costs: Matrix
    mean: Matrix
    spread: bounds.Spread


def forecast(frame: "pd.DataFrame", horizon_days: int, level: float = 95) -> "pd.DataFrame":
    """The next `horizon_days` days of every series: `series_id`, `date`, `mean`, `lower`, `upper`.

    `frame` has `series_id`, `date` and `cost`; a missing day cost nothing. The days to come begin
    after the last day of the whole frame. `level` is the chance in percent that a day lies
    between `lower` and `upper`. Only the frame decides: the same frame gives the same forecast.
    """
    _check(horizon_days, level)
    known = daily(frame)
    parts = [
        _within(part, part.mean, bounds.of_days(part.spread, horizon_days, level))
        for part in _ahead(known.costs, known.first, horizon_days)
    ]
    found = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0, horizon_days))
    mean, lower, upper = found
    return long(known.ids, known.end, {"mean": mean, "lower": lower, "upper": upper})


def forecast_total(
    frame: "pd.DataFrame", horizon_days: int, level: float = 95, skip: int = 0
) -> "pd.DataFrame":
    """What the days to come cost together: `series_id`, `mean`, `lower`, `upper`.

    The first `skip` of the `horizon_days` are left out. Days that are off are off together, so
    that the interval of a sum is not the sum of intervals.
    """
    import pandas as pd

    _check(horizon_days, level)
    if not 0 <= skip < horizon_days:
        raise UserError(f"{skip} days left out of {horizon_days} leave nothing to forecast.")
    known = daily(frame)
    parts: list[Matrix] = []
    for part in _ahead(known.costs, known.first, horizon_days):
        mean = part.mean[:, skip:].sum(axis=1, keepdims=True)
        off = bounds.of_sum(part.spread, horizon_days, skip, level)[:, None]
        parts.append(_within(part, mean, off)[:, :, 0])
    found = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0))
    mean, lower, upper = found
    return pd.DataFrame({"series_id": known.ids, "mean": mean, "lower": lower, "upper": upper})


def _check(horizon_days: int, level: float) -> None:
    if not 1 <= horizon_days <= LONGEST:
        raise UserError(f"A forecast covers 1 to {LONGEST} days, not {horizon_days}.")
    if not 50 <= level < 100:
        raise UserError(f"The level of an interval is 50 to below 100 percent, not {level}.")


def _ahead(costs: Matrix, first: np.datetime64, horizon: int) -> Iterator[_Ahead]:
    """All series, a chunk at a time."""
    newest = costs[:, -MEMORY:]
    end = first + np.timedelta64(costs.shape[1], "D")
    begin = end - np.timedelta64(newest.shape[1], "D")
    for start in range(0, len(costs), _CHUNK):
        part = newest[start : start + _CHUNK]
        known = _since_first(part)
        kept = fees(part, begin)
        said = combined(kept.base, kept.around, known, horizon)
        mean = said.mean + kept.ahead(end, horizon)
        mean = np.where(_never_negative(part), np.maximum(mean, 0), mean)
        yield _Ahead(part, mean, bounds.spread(part, known, said.errors))


def _since_first(costs: Matrix) -> Mask:
    """The days since a series began; a series of nothing is known throughout."""
    there = costs != 0
    first = np.where(there.any(axis=1), there.argmax(axis=1), 0)
    return np.arange(costs.shape[1]) >= first[:, None]


def _never_negative(costs: Matrix) -> Mask:
    return np.asarray(costs.min(axis=1, keepdims=True) >= 0)


def _within(part: _Ahead, mean: Matrix, off: Matrix) -> Matrix:
    """Mean, lower and upper bound; never below nothing what never was."""
    lower = mean - off
    lower = np.where(_never_negative(part.costs), np.maximum(lower, 0), lower)
    return np.stack([mean, lower, mean + off])
