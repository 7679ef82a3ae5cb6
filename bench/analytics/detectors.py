"""Other ways to find unusual days, and ours, behind one door.

Each gets costs (series x days) and says, for every day from the days before it, a signed score and
what it expected. `default` is the threshold its authors or its users would start with.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bench.analytics.made import Made, Matrix

#: Dollars that a day must be off by, the same for every method.
FLOOR = 25.0


@dataclass(frozen=True)
class Said:
    """Scores and expectations (series x days)."""

    score: Matrix
    expected: Matrix

    def flags(self, costs: Matrix, threshold: float) -> "np.ndarray":
        """Which days are off: 1 above, -1 below, 0 neither."""
        with np.errstate(invalid="ignore"):
            off = (np.abs(self.score) > threshold) & (np.abs(costs - self.expected) > FLOOR)
        return np.where(off, np.sign(self.score), 0).astype(np.int8)


@dataclass(frozen=True)
class Detector:
    """A method; `share` is which part of the series it is measured on where it is slow."""

    name: str
    run: Callable[[Made], Said]
    default: float
    share: float = 1.0


def seasonal_naive(made: Made) -> Said:
    """Against the same weekday a week ago, in deviations of that error over eight weeks."""
    return _against(made.costs, _back(made.costs, 7))


def seasonal_average(made: Made) -> Said:
    """Against the mean of the same weekday in four weeks."""
    return _against(made.costs, np.mean([_back(made.costs, 7 * k) for k in range(1, 5)], axis=0))


def plain_z(made: Made) -> Said:
    """Mean and standard deviation of the last 28 days."""
    past = _windows(made.costs, 28)
    mean, deviation = past.mean(axis=-1), past.std(axis=-1)
    return Said((made.costs - mean) / np.maximum(deviation, 1e-9), mean)


def optscale(made: Made) -> Said:
    """OptScale's rule: so much above the mean of the last 7 days; its default is 30 %."""
    mean = _windows(made.costs, 7).mean(axis=-1)
    return Said(np.maximum(made.costs / np.maximum(mean, 1e-9) - 1, 0), mean)


