"""The rhythm of the week: what each weekday costs against a usual day, and how sure that is.

Strength is that of Wang, Smith and Hyndman 2006 (doi:10.1007/s10618-005-0039-x), as in Hyndman and
Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, section 4.3: one minus the
variance of the remainder over that of season and remainder together.
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

#: Fewer whole weeks say nothing about a usual one.
FEWEST_WEEKS = 4
#: How much of a week its seven usual days make up together, of seven.
_REGULAR = 3.5
#: How far a day may lie from its weekday before it counts as lying there (Hampel).
_OUTLYING = 3.0
_CONSISTENT = 1.4826


def weekly(costs: Matrix, first_weekday: int) -> tuple[Matrix, Vector]:
    """For each series (a row of days) seven factors, Monday first, with a mean of one; and the
    strength from 0 to 1. Where there is too little to tell, all factors are one and it is 0."""
    weeks = whole_weeks(costs, first_weekday)
    series = len(costs)
    if weeks.shape[1] < FEWEST_WEEKS:
        return np.ones((series, 7)), np.zeros(series)
    means = weeks.mean(axis=2, keepdims=True)
    usual = np.median(means, axis=1, keepdims=True)
    counts = means > np.maximum(0.01 * usual, 1e-12)
    shares = np.where(counts, weeks / np.where(counts, means, 1.0), np.nan)
    enough = (counts.sum(axis=1) >= FEWEST_WEEKS).ravel()
    shares[~enough] = 1.0
    # Credits within usage make odd shares: a factor below nothing would turn costs around.
    factors = np.maximum(np.nanmedian(shares, axis=1), 0.0)
    sums = factors.sum(axis=1, keepdims=True)
    # What is charged now and then has no usual week, and its days would weigh nothing.
    regular = sums > _REGULAR
    factors = np.where(regular, factors * 7 / np.where(regular, sums, 1.0), 1.0)
    return factors, _strength(shares, factors)


def whole_weeks(costs: Matrix, first_weekday: int) -> NDArray[np.float64]:
    """The days as series x weeks x weekdays; days of weeks that are not whole are left out."""
    skipped = -first_weekday % 7
    count = max(costs.shape[1] - skipped, 0) // 7
    return costs[:, skipped : skipped + 7 * count].reshape(len(costs), count, 7)


def _strength(shares: NDArray[np.float64], factors: Matrix) -> Vector:
    rest = shares - factors[:, None, :]
    scale = _CONSISTENT * np.nanmedian(np.abs(rest), axis=(1, 2), keepdims=True)
    rest = np.clip(rest, -_OUTLYING * scale, _OUTLYING * scale)
    whole = np.nanvar(rest + factors[:, None, :], axis=(1, 2))
    left = np.nanvar(rest, axis=(1, 2))
    return np.where(whole > 1e-12, np.clip(1 - left / np.maximum(whole, 1e-12), 0.0, 1.0), 0.0)
