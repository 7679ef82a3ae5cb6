"""Made-up daily costs of cloud services, seeded: written by the authors of the forecast.

Each series is of one kind that real bills have. The kinds and their sizes are guesses of people
who read bills; a method that is good here only has the guess in common with its judge, which is why
the real series count more.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Days = NDArray[np.float64]
#: Methods are tuned on the first and judged on the others.
TUNING, TEST = range(100, 110), range(200, 204)
FIRST = pd.Timestamp("2025-01-01")


def cost_series(seed: int, series: int = 60, days: int = 500) -> pd.DataFrame:
    """`series` daily costs of `days` days with the columns series_id, date, cost."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range(FIRST, periods=days)
    names = list(KINDS)
    parts: list[pd.DataFrame] = []
    for number in range(series):
        kind = names[number % len(names)]
        level = float(rng.lognormal(4.5, 1.6))
        costs = level * KINDS[kind](rng, dates)
        name = f"{kind}-{seed}-{number:03d}"
        parts.append(pd.DataFrame({"series_id": name, "date": dates, "cost": costs.round(6)}))
    return pd.concat(parts, ignore_index=True)


def _weekly(rng: np.random.Generator, dates: pd.DatetimeIndex, depth: float) -> Days:
    """Quiet weekends, each weekday a little different."""
    shape = 1 + rng.normal(0, 0.04, 7)
    shape[5:] -= depth * rng.uniform(0.5, 1)
    return np.maximum(shape, 0.05)[dates.dayofweek.to_numpy()]


def _noise(rng: np.random.Generator, count: int, size: float, memory: float = 0.0) -> Days:
    """Multiplicative noise around one, which may remember yesterday's."""
    shocks, log = rng.normal(0, size, count), np.zeros(count)
    for day in range(1, count):
        log[day] = memory * log[day - 1] + shocks[day]
    return np.exp(log - log.var() / 2)


def _steady(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    return _noise(rng, len(dates), rng.uniform(0.005, 0.03))


def _office(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    return _weekly(rng, dates, 0.6) * _noise(rng, len(dates), rng.uniform(0.03, 0.1), 0.5)


def _growing(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """Up or down by some percent a month, not for ever at the same pace."""
    pace = rng.normal(0.02, 0.04) / 30 + np.cumsum(rng.normal(0, 0.00008, len(dates)))
    growth = np.exp(np.cumsum(np.clip(pace, -0.006, 0.006)))
    return growth * _weekly(rng, dates, 0.2) * _noise(rng, len(dates), 0.03, 0.3)


def _stepped(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """Somebody resizes something every two months or so."""
    jumps = np.where(rng.random(len(dates)) < 1 / 60, rng.normal(0, 0.35, len(dates)), 0)
    level = np.exp(np.clip(np.cumsum(jumps), -2, 2))
    return level * _weekly(rng, dates, 0.15) * _noise(rng, len(dates), 0.02, 0.3)


def _wandering(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    walk = np.exp(np.clip(np.cumsum(rng.normal(0, 0.02, len(dates))), -2, 2))
    return walk * _weekly(rng, dates, 0.3) * _noise(rng, len(dates), 0.04)


def _monthly(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """A base, and a fee on one day of the month."""
    fee = (dates.day == int(rng.choice([1, 1, 1, 3, 15, 28]))) * rng.uniform(2, 25)
    return _weekly(rng, dates, 0.1) * _noise(rng, len(dates), 0.03) + fee * _noise(
        rng, len(dates), 0.03
    )


def _rare(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """Jobs that run on some days."""
    runs = rng.random(len(dates)) < rng.uniform(0.05, 0.5)
    return runs * rng.gamma(2, 1, len(dates))


def _training(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """Experiments of some weeks, nothing between them."""
    costs, day = np.zeros(len(dates)), int(rng.integers(0, 60))
    while day < len(dates):
        length = int(rng.integers(5, 60))
        costs[day : day + length] = rng.lognormal(0, 0.7)
        day += length + int(rng.integers(10, 90))
    return costs * _noise(rng, len(dates), 0.15)


def _spiky(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    spikes = (rng.random(len(dates)) < 0.015) * rng.lognormal(1, 0.7, len(dates))
    return _weekly(rng, dates, 0.3) * _noise(rng, len(dates), 0.05, 0.3) + spikes


def _new(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """Not there at first; it ramps up within some weeks."""
    start = int(len(dates) * rng.uniform(0.3, 0.85))
    ramp = 1 / (1 + np.exp(-(np.arange(len(dates)) - start - 15) / rng.uniform(2, 10)))
    ramp[:start] = 0
    return ramp * _weekly(rng, dates, 0.2) * _noise(rng, len(dates), 0.05, 0.3)


def _ended(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """Switched off at some time."""
    end = int(len(dates) * rng.uniform(0.5, 0.97))
    return np.where(np.arange(len(dates)) < end, _office(rng, dates), 0)


def _credit(rng: np.random.Generator, dates: pd.DatetimeIndex) -> Days:
    """Below zero."""
    return -_weekly(rng, dates, 0.2) * _noise(rng, len(dates), 0.08, 0.3)


KINDS: dict[str, Callable[[np.random.Generator, pd.DatetimeIndex], Days]] = {
    "steady": _steady,
    "office": _office,
    "growing": _growing,
    "stepped": _stepped,
    "wandering": _wandering,
    "monthly": _monthly,
    "rare": _rare,
    "training": _training,
    "spiky": _spiky,
    "new": _new,
    "ended": _ended,
    "credit": _credit,
}
