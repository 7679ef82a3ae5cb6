"""The members of the forecast: simple ways to go on, each for all series at once.

All of them are an average of some past days times the shape of the week: what differs is how fast
they forget and whether they follow a trend. Combining a few such beats most single methods
(Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014).
"""

import numpy as np

from analytics.forecasting.past import ALPHAS, Array, Mask, Past

#: The week has a shape of the newest quarter and one of a year.
_FAST, _SLOW = 13, 52
_MEANS = (1, 4, 26, 52)
_TRENDS, _SLOW_TRENDS = (4, 12), (12,)
_MEDIANS = (28, 7)
#: A trend is damped by this much a day (Gardner and McKenzie 1985, doi:10.1287/mnsc.31.10.1237).
_DAMPED = 0.98
#: How many of the newest days may be the new level after a step, and what they are set against.
_STEPS, _BEFORE = (3, 4, 6, 9, 13, 20), 28
#: The place of the member that begins at the newest step.
STEP = len(_MEANS) + len(ALPHAS) + len(_MEDIANS)
_WEEKDAYS = np.arange(7.0)[:, None]
COUNT = len(_MEANS) + 2 * len(ALPHAS) - 1 + len(_TRENDS) + len(_SLOW_TRENDS) + 2 * len(_MEDIANS) + 1


def members(past: Past, at: int, horizon: int) -> tuple[Array, Mask]:
    """Members x days x series: what each member says of the days after the first `at` weeks; and
    for which series the level has just stepped, so that only the member STEP knows it."""
    found = np.empty((COUNT, horizon, past.costs.shape[2]))
    week = np.arange(horizon) % 7
    stepped = np.zeros(past.costs.shape[2], dtype=bool)
    place = 0
    for weeks in _MEANS:
        found[place] = _weekday_means(past, at, weeks)[week]
        place += 1
    for weeks, alphas, trends in ((_FAST, ALPHAS, _TRENDS), (_SLOW, ALPHAS[:-1], _SLOW_TRENDS)):
        shape = _shape(past, at, weeks)
        flat = 1 / np.where(np.abs(shape) > 0.05, shape, 1.0)
        shaped = shape[week]
        levels = [_smooth(past, at, number, flat) for number in range(len(alphas))]
        newest, seen = _newest(past, at, flat)
        levels += [_median(newest, seen, days) for days in _MEDIANS]
        if weeks == _FAST:
            since, stepped = _since_step(newest, seen, levels[-2])
            levels.append(since)
        for level in levels:
            np.multiply(shaped, level, out=found[place])
            place += 1
        for length in trends:
            np.multiply(shaped, _trend(past, at, length, flat, horizon), out=found[place])
            place += 1
    return found, stepped


def _weekday_means(past: Past, at: int, weeks: int) -> Array:
    """The mean of each weekday over the newest weeks, the first one being the day to come first."""
    begin = max(0, at - weeks)
    sums = past.sums[at] - past.sums[begin]
    counts = past.counts[at] - past.counts[begin]
    # A weekday that was never seen is as the average of the others.
    whole = sums.sum(axis=0) / np.maximum(counts.sum(axis=0), 1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), whole)


def _shape(past: Past, at: int, weeks: int) -> Array:
    """Each weekday against the average day, drawn towards one by how little that is sure of.

    The drawing is that of James and Stein: by the share of the differences that noise explains,
    and what the level does from week to week is no noise.
    """
    begin = max(0, at - weeks)
    sums = past.sums[at] - past.sums[begin]
    counts = np.maximum(past.counts[at] - past.counts[begin], 1e-9)
    total = counts.sum(axis=0)
    means, whole = sums / np.maximum(counts, 1), sums.sum(axis=0) / np.maximum(total, 1)
    between = (counts * (means - whole) ** 2).sum(axis=0)
    of_weeks = past.week_squares[at] - past.week_squares[begin] - total * whole**2
    of_days = past.squares[at] - past.squares[begin] - total * whole**2
    noise = np.maximum(of_days - between - of_weeks, 0) / np.maximum(total - total / 7 - 6, 1)
    sure = np.where(between > 0, np.maximum(1 - 7 * noise / np.maximum(between, 1e-300), 0), 0)
    safe = np.abs(whole) > 1e-12
    ratio = means / np.where(safe, whole, 1)
    plain = safe & (total >= 14) & (np.abs(ratio).max(axis=0) < 7.5)
    return np.where(plain, 1 + sure * (ratio - 1), 1.0)


