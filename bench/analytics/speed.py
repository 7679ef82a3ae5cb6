"""How many CPU seconds detection takes for 10,000 series of 400 days, and for one new day of
them.
"""

import time

import numpy as np

SERIES, DAYS = 10_000, 400


def measure(small: bool = False) -> dict[str, float]:
    """CPU seconds of the whole pass, and the median of seven days that are added one by one."""
    import pandas as pd

    from analytics.anomalies import detect, follow

    series = SERIES // 10 if small else SERIES
    rng = np.random.default_rng(1)
    week = np.where(np.arange(DAYS) % 7 >= 5, 0.6, 1.0)
    level = np.exp(rng.uniform(0, 7, series))[:, None]
    costs = level * week * np.exp(rng.normal(0, 0.1, (series, DAYS)))
    costs[::5] *= rng.random((len(costs[::5]), DAYS)) < 0.4
    days = pd.date_range("2025-01-01", periods=DAYS)
    names = np.array([f"account-{n % 97}/service-{n:05d}" for n in range(series)], dtype=object)
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(names, DAYS),
            "date": np.tile(days.to_numpy(), series),
            "cost": costs.ravel(),
        }
    )
    began = time.process_time()
    detect(frame)
    whole = time.process_time() - began
    _, memory = follow(frame[frame["date"] < days[-7]])
    each: list[float] = []
    for day in days[-7:]:
        new = frame[frame["date"] == day].reset_index(drop=True)
        began = time.process_time()
        _, memory = follow(new, memory)
        each.append(time.process_time() - began)
    found = {
        "series": series,
        "whole pass": round(whole, 2),
        "new day": round(float(np.median(each)), 3),
    }
    print(f"{series} series: {DAYS} days in {whole:.2f} CPU s, a new day in {found['new day']:.3f}")
    return found
