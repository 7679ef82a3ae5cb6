"""Where the days to come, and their sum, will lie: from how far off past forecasts were.

Bounds are quantiles of past errors of the same method, as in conformal prediction (Stankeviciute,
Alaa and van der Schaar 2021, "Conformal time-series forecasting", NeurIPS). Two things widen them
that a few months of errors cannot show: errors that stay on one side, and how far the level of the
series has moved in all the days that are known.
"""

from dataclasses import dataclass

import numpy as np

from analytics.forecasting.past import Array, Mask

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
#: A forecast of so many days shows how much of its errors stays.
_LONG = 20


@dataclass(frozen=True, slots=True)
class Spread:
    """How far off a series' forecasts are: `sizes` (stretches x series) of its errors, `shape` the
    errors in these sizes, `staying` the share (0 to 1) that stays within a forecast, `moving` how
    far the level moves in four weeks."""

    sizes: Array
    shape: Array
    staying: Array
    moving: Array


def spread(costs: Array, known: Mask, errors: Array) -> Spread:
    """From past errors (origins x days x series) and all the days that are known."""
    there = np.isfinite(errors)
    squares = np.where(there, errors, 0.0) ** 2
    average = np.abs(costs[:, -56:]).mean(axis=1)
    # Without past errors nobody knows: then the cost itself is how far off it may be.
    fresh = ~there.any(axis=(0, 1))
    least = np.where(fresh, np.abs(costs[:, -7:]).max(axis=1), _NARROWEST * average) + 1e-9
    sizes, parts = [least], list[Array]()
    for begin, end in _STRETCHES:
        count = there[:, begin:end].sum(axis=(0, 1))
        mean = squares[:, begin:end].sum(axis=(0, 1)) / np.maximum(count, 1)
        sizes.append(np.maximum(sizes[-1], np.sqrt(mean)))
        parts.append((errors[:, begin:end] / sizes[-1]).reshape(-1, len(costs)))
    shape = np.concatenate(parts).T
    return Spread(
        np.stack(sizes[1:]), shape, _staying(errors, there, squares), _moving(costs, known)
    )


def _staying(errors: Array, there: Mask, squares: Array) -> Array:
    """How much of the squared errors is the square of a whole forecast's mean error."""
    days = there.sum(axis=1)
    long = days >= min(_LONG, max(int(days.max(initial=0)), 1))
    means = np.where(there, errors, 0.0).sum(axis=1) / np.maximum(days, 1)
    mean = np.where(long, means**2, 0).sum(axis=0) / np.maximum(long.sum(axis=0), 1)
    whole = squares.sum(axis=(0, 1)) / np.maximum(there.sum(axis=(0, 1)), 1)
    return np.clip(mean / np.maximum(whole, 1e-12), 0, 1)


def _moving(costs: Array, known: Mask) -> Array:
    """How far a week's average day is from that of four weeks before, typically."""
    days = costs.shape[1] // 7 * 7
    if not days:
        return np.zeros(len(costs))
    weeks = costs[:, -days:].reshape(len(costs), -1, 7).mean(axis=2)
    moves = weeks[:, _WEEKS_APART:] - weeks[:, :-_WEEKS_APART]
    there = known[:, -days:][:, ::7][:, : moves.shape[1]]
    return np.sqrt(np.where(there, moves**2, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def of_days(one: Spread, horizon: int, level: float) -> Array:
    """How far each day to come may be off, to either side (series x days)."""
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


def of_sum(one: Spread, horizon: int, skip: int, level: float) -> Array:
    """How far the sum of the days after `skip` may be off: what stays adds up, noise averages."""
    count = horizon - skip
    n = next((n for n, (_, end) in enumerate(_STRETCHES) if horizon <= end), len(_STRETCHES) - 1)
    far = max(horizon, _SEEN) / _SEEN
    variance = count * (1 - one.staying) + count**2 * one.staying * far
    variance = one.sizes[n] ** 2 * variance * (1 + _STAYING * one.staying) ** 2
    moves = _MOVING[n] * one.moving * count * np.sqrt(far)
    return _times(level) * np.sqrt(variance + moves**2)


def _quantile(shape: Array, level: float) -> Array:
    """The quantile of each series' own past errors; Student's where there are none."""
    found = np.full(len(shape), _times(level))
    sizes, count = np.abs(shape), np.isfinite(shape).sum(axis=1)
    for number in np.unique(count[count > 0]):
        these = np.flatnonzero(count == number)
        place = min(int(number * level / 100), int(number) - 1)
        found[these] = np.partition(sizes[these], place, axis=1)[:, place]  # NaN comes last
    return found


def _times(level: float) -> float:
    """How many sizes an interval of this level is: 1.96 for 95 %, with the tails of Student's t
    of four degrees of freedom (its quantile: Shaw 2006, doi:10.21314/JCF.2006.154)."""
    return 1.96 * _student(0.5 + level / 200) / _student(0.975)


def _student(chance: float) -> float:
    alpha = 4 * chance * (1 - chance)
    return 2 * float(np.sqrt(np.cos(np.arccos(np.sqrt(alpha)) / 3) / np.sqrt(alpha) - 1))
