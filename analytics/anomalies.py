"""Days that cost far more or far less than was to be expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analytics.detection.score import deviation
from analytics.detection.state import Matrix, State
from analytics.detection.watch import KNOWN, Kind, Verdicts, watch
from analytics.detection.expected import root

if TYPE_CHECKING:
    import pandas as pd

SCORE = 3.5
FLOOR = 25.0
RATIO = 0.25
BLOCK = 1024


def detect(frame, floor=FLOOR, ratio=RATIO, score=SCORE):
    import pandas as pd
    where, series = pd.factorize(frame["series_id"], sort=True)
    dates = pd.DatetimeIndex(frame["date"])
    days = pd.date_range(dates.min(), dates.max())
    row = (dates - days[0]).days.to_numpy()
    S, T = len(series), len(days)
    flat = np.bincount(row * S + where, weights=frame["cost"].to_numpy(float), minlength=S * T)
    costs = flat.reshape(T, S)
    seen = np.bincount(row, minlength=T) > 0
    costs[~seen] = np.nan
    daylist = [d.date() for d in days]
    out = []
    for start in range(0, S, BLOCK):
        part = np.ascontiguousarray(costs[:, start:start + BLOCK])
        v, _ = watch(part, daylist, State.blank(part.shape[1]))
        out.append(judged(part, v, floor, ratio, score))
    cols = [np.concatenate(x, axis=1).T.ravel() for x in zip(*out)]
    return pd.DataFrame({"series_id": np.repeat(series.to_numpy() if hasattr(series,'to_numpy') else series, T), "date": np.tile(days.to_numpy(), S),
        **dict(zip(["score", "expected", "lower", "upper", "is_anomaly"], cols))})


def reached(distance, reach):
    return np.where(distance <= KNOWN * reach, distance / KNOWN, distance + (1 - KNOWN) * reach)


def judged(costs, v, floor, ratio, score):
    far = deviation(score)
    top = root(v.high) + reached(far * v.up, v.reach_up)
    upper = np.maximum(top * np.abs(top), v.high + np.maximum(floor, ratio * np.abs(v.high)))
    bot = root(v.low) - reached(far * v.down, v.reach_down)
    lower = np.minimum(bot * np.abs(bot), v.low - np.maximum(floor, ratio * np.abs(v.low)))
    with np.errstate(invalid="ignore"):
        over = (costs > upper) | (costs < lower)
        new = v.kind == Kind.NEW
        found = np.where(new, (costs >= floor) & (v.high < floor), over & (np.abs(v.score) > score))
        d = v.kind == Kind.DRIFT
        found |= d & (v.score > score)
    return v.score, np.where(new, 0.0, v.high), lower, upper, found
