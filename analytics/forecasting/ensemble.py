"""The members weighed for each series by how far off they were before, and those past errors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.daily import Matrix
from analytics.forecasting.members import NAMES, READ, Mask, members

#: Past forecasts are made a week apart; so many are looked at, and so far ahead.
ORIGINS, APART, REACH = 16, 7, 30
#: A series takes part in a past forecast when it was so old there.
_OLD = 7
#: Errors of older forecasts count less: half after about this many weeks.
_HALF_LIFE = 12.0
#: How sharply better members are preferred, and how many days the preference before seeing any
#: error is worth.
POWER, PRIOR_DAYS, BIAS = 6.0, 5.0, 0.5
#: Errors that members start with, relative to each other: what tuning series had.
PRIOR = np.ones(len(NAMES))


@dataclass(frozen=True, slots=True)
class Combined:
    """`mean` of the days to come; `errors` (origins x series x days) of past forecasts, NaN where
    there was none: actual minus forecast, the newest origin first."""

    mean: Matrix
    errors: NDArray[np.float64]


def combined(costs: Matrix, known: Mask, horizon: int) -> Combined:
    """The weighed members; weights and errors come from the same past forecasts."""
    days = costs.shape[1]
    origins = [at for n in range(1, ORIGINS + 1) if (at := days - APART * n) >= _OLD]
    reach = min(REACH, max(horizon, APART))
    said = [
        members(costs[:, max(0, at - READ) : at], known[:, max(0, at - READ) : at], reach)
        for at in origins
    ]
    errors = np.full((len(origins), len(NAMES), len(costs), reach), np.nan)
    for n, (at, each) in enumerate(zip(origins, said, strict=True)):
        ahead = costs[:, at : at + reach]
        off = ahead - each[:, :, : ahead.shape[1]]
        old = known[:, at - _OLD]
        errors[n, :, :, : ahead.shape[1]] = np.where(old[:, None], off, np.nan)
    weights = _weights(errors)
    ahead = members(costs[:, -READ:], known[:, -READ:], horizon)
    mean = np.einsum("ms,msh->sh", weights, ahead)
    return Combined(mean, np.einsum("ms,omsh->osh", weights, errors))


def _weights(errors: NDArray[np.float64]) -> Matrix:
    """Members x series, each series' weights adding up to one."""
    members_, series = len(NAMES), errors.shape[2]
    fading = 0.5 ** (np.arange(len(errors)) / _HALF_LIFE)
    known = np.isfinite(errors)
    sizes = np.where(known, np.abs(errors), 0.0)
    counts = np.einsum("o,omsh->ms", fading, known.astype(np.float64))
    if not len(errors):
        counts = np.zeros((members_, series))
    mae = np.einsum("o,omsh->ms", fading, sizes) / np.maximum(counts, 1e-9)
    days = np.maximum(known.sum(axis=3), 1)
    bias = np.abs(np.where(known, errors, 0.0).sum(axis=3)) / days
    bias = np.einsum("o,oms->ms", fading, bias) / max(fading.sum(), 1e-9)
    score = mae + BIAS * bias
    typical = score.mean(axis=0, keepdims=True)
    prior = PRIOR[:, None] / PRIOR.mean() * typical
    score = (score * counts + prior * PRIOR_DAYS) / (counts + PRIOR_DAYS)
    best = np.maximum(score.min(axis=0, keepdims=True), 1e-12)
    raw = (best / np.maximum(score, 1e-12)) ** POWER
    return raw / raw.sum(axis=0, keepdims=True)
