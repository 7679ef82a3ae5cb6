"""The members weighed for each series by how far off they were before, and those past errors."""

from dataclasses import dataclass

import numpy as np

from analytics.forecasting.members import COUNT, STEP, members
from analytics.forecasting.past import Array, Mask, past
from analytics.forecasting.spikes import calmed

#: Past forecasts are made a week apart; so many are looked at, and so far ahead.
ORIGINS, REACH = 12, 30
#: Errors of older forecasts count less: half after about this many weeks.
_HALF_LIFE = 12.0
#: How sharply better members are preferred; how many days of errors nobody is preferred on; and
#: how much being off on one side counts beside being off at all. Chosen on tuning series.
_POWER, _EQUAL_DAYS, _BIAS = 6.0, 5.0, 0.5

#: Past errors cannot know a step of some days ago: so much of the forecast begins anew there.
TRUST = 0.7


@dataclass(frozen=True, slots=True)
class Combined:
    """`mean` (series x days) of the days to come; `errors` (origins x days x series) of past
    forecasts, NaN where there was none: actual minus forecast, the newest origin first."""

    mean: Array
    errors: Array


def combined(costs: Array, around: Array, known: Mask, horizon: int) -> Combined:
    """The weighed members; weights and errors come from the same past forecasts.

    `around` is what the same weekdays around each day cost.
    """
    calm = calmed(costs, around, known)
    before = past(calm.costs, known)
    actual = np.zeros((7 * before.weeks, len(costs)))
    actual[-costs.shape[1] :] = costs.T - calm.a_day
    begun = before.seen[:, 0] > 0
    origins = [at for n in range(1, ORIGINS + 1) if (at := before.weeks - n) >= 1]
    reach = min(REACH, max(horizon, 7))
    errors = np.zeros((len(origins), COUNT, reach, len(costs)))
    there = np.zeros((len(origins), reach, len(costs)), dtype=bool)
    steps = np.zeros((len(origins), len(costs)), dtype=bool)
    for n, at in enumerate(origins):
        ahead = actual[7 * at : 7 * at + reach]
        there[n, : len(ahead)] = begun[at - 1]
        said, steps[n] = members(before, at, reach)
        off = errors[n, :, : len(ahead)]
        np.subtract(ahead, said[:, : len(ahead)], out=off)
        off *= begun[at - 1]
    weights = _weights(errors, there)
    said, stepped = members(before, before.weeks, horizon)
    mean = np.einsum("ms,mhs->hs", weights, said)
    mean += np.where(stepped, TRUST, 0) * (said[STEP] - mean)
    off = np.einsum("ms,omhs->ohs", weights, errors)
    off += np.where(steps, TRUST, 0)[:, None] * (errors[:, STEP] - off)
    return Combined((mean + calm.a_day).T, np.where(there, off, np.nan))


def _weights(errors: Array, there: Mask) -> Array:
    """Members x series, each series' weights adding up to one; errors are 0 where not `there`."""
    if not len(errors):
        return np.full((COUNT, errors.shape[3]), 1 / COUNT)
    fading = 0.5 ** (np.arange(len(errors)) / _HALF_LIFE)
    days = there.sum(axis=1)
    count = fading @ days
    off = np.einsum("o,omhs->ms", fading, np.abs(errors)) / np.maximum(count, 1e-9)
    bias = np.abs(errors.sum(axis=2)) / np.maximum(days, 1)[:, None]
    bias = np.einsum("o,oms->ms", fading, bias) / fading.sum()
    score = off + _BIAS * bias
    score = (score * count + score.mean(axis=0) * _EQUAL_DAYS) / (count + _EQUAL_DAYS)
    best = np.maximum(score.min(axis=0), 1e-12)
    raw = (best / np.maximum(score, 1e-12)) ** _POWER
    return np.asarray(raw / raw.sum(axis=0), dtype=np.float64)
