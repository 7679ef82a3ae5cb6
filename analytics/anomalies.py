"""Days that cost far more or far less than the same weekdays before them.

The rule is the plain one of robust statistics (Hampel's identifier, as in Leys et al. 2013,
doi:10.1016/j.jesp.2013.03.013): the median of the last weeks' same weekdays is what was to be
expected, the median absolute deviation says how much is usual. It looks backwards only, so that a
verdict never changes when later days arrive.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

WEEKS = 5
#: Fewer weeks of history than this are no ground for a verdict.
FEWEST = 3
#: Makes the median absolute deviation of a normal distribution its standard deviation.
CONSISTENT = 1.4826
SCORE = 6.0
#: Money and ratio that a change must exceed besides, so that trifles never alert.
FLOOR = 50.0
RATIO = 0.5

Matrix = NDArray[np.float64]


def detect(
    frame: "pd.DataFrame", floor: float = FLOOR, ratio: float = RATIO, score: float = SCORE
) -> "pd.DataFrame":
    """Verdicts for every day of every series.

    `frame` has `series_id`, `date` (datetime64) and `cost`, one row per series and day; a missing
    day cost nothing. Returned in the same order of series and days: `series_id`, `date`, `score`
    (in usual deviations, signed), `expected`, `lower`, `upper`, `is_anomaly`. Where there is too
    little history, `expected` is NaN and nothing is an anomaly.
    """
    import pandas as pd

    table = frame.pivot_table(
        index="series_id", columns="date", values="cost", aggfunc="sum", fill_value=0.0, sort=True
    )
    if table.empty:
        columns = ["series_id", "date", "score", "expected", "lower", "upper", "is_anomaly"]
        return pd.DataFrame(columns=columns)
    days = pd.date_range(table.columns.min(), table.columns.max())
    costs: Matrix = table.reindex(columns=days, fill_value=0.0).to_numpy(dtype=np.float64)
    expected, scale = usual(costs)
    scores = (costs - expected) / scale
    lower, upper = expected - score * scale, expected + score * scale
    change = costs - expected
    with np.errstate(invalid="ignore"):
        found = (
            (np.abs(scores) > score)
            & (np.abs(change) > floor)
            & (np.abs(change) > ratio * np.abs(expected))
        )
    count = len(days)
    return pd.DataFrame(
        {
            "series_id": np.repeat(table.index.to_numpy(), count),
            "date": np.tile(days.to_numpy(), len(table)),
            "score": scores.ravel(),
            "expected": expected.ravel(),
            "lower": lower.ravel(),
            "upper": upper.ravel(),
            "is_anomaly": found.ravel(),
        }
    )


def usual(costs: Matrix) -> tuple[Matrix, Matrix]:
    """What each day should have cost, and by how much that usually varies (series x days)."""
    series, days = costs.shape
    weeks = np.full((WEEKS, series, days), np.nan)
    for week in range(1, WEEKS + 1):
        weeks[week - 1, :, 7 * week :] = costs[:, : max(days - 7 * week, 0)]
    known = (~np.isnan(weeks)).sum(axis=0) >= FEWEST
    with np.errstate(invalid="ignore"):
        expected = np.where(known, _median(weeks), np.nan)
        spread = np.where(known, _median(np.abs(weeks - expected)), np.nan)
    # A series that never varies would make every cent an anomaly.
    least = np.maximum(0.05 * np.abs(expected), 1.0)
    return expected, np.maximum(CONSISTENT * spread, least)


def _median(stack: Matrix) -> Matrix:
    """The median over the first axis, without NaN; NaN where there is nothing."""
    ordered = np.sort(stack, axis=0)  # NaN comes last
    count = (~np.isnan(stack)).sum(axis=0)
    low, high = np.maximum((count - 1) // 2, 0), np.minimum(count // 2, len(stack) - 1)
    middle = (
        np.take_along_axis(ordered, low[None], 0) + np.take_along_axis(ordered, high[None], 0)
    ) / 2
    return np.where(count > 0, middle[0], np.nan)
