"""Made daily costs for detection, and what was found in them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.anomalies import detect

FIRST = pd.Timestamp("2026-01-05")  # a Monday
Costs = np.ndarray


def days(count: int = 200) -> pd.DatetimeIndex:
    return pd.date_range(FIRST, periods=count)


def usual(level: float = 300.0, count: int = 200, weekend: float = 0.6, seed: int = 1) -> Costs:
    """A series with quiet weekends and a little noise."""
    rng = np.random.default_rng(seed)
    week = np.where(days(count).day_of_week >= 5, weekend, 1.0)
    return level * week * np.exp(rng.normal(0, 0.04, count))


def frame(costs: Mapping[str, Costs]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"series_id": name, "date": days(len(one)), "cost": one})
        for name, one in costs.items()
    ]
    return pd.concat(parts, ignore_index=True)


def found(costs: Costs | Mapping[str, Costs], series: str = "it", **options: object) -> list[int]:
    """The numbers of the days of a series that are anomalies, negative ones for cheap days."""
    every = costs if isinstance(costs, Mapping) else {"it": costs, "other": usual(seed=9)}
    verdicts = detect(frame(every), **options)
    mine = verdicts[(verdicts["series_id"] == series) & verdicts["is_anomaly"]]
    at = (mine["date"] - FIRST).dt.days
    return [int(day * sign) for day, sign in zip(at, np.sign(mine["score"]), strict=True)]
