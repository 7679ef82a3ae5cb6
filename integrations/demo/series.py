"""The shapes of the demo bill: how much of each resource is used on each day, before any event."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from integrations.demo.catalogue import Rhythm
from integrations.demo.fleet import Fleet

Matrix = NDArray[np.float64]
BATCH_SHARE = 0.22


def quantities(fleet: Fleet, days: list[date], origin: date, seed: int) -> Matrix:
    """Resources by days, for the days of one month; a month's noise depends on nothing else."""
    rng = np.random.default_rng([seed, days[0].year * 12 + days[0].month])
    ordinals = np.array([day.toordinal() for day in days])
    shape = _shape(fleet, days, origin) * _noise(fleet, len(days), rng)
    rhythm = np.array([list(Rhythm).index(line.meter.rhythm) for line in fleet.lines])[fleet.line]
    used = np.where(
        (rhythm == list(Rhythm).index(Rhythm.DAILY))[:, None], shape, np.ones_like(shape)
    )
    for kind, factor in (
        (Rhythm.STEADY, _steady(fleet, days, rng)),
        (
            Rhythm.MONTHLY,
            np.broadcast_to(ordinals == days[0].replace(day=1).toordinal(), used.shape),
        ),
        (Rhythm.BATCH, _batch(fleet, len(days), rng)),
    ):
        used = np.where((rhythm == list(Rhythm).index(kind))[:, None], factor, used)
    alive = (ordinals >= fleet.first[:, None]) & (ordinals <= fleet.last[:, None])
    most = fleet.per_resource(lambda line: 24.0 if line.hourly else np.inf)
    return np.minimum(used * fleet.daily[:, None], most[:, None]) * alive


def delivered(fleet: Fleet, days: list[date], last: date) -> Matrix:
    """How much of each day has reached the export: all, but for the two newest days."""
    share = np.ones((len(fleet), len(days)))
    for nth, day in enumerate((last, last - timedelta(days=1))):
        if day in days:
            share[:, days.index(day)] = fleet.per_resource(
                lambda line, nth=nth: 1.0 if line.meter.commitment else line.service.arrives[nth]
            )
    return share


def _shape(fleet: Fleet, days: list[date], origin: date) -> Matrix:
    years = np.array([(day - origin).days / 365 for day in days])
    growth = np.exp(fleet.per_resource(lambda line: line.account.growth)[:, None] * years)
    season = fleet.per_resource(lambda line: line.account.peak)[:, None] * _peak(days)
    return growth * _week(fleet, days) * (1 + season)


def _week(fleet: Fleet, days: list[date]) -> Matrix:
    """Saturdays and Sundays at the account's weekend level, Mondays and Fridays a little off."""
    weekend = fleet.per_resource(lambda line: line.account.weekend)[:, None]
    number = np.array([day.weekday() for day in days])
    busy = np.array([0.98, 1.02, 1.03, 1.01, 0.96])[np.minimum(number, 4)]
    return np.where(number >= 5, weekend * np.where(number == 6, 0.98, 1.0), busy)


def _peak(days: list[date]) -> Matrix:
    """One at the end of November, a small hollow between the years, else nothing."""
    autumn = np.array([(day - date(day.year, 11, 27)).days for day in days])
    winter = np.array(
        [(day - date(day.year - (day.month < 7), 12, 28)).days for day in days], dtype=np.float64
    )
    return np.exp(-((autumn / 9) ** 2)) - 0.3 * np.exp(-((winter / 5) ** 2))


def _noise(fleet: Fleet, days: int, rng: np.random.Generator) -> Matrix:
    """A line wanders as a whole, its resources a little more on their own."""
    whole = rng.normal(0, 0.035, (len(fleet.lines), days))[fleet.line]
    return np.exp(whole + rng.normal(0, 0.02, (len(fleet), days)))


def _steady(fleet: Fleet, days: list[date], rng: np.random.Generator) -> Matrix:
    """Never more than the whole fleet: what a commitment can be sized by."""
    weekend = np.array([0.96 if day.weekday() >= 5 else 1.0 for day in days])
    return weekend * (1 - 0.05 * rng.random((len(fleet), len(days))))


def _batch(fleet: Fleet, days: int, rng: np.random.Generator) -> Matrix:
    runs = rng.random((len(fleet.lines), days)) < BATCH_SHARE
    size = rng.uniform(0.8, 1.6, (len(fleet.lines), days)) / BATCH_SHARE / 1.2
    return (runs * size)[fleet.line]
