"""Frames of costs as matrices of days x series, and back."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analytics.detection.state import Matrix

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("series_id", "date", "cost")


@dataclass(frozen=True, slots=True)
class Table:
    """Costs of days x series: a series without a row on a day cost nothing on it.

    A day on which no series has a row was not loaded: its costs are NaN, as unknown ones are.
    """

    series: NDArray[Any]
    days: list[date]
    costs: Matrix


def table(frame: "pd.DataFrame") -> Table:
    """The matrix of a frame with series_id, date and cost; series and days in order."""
    import pandas as pd

    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise ValueError(f"The frame has no column {missing[0]}. It needs {', '.join(NEEDED)}.")
    where, series = pd.factorize(frame["series_id"], sort=True)
    dates = pd.DatetimeIndex(frame["date"]).tz_localize(None)
    cost = frame["cost"].to_numpy(dtype=np.float64)
    if (where < 0).any() or dates.hasnans or np.isinf(cost).any():
        raise ValueError("Each row needs a series_id, a date and a finite cost (or NaN).")
    if not len(frame):
        return Table(np.asarray(series), [], np.empty((0, 0)))
    row = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    first, count = int(row.min()), int(np.ptp(row)) + 1
    size = (count, len(series))
    place = (row - first) * size[1] + where
    sums = np.bincount(place, weights=cost, minlength=size[0] * size[1])
    costs = sums.astype(np.float64).reshape(size)
    costs[np.bincount(row - first, minlength=count) == 0] = np.nan
    start = np.datetime64(first, "D").item()
    return Table(np.asarray(series), [start + timedelta(days=n) for n in range(count)], costs)


def until(of: Table, through: date) -> Table:
    """With the days up to one that no series has a row of any more: they cost nothing."""
    more = max((through - of.days[-1]).days, 0) if of.days else 0
    days = [*of.days, *(of.days[-1] + timedelta(days=n + 1) for n in range(more))]
    return Table(of.series, days, np.concatenate([of.costs, np.zeros((more, len(of.series)))]))


def long(of: Table, columns: dict[str, NDArray[Any]]) -> "pd.DataFrame":
    """One row per series and day, with matrices of days x series as columns."""
    import pandas as pd

    count = len(of.days)
    keys = {
        "series_id": np.repeat(of.series, count),
        "date": np.tile(np.array(of.days, dtype="datetime64[ns]"), len(of.series)),
    }
    return pd.DataFrame(keys | {name: value.T.ravel() for name, value in columns.items()})