def s_h_esd(made: Made) -> Said:
    """Hochenbaum, Vallis and Kejariwal (2017, arXiv:1704.07706), for the newest of 56 days.

    The weekly shape is what weekdays differ by from the median, then the deviation from the median
    in median absolute deviations. Rosner's critical value for one outlier of 56 at 5 % is 3.2.
    """
    days = 56
    whole = _windows(made.costs, days, newest=True)
    weeks = whole.reshape(*whole.shape[:-1], days // 7, 7)
    middle = np.median(whole, axis=-1)
    shape = weeks.mean(axis=-2) - whole.mean(axis=-1)[..., None]
    rest = whole - np.tile(shape, days // 7) - middle[..., None]
    spread = 1.4826 * np.median(np.abs(rest - np.median(rest, axis=-1)[..., None]), axis=-1)
    return Said(rest[..., -1] / np.maximum(spread, 1e-9), made.costs - rest[..., -1])


def isolation_forest(made: Made) -> Said:
    """scikit-learn's, on a day, its weekday and the days around it; fitted anew every four
    weeks.
    """
    from sklearn.ensemble import IsolationForest

    score, expected = np.full(made.costs.shape, np.nan), _windows(made.costs, 28)
    expected = np.median(expected, axis=-1)
    for row, costs in enumerate(made.costs):
        features = np.stack([costs, costs - _back(costs, 1), costs - _back(costs, 7)], axis=-1)
        for day in range(56, len(costs), 28):
            forest = IsolationForest(n_estimators=50, random_state=0).fit(features[7:day])
            part = slice(day, day + 28)
            score[row, part] = -forest.decision_function(features[part])
    return Said(np.maximum(score, 0) * np.sign(made.costs - expected), expected)


def intervals(model: str) -> Callable[[Made], Said]:
    """statsforecast's model, fitted anew each week; a score is in standard deviations."""

    def run(made: Made) -> Said:
        import pandas as pd
        from statsforecast import StatsForecast, models

        count, days = made.costs.shape
        dates = pd.date_range("2025-01-01", periods=days)
        frame = pd.DataFrame(
            {
                "unique_id": np.repeat([f"{n:04d}" for n in range(count)], days),
                "ds": np.tile(dates, count),
                "y": made.costs.ravel(),
            }
        )
        caster = StatsForecast([getattr(models, model)(season_length=7, alias="m")], freq="D",
                               fallback_model=models.SeasonalNaive(7, alias="m"))  # fmt: skip
        windows = (days - 56) // 7
        table = caster.cross_validation(h=7, df=frame, step_size=7, n_windows=windows, level=[95])
        table = table.reset_index() if "unique_id" not in table.columns else table
        shape = (count, windows * 7)
        table = table.sort_values(["unique_id", "ds"])
        mean = table["m"].to_numpy(dtype=float).reshape(shape)
        high = table["m-hi-95"].to_numpy(dtype=float).reshape(shape)
        score, expected = np.full((2, count, days), np.nan)
        width = np.maximum((high - mean) / 1.96, 1e-9)
        score[:, -shape[1] :] = (made.costs[:, -shape[1] :] - mean) / width
        expected[:, -shape[1] :] = mean
        return Said(score, expected)

    return run


def ours(made: Made) -> Said:
    """`analytics.anomalies`, with its percentage; a score of 1 is its lowest bar here."""
    import pandas as pd

    from analytics.anomalies import judge
    from analytics.detection.watch import Kind

    count, days = made.costs.shape
    dates = pd.date_range(pd.Timestamp(made.first_day), periods=days)
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(np.arange(count), days),
            "date": np.tile(dates, count),
            "cost": made.costs.ravel(),
        }
    )
    judged, _ = judge(frame, floor=FLOOR, score=1.0)
    # A service that is new has no score: it is told at any threshold.
    score = np.where(judged.kind == Kind.NEW, 99.0, judged.score)
    # What is within its percentage has no score, and the floor has been applied already.
    return Said(np.where(judged.found, score, 0.0).T, np.full(made.costs.shape, -1e9))


def _against(costs: Matrix, expected: Matrix) -> Said:
    error = costs - expected
    past = _windows(error, 56)
    known = ~np.isnan(past)
    count = np.maximum(known.sum(axis=-1), 1)
    deviation = np.sqrt(np.where(known, past, 0.0).__pow__(2).sum(axis=-1) / count)
    return Said(error / np.maximum(deviation, 1e-9), expected)


def _back(costs: Matrix, days: int) -> Matrix:
    """The cost so many days before."""
    moved = np.full(costs.shape, np.nan)
    moved[..., days:] = costs[..., :-days]
    return moved


def _windows(values: Matrix, days: int, newest: bool = False) -> Matrix:
    """The last days before each day, or up to and with it; NaN before the first."""
    padded = np.concatenate([np.full((*values.shape[:-1], days), np.nan), values], axis=-1)
    return sliding_window_view(padded, days, axis=-1)[
        ..., int(newest) : len(padded[0]) - days + int(newest), :
    ]


DETECTORS = (
    Detector("costbot", ours, 3.0),
    Detector("plain z-score", plain_z, 3.0),
    Detector("seasonal naive z-score", seasonal_naive, 3.0),
    Detector("seasonal window average z-score", seasonal_average, 3.0),
    Detector("OptScale's rule", optscale, 0.3),
    Detector("S-H-ESD", s_h_esd, 3.2),
    Detector("isolation forest", isolation_forest, 0.0, 0.2),
    Detector("AutoETS intervals", intervals("AutoETS"), 2.58, 0.05),
    Detector("MSTL intervals", intervals("MSTL"), 2.58, 0.05),
)
