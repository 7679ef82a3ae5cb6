"""How many verdicts about past days change when later days arrive."""

from collections.abc import Callable

import numpy as np

from bench.analytics.detectors import DETECTORS, Said
from bench.analytics.made import Made, make
from bench.analytics.scoring import Flags

#: The bill as it was known after so many days, against the whole of it.
LENGTHS = (120, 150, 181, 240, 299, 350, 399)
#: Methods that take a series apart as a whole, as their papers describe it.
Whole = Callable[[Made], Said]


def measure() -> dict[str, float]:
    """For each method the changed share of all days that were flagged at either time."""
    made = make(1001, each=4)
    methods: dict[str, tuple[Whole, float]] = {
        one.name: (one.run, one.default) for one in DETECTORS if one.share == 1
    }
    methods["S-H-ESD over the whole series"] = (whole_esd, 3.4)
    methods["STL over the whole series"] = (stl, 3.0)
    found: dict[str, float] = {}
    for name, (run, threshold) in methods.items():
        try:
            found[name] = _changed(run, threshold, made)
        except ImportError as missing:
            print(f"{name}: not measured, {missing}")
            continue
        print(f"{name:34} {found[name]:.4f} of the flagged past days changed", flush=True)
    return found


def _changed(run: Whole, threshold: float, made: Made) -> float:
    changed = flagged = 0
    after = _flags(run, threshold, made)
    for length in LENGTHS:
        part = Made(made.costs[:, :length], [], made.families, made.first_day)
        before, then = _flags(run, threshold, part), after[:, :length]
        changed += int((before != then).sum())
        flagged += int(((before != 0) | (then != 0)).sum())
    return round(changed / max(flagged, 1), 5)


def _flags(run: Whole, threshold: float, made: Made) -> Flags:
    return run(made).flags(made.costs, threshold)


def whole_esd(made: Made) -> Said:
    """S-H-ESD as published: one median and one weekly shape for the whole series."""
    costs = made.costs
    phase = np.arange(costs.shape[1]) % 7
    shape = np.stack([costs[:, phase == day].mean(axis=1) for day in range(7)], axis=1)
    seasonal = (shape - shape.mean(axis=1)[:, None])[:, phase]
    rest = costs - seasonal - np.median(costs, axis=1)[:, None]
    spread = 1.4826 * np.median(np.abs(rest - np.median(rest, axis=1)[:, None]), axis=1)
    return Said(rest / np.maximum(spread, 1e-9)[:, None], costs - rest)


def stl(made: Made) -> Said:
    """statsmodels' robust STL of the whole series; what is left over, in deviations."""
    from statsmodels.tsa.seasonal import STL

    rest = np.array([STL(row, period=7, robust=True).fit().resid for row in made.costs])
    spread = 1.4826 * np.median(np.abs(rest), axis=1)
    return Said(rest / np.maximum(spread, 1e-9)[:, None], made.costs - rest)
