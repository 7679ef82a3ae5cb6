"""Where the days to come, and their sum, will lie: from how far off past forecasts were.

Bounds are those of conformal prediction, quantiles of past errors of the same method (Stankeviciute,
Alaa and van der Schaar 2021, "Conformal time-series forecasting", NeurIPS), widened by two things
that a few months of errors cannot show: errors that stay on one side, and how far the level of the
series has moved in all the days that are known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.daily import Matrix
from analytics.forecasting.members import Mask

#: Errors grow with the days ahead: each stretch has its own size.
_STRETCHES = ((0, 7), (7, 14), (14, 30))
_SEEN = _STRETCHES[-1][1]
#: What tuning series needed: how much wider each stretch is than past errors, how much that grows
#: with the share of errors that stay, and how much of the level's moves counts in each stretch.
_WIDER, _STAYING, _MOVING = (1.0, 1.05, 1.1), 0.6, (0.15, 0.3, 0.5)
#: Moves of the level are those between weeks that lie so far apart.
_WEEKS_APART = 4
#: Bounds are never narrower than this share of an average day.
_NARROWEST = 0.002
_Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far off a series' forecasts are: `sizes` (stretches x series) of its errors, `shape` the
    errors in these sizes, `staying` the share (0 to 1) that stays within a forecast, `moving` how
    far the level moves in four weeks."""

    sizes: Matrix
    shape: Matrix
    staying: _Vector
    moving: _Vector


def spread(costs: Matrix, known: Mask, errors: NDArray[np.float64]) -> Spread:
    """From the past errors (origins x series x days) and all the days that are known."""
    there = np.isfinite(errors)
    squares = np.where(there, errors, 0.0) ** 2
    sizes: list[_Vector] = []
    for begin, end in _STRETCHES:
        count = there[:, :, begin:end].sum(axis=(0, 2))
        mean = squares[:, :, begin:end].sum(axis=(0, 2)) / np.maximum(count, 1)
        sizes.append(np.sqrt(np.where(count > 0, mean, 0)))
    average = np.abs(costs[:, -56:]).mean(axis=1)
    # Without past errors nobody knows: then the cost itself is how far off it may be.
    fresh = ~there.any(axis=(0, 2))
    least = np.where(fresh, np.abs(costs[:, -7:]).max(axis=1), _NARROWEST * average)
    grown = np.maximum.accumulate(np.maximum(np.stack(sizes), least + 1e-9), axis=0)
    stretches = [
        errors[:, :, begin:end] / size[None, :, None]
        for (begin, end), size in zip(_STRETCHES, grown, strict=True)
    ]
    shape = np.concatenate(stretches, axis=2).transpose(1, 0, 2).reshape(len(costs), -1)
    return Spread(grown, shape, _staying(errors, there, squares), _moving(costs, known))


def _staying(
    errors: NDArray[np.float64], there: NDArray[np.bool_], squares: NDArray[np.float64]
) -> _Vector:
    """How much of the squared errors is the square of a whole forecast's mean error."""
    days = there.sum(axis=2)
    long = days >= min(20, max(int(days.max(initial=0)), 1))
    means = np.where(there, errors, 0.0).sum(axis=2) / np.maximum(days, 1)
    mean = np.where(long, means**2, 0).sum(axis=0) / np.maximum(long.sum(axis=0), 1)
    whole = squares.sum(axis=(0, 2)) / np.maximum(there.sum(axis=(0, 2)), 1)
    return np.clip(mean / np.maximum(whole, 1e-12), 0, 1)


def _moving(costs: Matrix, known: Mask) -> _Vector:
    """How far a week's average day is from that of four weeks before, typically."""
    days = costs.shape[1] // 7 * 7
    weeks = costs[:, -days:].reshape(len(costs), -1, 7).mean(axis=2) if days else costs[:, :0]
    old = known[:, -days:][:, ::7] if days else known[:, :0]
    moves = weeks[:, _WEEKS_APART:] - weeks[:, :-_WEEKS_APART]
    there = old[:, : moves.shape[1]]
    return np.sqrt(np.where(there, moves**2, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def of_days(one: Spread, horizon: int, level: float) -> Matrix:
    """How far each day to come may be off, to either side."""
    times, quantile = _times(level), _quantile(one.shape, level)
    off = np.empty((len(quantile), horizon))
    for n, (begin, end) in enumerate(_STRETCHES):
        ahead = np.arange(begin, horizon if end == _SEEN else min(end, horizon))
        if not len(ahead):
            continue
        far = np.maximum(ahead + 1, _SEEN) / _SEEN
        wider = 1 + (_WIDER[n] - 1 + _STAYING * one.staying * (n + 1) / 3) * times / _times(95)
        grows = np.sqrt(1 + one.staying[:, None] * (far - 1))
        errors = (quantile * one.sizes[n] * wider)[:, None] * grows
        moves = _MOVING[n] * times * one.moving[:, None] * np.sqrt(far)
        off[:, ahead] = np.sqrt(errors**2 + moves**2)
    return off


def of_sum(one: Spread, horizon: int, skip: int, level: float) -> _Vector:
    """How far the sum of the days after `skip` may be off: what stays adds up, noise averages."""
    count = horizon - skip
    n = next((n for n, (_, end) in enumerate(_STRETCHES) if horizon <= end), len(_STRETCHES) - 1)
    far = max(horizon, _SEEN) / _SEEN
    staying = one.staying * far
    variance = one.sizes[n] ** 2 * (count * (1 - one.staying) + count**2 * staying)
    variance *= (1 + _STAYING * one.staying) ** 2
    moves = _MOVING[n] * one.moving * count * np.sqrt(far)
    return _times(level) * np.sqrt(variance + moves**2)


def _quantile(shape: Matrix, level: float) -> _Vector:
    """The past errors' own quantile; that of a normal distribution where there are none."""
    ordered = np.sort(np.abs(shape), axis=1)  # NaN comes last
    count = np.isfinite(shape).sum(axis=1)
    place = np.clip((count * level / 100).astype(int), 0, np.maximum(count - 1, 0))
    found = ordered[np.arange(len(shape)), place] if shape.shape[1] else np.zeros(len(shape))
    return np.where(count > 0, found, _times(level))


def _times(level: float) -> float:
    """How many sizes an interval of this level is: 1.96 for 95 %, the tails as of Student's t
    with four degrees of freedom, whose quantile has a closed form (Shaw 2006, doi:10.21314/JCF.2006.154)."""
    return 1.96 * _student(0.5 + level / 200) / _student(0.975)


def _student(chance: float) -> float:
    alpha = 4 * chance * (1 - chance)
    return 2 * float(np.sqrt(np.cos(np.arccos(np.sqrt(alpha)) / 3) / np.sqrt(alpha) - 1))
