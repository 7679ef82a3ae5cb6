"""Daily costs as a matrix, one row per series and one column per day, and back to a frame."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]

COLUMNS = ("series_id", "date", "cost")
_ONE_DAY = np.timedelta64(1, "D")
#: Beyond this the days are a mistake, such as 1970 among this year's.
_MOST_CELLS = 400_000_000


@dataclass(frozen=True, slots=True)
class Daily:
    """`costs` has a row per id of `ids`, and a column for each day from `first` on."""

    ids: NDArray[Any]
    first: np.datetime64
    costs: Matrix

    @property
    def end(self) -> np.datetime64:
        """The day after the last one."""
        return self.first + self.costs.shape[1] * _ONE_DAY


def daily(frame: "pd.DataFrame") -> Daily:
    """The frame's costs; a day that a series has no row for cost nothing, several rows are added.

    All series share the days of the whole frame: who stopped having rows costs nothing since.
    """
    import pandas as pd

    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise UserError(f"Daily costs need the columns {', '.join(COLUMNS)}: no {missing[0]} here.")
    codes, ids = pd.factorize(frame["series_id"], sort=True)
    days = frame["date"].to_numpy(dtype="datetime64[D]")
    costs = frame["cost"].to_numpy(dtype=np.float64)
    if not len(costs):
        return Daily(np.asarray(ids), np.datetime64("1970-01-01", "D"), np.zeros((0, 0)))
    if (codes < 0).any() or np.isnat(days).any() or not np.isfinite(costs).all():
        raise UserError("A daily cost without its series, its date or its amount. Leave it out.")
    first = days.min()
    count = int((days.max() - first) / _ONE_DAY) + 1
    if count * len(ids) > _MOST_CELLS:
        raise UserError(f"{len(ids)} series over {count} days are too many. Check the dates.")
    cells = codes.astype(np.int64) * count + (days - first).astype(np.int64)
    sums: Matrix = np.bincount(cells, weights=costs, minlength=count * len(ids)).astype(np.float64)
    return Daily(np.asarray(ids), first, sums.reshape(len(ids), count))


def long(ids: NDArray[Any], first: np.datetime64, values: dict[str, Matrix]) -> "pd.DataFrame":
    """A frame with a row per series and day, each matrix of `values` as a column."""
    import pandas as pd

    count = next(iter(values.values())).shape[1]
    days = (first + np.arange(count) * _ONE_DAY).astype("datetime64[ns]")
    columns = {name: matrix.ravel() for name, matrix in values.items()}
    return pd.DataFrame(
        {"series_id": np.repeat(ids, count), "date": np.tile(days, len(ids)), **columns}
    )