def _smooth(past: Past, at: int, number: int, flat: Array) -> Array:
    """Exponential smoothing (Brown 1956) of the costs without the shape of the week."""
    costs, counts = past.faded[number]
    fading = (1 - ALPHAS[number]) ** (6 - _WEEKDAYS)
    weight = (counts[at] * fading).sum(axis=0)
    return (costs[at] * flat * fading).sum(axis=0) / np.maximum(weight, 1e-12)


def _newest(past: Past, at: int, flat: Array) -> tuple[Array, Array]:
    """The newest seven weeks, without the shape of the week, and which days of them are known."""
    begin = max(0, at - 7)
    series = flat.shape[1]
    costs = (past.costs[begin:at] * flat).reshape(-1, series)
    seen = past.seen[begin:at].reshape(-1, series)
    missing = 49 - len(costs)
    if missing <= 0:
        return costs, seen
    front = np.zeros((missing, series))
    return np.concatenate([front, costs]), np.concatenate([front, seen])


def _median(newest: Array, seen: Array, days: int) -> Array:
    """Robust where single days stand out; over the days that a series has."""
    count = seen[-days:].sum(axis=0).astype(int)
    if (count == days).all():
        return np.median(newest[-days:], axis=0)
    ordered = np.sort(np.where(seen[-days:] > 0, newest[-days:], np.inf), axis=0)
    low, high = np.maximum((count - 1) // 2, 0), np.minimum(count // 2, days - 1)
    series = np.arange(len(count))
    return np.where(count > 0, (ordered[low, series] + ordered[high, series]) / 2, 0)


def _since_step(newest: Array, seen: Array, level: Array) -> tuple[Array, Mask]:
    """The average since the newest step, where the days since lie apart from those before it."""
    found, open_ = level.copy(), np.ones(len(level), dtype=bool)
    for days in _STEPS:
        new, old = newest[-days:], newest[-days - _BEFORE : -days]
        up, down = new.min(axis=0) - old.max(axis=0), old.min(axis=0) - new.max(axis=0)
        gap = np.maximum(up, down)
        maybe = np.flatnonzero(open_ & (gap > 0) & (seen[-days - _BEFORE] > 0))
        if len(maybe):
            spread = old[:, maybe].std(axis=0) + new[:, maybe].std(axis=0)
            stepped = maybe[gap[maybe] > 0.5 * spread]
            found[stepped] = new[:, stepped].mean(axis=0)
            open_[stepped] = False
    return found, ~open_


def _trend(past: Past, at: int, weeks: int, flat: Array, horizon: int) -> Array:
    """A line through the newest weeks, its end and its damped slope going on.

    Half the slope: a fitted line runs ahead of what goes on (the theta method's choice,
    Assimakopoulos and Nikolopoulos 2000, doi:10.1016/S0169-2070(00)00066-2).
    """
    begin = max(0, at - weeks)
    counts, places = past.counts[at] - past.counts[begin], past.places[at] - past.places[begin]
    sums = (past.sums[at] - past.sums[begin]) * flat
    lines = (past.lines[at] - past.lines[begin]) * flat
    weekly = np.arange(begin, at)
    seen = past.seen[begin:at]
    count = np.maximum(counts.sum(axis=0), 1)
    middle = (7 * places + _WEEKDAYS * counts).sum(axis=0) / count
    mean = sums.sum(axis=0) / count
    times = (7 * weekly[:, None, None] + _WEEKDAYS) ** 2
    spread = np.einsum("wds,wdo->s", seen, times) / count - middle**2
    slope = (7 * lines + _WEEKDAYS * sums).sum(axis=0) / count - middle * mean
    enough = count >= 7 * weeks / 2
    slope = np.where(enough, slope / np.maximum(spread, 1e-9), 0)
    last = mean + slope * (7 * at - 1 - middle)
    steps = np.cumsum(_DAMPED ** np.arange(1, horizon + 1)) / 2
    ahead = last + slope * steps[:, None]
    return np.where(np.sign(ahead) == np.sign(mean), ahead, 0)
