"""The members of the forecast: simple ways to go on, each for all series at once.

All of them are an average of some past days times the shape of the week: what differs is how fast
they forget and whether they follow a trend. Combining a few such beats most single methods
(Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014).
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analytics.daily import Matrix

Mask = NDArray[np.bool_]
_T = TypeVar("_T", bound=np.generic)

#: Days that members read, in whole weeks.
READ = 364
#: The week has a shape of the newest weeks and one of half a year.
_FAST, _SLOW = 8, 26
#: How fast exponential smoothing forgets: the weight of the newest day.
_ALPHAS = (0.03, 0.1, 0.25, 0.6)
#: A trend is damped by this much a day (Gardner and McKenzie 1985, doi:10.1287/mnsc.31.10.1237).
_DAMPED = 0.98

NAMES = (
    "last week",
    "2 weeks",
    "4 weeks",
    "8 weeks",
    *(f"smooth {alpha}" for alpha in _ALPHAS),
    "trend 28",
    "trend 84",
    "median 28",
    "median 7",
    "since step",
    "26 weeks",
    "52 weeks",
    *(f"slow {alpha}" for alpha in _ALPHAS[:3]),
    "slow median 28",
    "slow median 7",
    "slow trend 84",
)


def members(past: Matrix, known: Mask, horizon: int) -> NDArray[np.float64]:
    """Members x series x days: each member's forecast of the days after `past`.

    `past` holds the newest READ days (fewer where there are not so many), `known` is False on days
    before a series began.
    """
    past, known = _whole_weeks(past), _whole_weeks(known)
    weight = known.astype(np.float64)
    week = np.arange(horizon) % 7
    found = [_weekday_mean(past, weight, weeks)[:, week] for weeks in (1, 2, 4, 8)]
    shape = week_shape(past, weight, _FAST)
    level, shaped = _without_shape(past, shape), shape[:, week]
    found += [shaped * _average(level, weight, alpha)[:, None] for alpha in _ALPHAS]
    found += [shaped * _trend(level, weight, days, horizon) for days in (28, 84)]
    found += [shaped * _median(level, known, days)[:, None] for days in (28, 7)]
    found.append(shaped * _since_step(level, known)[:, None])
    found += [_weekday_mean(past, weight, weeks)[:, week] for weeks in (26, 52)]
    shape = week_shape(past, weight, _SLOW)
    level, shaped = _without_shape(past, shape), shape[:, week]
    found += [shaped * _average(level, weight, alpha)[:, None] for alpha in _ALPHAS[:3]]
    found += [shaped * _median(level, known, days)[:, None] for days in (28, 7)]
    found.append(shaped * _trend(level, weight, 84, horizon))
    return np.stack(found)


def _whole_weeks(days: NDArray[_T]) -> NDArray[_T]:
    """The newest READ days; days before the first one are added at the front where needed."""
    missing = READ - days.shape[1]
    if missing <= 0:
        return days[:, -READ:]
    return np.concatenate([np.zeros((len(days), missing), dtype=days.dtype), days], axis=1)


def _weekday_mean(past: Matrix, weight: Matrix, weeks: int) -> Matrix:
    """The mean of each weekday over the newest weeks, the first one being the day to come first."""
    costs = past[:, -7 * weeks :].reshape(len(past), weeks, 7)
    counts = weight[:, -7 * weeks :].reshape(len(past), weeks, 7).sum(axis=1)
    sums = costs.sum(axis=1)
    # A weekday that was never seen is as the average of the others.
    whole = sums.sum(axis=1, keepdims=True) / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), whole)


def week_shape(past: Matrix, weight: Matrix, weeks: int) -> Matrix:
    """Each weekday against the average day, drawn towards one by how little that is sure of.

    The drawing is that of James and Stein: by the share of the differences that noise explains.
    """
    days = 7 * weeks
    costs = past[:, -days:].reshape(len(past), weeks, 7)
    seen = weight[:, -days:].reshape(len(past), weeks, 7)
    counts = np.maximum(seen.sum(axis=1), 1)
    means = costs.sum(axis=1) / counts
    whole = costs.sum(axis=(1, 2)) / np.maximum(seen.sum(axis=(1, 2)), 1)
    # What the level does from week to week is no noise of the shape.
    weekly = costs.sum(axis=2) / np.maximum(seen.sum(axis=2), 1)
    within = (costs - means[:, None] - (weekly - whole[:, None])[..., None]) * seen
    noise = (within**2).sum(axis=(1, 2)) / np.maximum(seen.sum(axis=(1, 2)) - 7, 1)
    between = ((means - whole[:, None]) ** 2).mean(axis=1)
    drawn = noise / np.maximum(seen.sum(axis=(1, 2)) / 7, 1)
    sure = np.where(between > 0, np.maximum(1 - drawn / np.maximum(between, 1e-300), 0), 0)
    safe = np.abs(whole) > 1e-12
    ratio = means / np.where(safe, whole, 1)[:, None]
    plain = safe & (seen.sum(axis=(1, 2)) >= 14) & (np.abs(ratio).max(axis=1) < 7.5)
    return np.where(plain[:, None], 1 + sure[:, None] * (ratio - 1), 1.0)


def _without_shape(past: Matrix, shape: Matrix) -> Matrix:
    """Costs as if every weekday were an average one; days that cost next to nothing stay."""
    weeks = past.shape[1] // 7
    repeated = np.tile(shape, (1, weeks))
    return past / np.where(np.abs(repeated) > 0.05, repeated, 1.0)


def _average(level: Matrix, weight: Matrix, alpha: float) -> NDArray[np.float64]:
    """Exponential smoothing (Brown 1956): each day weighs `alpha` less than the next."""
    fading = (1 - alpha) ** np.arange(level.shape[1])[::-1]
    return (level * weight) @ fading / np.maximum(weight @ fading, 1e-12)


def _trend(level: Matrix, weight: Matrix, days: int, horizon: int) -> Matrix:
    """A line through the newest days, its end and its damped slope going on."""
    costs, seen = level[:, -days:], weight[:, -days:]
    time = np.arange(-days, 0) + 1.0
    count = np.maximum(seen.sum(axis=1), 1)
    middle = seen @ time / count
    mean = (costs * seen).sum(axis=1) / count
    spread = seen @ time**2 / count - middle**2
    slope = (costs * seen) @ time / count - middle * mean
    slope = np.where(count >= days / 2, slope / np.maximum(spread, 1e-9), 0)
    newest = mean - slope * middle
    # Half the slope: a fitted line runs ahead of what goes on (the theta method's choice,
    # Assimakopoulos and Nikolopoulos 2000, doi:10.1016/S0169-2070(00)00066-2).
    steps = np.cumsum(_DAMPED ** np.arange(1, horizon + 1)) / 2
    ahead = newest[:, None] + slope[:, None] * steps
    same_sign = np.sign(ahead) == np.sign(mean)[:, None]
    return np.where(same_sign, ahead, 0)


def _median(level: Matrix, known: Mask, days: int) -> NDArray[np.float64]:
    """Robust where single days stand out; over the days that a series has."""
    costs, seen = level[:, -days:], known[:, -days:]
    ordered = np.sort(np.where(seen, costs, np.inf), axis=1)
    count = seen.sum(axis=1)
    rows = np.arange(len(level))
    low, high = np.maximum((count - 1) // 2, 0), np.minimum(count // 2, days - 1)
    middle = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.where(count > 0, middle, 0)


#: How many of the newest days may be the new level.
_STEPS = (2, 3, 4, 6, 9, 13, 20)
_BEFORE = 28


def _since_step(level: Matrix, known: Mask) -> NDArray[np.float64]:
    """The average since the newest step, where the days since lie apart from those before it."""
    best = _median(level, known, _BEFORE)
    found = np.zeros(len(level), dtype=bool)
    for days in _STEPS:
        new, old = level[:, -days:], level[:, -days - _BEFORE : -days]
        gap = np.maximum(new.min(axis=1) - old.max(axis=1), old.min(axis=1) - new.max(axis=1))
        spread = old.std(axis=1) + new.std(axis=1)
        apart = (gap > 0.5 * spread) & (gap > 0) & known[:, -days - _BEFORE]
        best = np.where(apart & ~found, new.mean(axis=1), best)
        found |= apart
    return best
