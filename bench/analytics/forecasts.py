"""Forecasts against the peers: error, totals, coverage and speed, on data nobody tuned on.

    python -m bench.analytics.forecasts             every set and every peer (about 20 minutes)
    python -m bench.analytics.forecasts --quick     ours and the plain averages
    python -m bench.analytics.forecasts --tuning    ours on the tuning sets

Needs what requirements/bench.txt installs, into an environment of its own. Peers are fitted one
series at a time, as they come; all methods see the same days.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.forecast import forecast, forecast_total
from bench.analytics import real
from bench.analytics.costs import TEST, TUNING, cost_series
from bench.analytics.forecast_peers import NAMES, Said, peer
from bench.analytics.windows import HORIZON, Matrix, Window, windows

OURS = "costbot"
#: A bill of people who work on this, where there is one; never part of the project.
OWN_BILL = Path("shared/data/own_bill_daily.csv")
Method = Callable[[Window], Said]


@dataclass(frozen=True, slots=True)
class Score:
    """`mae` is relative to the naive forecast (last week again), the mean over series; `total` how
    far the sum of 30 days is off, in parts of it; `covered` the share of days within the bounds."""

    set: str
    method: str
    mae: float
    total: float
    covered: dict[int, float]
    total_covered: dict[int, float]
    series_per_second: float


def ours(window: Window) -> Said:
    """The mean and the bounds at 95 and 80 %, in the order of the window's series."""
    frame, shape = window.frame(), (len(window.ids), HORIZON)
    began = time.process_time()
    found = {level: forecast(frame, HORIZON, level) for level in (95, 80)}
    seconds = (time.process_time() - began) / 2
    order = np.argsort(np.argsort(window.ids))

    def column(level: int, name: str) -> Matrix:
        return found[level][name].to_numpy().reshape(shape)[order]

    bounds = {level: (column(level, "lower"), column(level, "upper")) for level in found}
    return Said(column(95, "mean"), bounds, seconds)


def score(name: str, method: str, cut: Sequence[Window], said: Sequence[Said]) -> Score:
    off, naive, sums, whole = ({} for _ in range(4))
    for window, one in zip(cut, said, strict=True):
        again = np.nan_to_num(window.past)[:, -7:][:, np.arange(HORIZON) % 7]
        for n, series in enumerate(window.ids):
            ahead = window.ahead[n]
            off.setdefault(series, []).append(np.abs(ahead - one.mean[n]).mean())
            naive.setdefault(series, []).append(np.abs(ahead - again[n]).mean())
            sums.setdefault(series, []).append(abs(ahead.sum() - one.mean[n].sum()))
            whole.setdefault(series, []).append(abs(ahead.sum()))
    count = sum(len(window.ids) for window in cut)
    return Score(
        name,
        method,
        _ratio(off, naive),
        _ratio(sums, whole),
        {level: _covered(cut, said, level) for level in (95, 80) if said[0].bounds},
        {level: _sums_covered(cut, level) for level in (95, 80) if method == OURS},
        count / max(sum(one.seconds for one in said), 1e-9),
    )


def _ratio(part: dict[str, list[float]], whole: dict[str, list[float]]) -> float:
    """The mean over series of the ratio of means; what is nothing at all has none."""
    ratios = [np.mean(part[s]) / np.mean(whole[s]) for s in part if np.mean(whole[s]) > 0]
    return float(np.mean(ratios))


def _covered(cut: Sequence[Window], said: Sequence[Said], level: int) -> float:
    held = [
        (window.ahead >= one.bounds[level][0] - 1e-9)
        & (window.ahead <= one.bounds[level][1] + 1e-9)
        for window, one in zip(cut, said, strict=True)
    ]
    return float(np.concatenate([part.ravel() for part in held]).mean())


def _sums_covered(cut: Sequence[Window], level: int) -> float:
    held: list[Matrix] = []
    for window in cut:
        found = forecast_total(window.frame(), HORIZON, level).set_index("series_id")
        found, whole = found.loc[window.ids], window.ahead.sum(axis=1)
        held.append((whole >= found["lower"] - 1e-9) & (whole <= found["upper"] + 1e-9))
    return float(np.concatenate(held).mean())


def sets(tuning: bool = False) -> dict[str, pd.DataFrame]:
    """The made-up series of the seeds that count here, and the real ones; absent ones are said."""
    seeds = TUNING if tuning else TEST
    made = pd.concat([cost_series(seed, 12) for seed in list(seeds)[:4]], ignore_index=True)
    found = {"made-up costs": made}
    for name, said in real.absent().items():
        print(f"{name}: not installed here ({said})", file=sys.stderr)
    found |= real.tuning_series() if tuning else real.real_series()
    if not OWN_BILL.exists():
        print(f"a bill of our own: absent ({OWN_BILL})", file=sys.stderr)
    elif not tuning:
        found["own bill"] = pd.read_csv(OWN_BILL, parse_dates=["date"])
    return found


def speed(series: int = 10_000, days: int = 400) -> tuple[float, float]:
    """CPU seconds of ours for that many, and how many times the series a second of AutoETS."""
    frame = cost_series(1, series, days)
    began = time.process_time()
    forecast(frame, HORIZON)
    seconds = time.process_time() - began
    some = Window(
        sorted(frame["series_id"].unique())[:24],
        frame["date"].min(),
        frame["cost"].to_numpy().reshape(series, days)[:24],
        np.zeros((24, HORIZON)),
    )
    peer("AutoETS", some)  # The first run compiles.
    return seconds, (series / seconds) / (24 / peer("AutoETS", some).seconds)


def _methods(quick: bool) -> dict[str, Method]:
    names = [n for n in NAMES if not quick or n.startswith("Seasonal")]
    return {OURS: ours} | {name: _peer(name) for name in names}


def _peer(name: str) -> Method:
    return lambda window: peer(name, window)


def main(arguments: Sequence[str]) -> None:
    tuning, quick = "--tuning" in arguments, "--quick" in arguments or "--tuning" in arguments
    found: list[Score] = []
    for name, frame in sets(tuning).items():
        cut = windows(frame)
        for method, said in _methods(quick).items():
            one = score(name, method, cut, [said(window) for window in cut])
            found.append(one)
            print(line(one), flush=True)
    if not tuning:
        seconds, times = speed()
        print(
            f"10,000 series x 400 days: {seconds:.2f} CPU s, {times:.0f} x AutoETS' series a second"
        )
    target = Path("build")
    target.mkdir(exist_ok=True)
    (target / "forecasts.json").write_text(json.dumps([asdict(one) for one in found], indent=1))


def line(one: Score) -> str:
    held = " ".join(f"{level} %: {share:.3f}" for level, share in one.covered.items())
    sums = " ".join(f"{level} %: {share:.3f}" for level, share in one.total_covered.items())
    return (
        f"{one.set:14} {one.method:22} error {one.mae:.3f}  30 days {one.total:.4f}  "
        f"days within {held or '-':22} sums within {sums or '-':22} {one.series_per_second:9.1f}/s"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
