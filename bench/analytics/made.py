"""Made-up daily costs with planted events, by the author of the detector they judge.

Nine families of series as bills have them. What is normal in a family is in its function;
`events.py` plants what is not. Seeds from 1000 on are for the final measurement only and were never
tuned on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
DAYS = 400
FIRST_DAY = np.datetime64("2025-01-01")


@dataclass(frozen=True)
class Event:
    """What was planted: `series` is a row, days `start` to `end` are both part of it."""

    kind: str
    series: int
    start: int
    end: int
    sign: int


@dataclass
class Made:
    """Costs (series x days), what was planted in them, and the family of each series."""

    costs: Matrix
    events: list[Event]
    families: list[str]
    first_day: np.datetime64 = field(default=FIRST_DAY)


class Maker:
    """Draws series; a family is a method that returns a day's cost before any event."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.days = np.arange(DAYS)
        dates = FIRST_DAY + self.days
        self.weekday = (dates.astype("datetime64[D]").astype(int) + 3) % 7
        self.month_day = (dates - dates.astype("datetime64[M]")).astype(int) + 1

    def level(self) -> float:
        """Dollars a day, most between 60 and 1500."""
        return float(np.exp(self.rng.uniform(np.log(60), np.log(1500))))

    def noise(self, least: float, most: float) -> Matrix:
        """Factors around 1 that remember a little of the day before; some days are heavy-tailed."""
        sigma, memory = self.rng.uniform(least, most), self.rng.uniform(0.0, 0.5)
        shocks = self.rng.standard_t(6, DAYS) / np.sqrt(1.5)
        steps = np.zeros(DAYS)
        for day in range(DAYS):
            steps[day] = memory * steps[day - 1] + np.sqrt(1 - memory**2) * shocks[day]
        return np.exp(sigma * steps)

    def week(self) -> Matrix:
        """Weekends between hardly anything and a little more than weekdays."""
        weekend = self.rng.choice([0.1, 0.4, 0.6, 0.8, 0.95, 1.2])
        each = np.where(np.arange(7) >= 5, weekend, 1.0) * np.exp(self.rng.normal(0, 0.03, 7))
        return each[self.weekday]

    def stationary(self) -> Matrix:
        return self.level() * self.week() * self.noise(0.02, 0.1)

    def growth(self) -> Matrix:
        rate = self.rng.uniform(0.0005, 0.003)
        grown = np.exp(rate * self.days) if self.rng.random() < 0.5 else 1 + 1.7 * rate * self.days
        return 0.6 * self.level() * grown * self.week() * self.noise(0.02, 0.1)

    def steps(self) -> Matrix:
        """Grows or shrinks by 8 to 20 % at a time: normal, nobody wants to hear of it."""
        factors, day = np.ones(DAYS), int(self.rng.integers(30, 90))
        while day < DAYS:
            factors[day:] *= 1 + self.rng.uniform(0.08, 0.2) * self.rng.choice([1, 1, 1, -1])
            day += int(self.rng.integers(40, 110))
        return self.level() * factors * self.week() * self.noise(0.02, 0.08)

    def fees(self) -> Matrix:
        """A fee on a day of each month, sometimes a second one."""
        base = self.level()
        costs = base * self.week() * self.noise(0.02, 0.08)
        for day in self.rng.choice(
            [1, 1, 1, 2, 5, 15], size=self.rng.integers(1, 3), replace=False
        ):
            size = base * self.rng.uniform(0.5, 4.0)
            costs = costs + np.where(self.month_day == day, size, 0) * self.noise(0.0, 0.03)
        return costs

    def sparse(self) -> Matrix:
        """Used on some days only, by chance."""
        used = self.rng.random(DAYS) < self.rng.uniform(0.3, 0.8)
        return self.level() * used * self.rng.gamma(6, 1 / 6, DAYS)

    def batch(self) -> Matrix:
        """A job on one day in four to nine, of about the same size."""
        used = self.rng.random(DAYS) < 1 / self.rng.uniform(4, 9)
        return 2 * self.level() * used * self.noise(0.1, 0.3) + self.level() * 0.05

    def weekly_batch(self) -> Matrix:
        """A job on one or two fixed weekdays."""
        when = self.rng.choice(7, size=self.rng.integers(1, 3), replace=False)
        base = self.level()
        return base * (0.1 + 2.0 * np.isin(self.weekday, when)) * self.noise(0.03, 0.15)

    def noisy(self) -> Matrix:
        return self.level() * self.week() * self.noise(0.2, 0.4)

    def new(self) -> Matrix:
        """Nothing until a day on which it begins, small or at once, and grows into its level."""
        start = int(self.rng.integers(120, 330))
        ramp = np.clip((self.days - start + 1) / self.rng.choice([1, 1, 3, 20]), 0, 1)
        costs = self.level() * ramp * self.week() * self.noise(0.03, 0.15)
        return np.where(self.days >= start, costs, 0.0)


FAMILIES: dict[str, Callable[[Maker], Matrix]] = {
    "weekly": Maker.stationary,
    "growth": Maker.growth,
    "steps": Maker.steps,
    "fees": Maker.fees,
    "sparse": Maker.sparse,
    "batch": Maker.batch,
    "weekly batch": Maker.weekly_batch,
    "noisy": Maker.noisy,
    "new": Maker.new,
}


def make(seed: int, each: int = 20) -> Made:
    """`each` series of every family; about half of them have one or two events."""
    from bench.analytics.events import plant

    maker = Maker(seed)
    costs, events, families = [], list[Event](), list[str]()
    for family, draw in FAMILIES.items():
        for _ in range(each):
            series, planted = plant(maker.rng, family, draw(maker), len(costs))
            costs.append(series)
            events += planted
            families.append(family)
    return Made(np.maximum(np.array(costs), 0.0).round(4), events, families)
