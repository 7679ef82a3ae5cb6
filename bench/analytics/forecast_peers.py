"""The peers: statsforecast's automatic models and the plain averages, with 95 and 80 % bounds."""

import time
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.analytics.windows import HORIZON, Window

Matrix = NDArray[np.float64]
NAMES = ("AutoETS", "AutoTheta", "AutoCES", "MSTL", "SeasonalNaive", "SeasonalWindowAverage")
#: The average of four weeks comes without bounds of its own.
UNBOUNDED = frozenset({"SeasonalWindowAverage"})


@dataclass(frozen=True, slots=True)
class Said:
    """A method's forecast of a window: the mean, the 95 % and 80 % bounds, and its CPU seconds."""

    mean: Matrix
    bounds: dict[int, tuple[Matrix, Matrix]]
    seconds: float


def peer(name: str, window: Window) -> Said:
    """One series after the other in this process, as the peers work."""
    import pandas as pd
    from statsforecast import StatsForecast
    from statsforecast import models as known

    options = {"window_size": 4} if name in UNBOUNDED else {}
    model = getattr(known, name)(season_length=7, alias=name, **options)
    frame = window.frame().rename(columns={"series_id": "unique_id", "date": "ds", "cost": "y"})
    levels = None if name in UNBOUNDED else [80, 95]
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        caster = StatsForecast([model], freq="D", fallback_model=known.SeasonalNaive(7))
        found = caster.forecast(df=frame, h=HORIZON, level=levels)
    seconds = time.process_time() - began
    found = found.reset_index() if "unique_id" not in found.columns else found
    order = pd.Categorical(found["unique_id"], categories=window.ids, ordered=True)
    found = found.assign(unique_id=order).sort_values(["unique_id", "ds"])

    def column(title: str) -> Matrix:
        return found[title].to_numpy(dtype=float).reshape(len(window.ids), HORIZON)

    bounds = {n: (column(f"{name}-lo-{n}"), column(f"{name}-hi-{n}")) for n in levels or ()}
    return Said(column(name), bounds, seconds)
