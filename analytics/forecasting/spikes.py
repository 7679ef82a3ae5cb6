"""Single days far off: members look past them, and their money is spread over all days to come."""

from dataclasses import dataclass

import numpy as np

from analytics.daily import Matrix
from analytics.forecasting.fees import FEWEST
from analytics.forecasting.past import Array, Mask

#: A spike is so many times what days usually differ by, and this share of its usual cost, off.
CLEAR, SHARE = 10.0, 0.5
#: The days beside it are off by less than this share of it.
_ALONE = 0.4
#: What happens on more days than this share of them is how the series is.
_RARE = 0.05
#: Days that say how much spikes cost a day on average.
_DAYS = 180


@dataclass(frozen=True, slots=True)
class Calm:
    """`costs` without spikes, and what spikes have cost a day (one value per series)."""

    costs: Matrix
    a_day: Array


def calmed(costs: Matrix, around: Matrix, known: Mask) -> Calm:
    """`around` is what the same weekdays around each day cost.

    The newest day is never called a spike: it may be the first one of a new level.
    """
    if costs.shape[1] < FEWEST:
        return Calm(costs, np.zeros(len(costs)))
    excess = (costs - around) * known
    size = np.abs(excess)
    noise = 1.4826 * np.median(size[:, -_DAYS:], axis=1, keepdims=True)
    clear = size > np.maximum(CLEAR * noise, SHARE * np.abs(around))
    beside = np.zeros_like(size)
    beside[:, 1:-1] = np.maximum(size[:, :-2], size[:, 2:])
    beside[:, -1] = np.inf
    spike = clear & (beside < _ALONE * size) & (size > 0)
    spike &= spike.mean(axis=1, keepdims=True) <= _RARE
    days = np.maximum(known[:, -_DAYS:].sum(axis=1), 1)
    a_day = np.where(spike, excess, 0)[:, -_DAYS:].sum(axis=1) / days
    return Calm(np.where(spike, around, costs), a_day)
