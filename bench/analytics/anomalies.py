"""Anomaly detection beside other methods: F1, delay, false alerts, causality and speed.

Run with a Python that has the peers: python bench/analytics.py anomalies [--small] [--tuning]
"""

import argparse
import json
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.analytics import causality, speed
from bench.analytics.detectors import DETECTORS, Detector, Said
from bench.analytics.made import Event, Made, make
from bench.analytics.planted import TUNED, planted
from bench.analytics.scoring import Result, score

#: Seeds that the detector was tuned on, and those it was measured on once it was done.
TUNING, TEST = (1, 2, 3), (1001, 1002, 1003, 1004)
#: For the real sets: the same, seeds of what is planted in them.
TUNING_REAL, TEST_REAL = (1, 2, 3, 4, 5, 6), (1001, 1002, 1003)


def main(given: Sequence[str]) -> int:
    """Measure everything, print it, and write build/anomalies.json."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser("bench/analytics.py anomalies", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one seed, without the slow methods")
    parser.add_argument("--tuning", action="store_true", help="the seeds and sets of the tuning")
    parser.add_argument("--out", type=Path, default=Path("build/anomalies.json"))
    options = parser.parse_args(given)
    table: dict[str, dict[str, object]] = {}
    for name, sets in _sets(options.tuning, options.small):
        print(f"\n{name}: {_said(sets)}", flush=True)
        print(f"{'':32} {'default':^37} | {'best threshold':^37} | series/s", flush=True)
        for detector in DETECTORS:
            if options.small and detector.share < 1:
                continue
            table.setdefault(name, {})[detector.name] = _measured(detector, sets)
    found = {"sets": table}
    if not options.tuning:
        found |= {"changed verdicts": causality.measure(), "speed": speed.measure(options.small)}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    print(f"\nWritten to {options.out}")
    return 0


def _sets(tuning: bool, small: bool) -> Iterator[tuple[str, list[Made]]]:
    seeds, real = (TUNING, TUNING_REAL) if tuning else (TEST, TEST_REAL)
    yield "made", [make(seed) for seed in (seeds[:1] if small else seeds)]
    by_name: dict[str, list[Made]] = {}
    for seed in real[:1] if small else real:
        for name, one in planted(seed, tuning).items():
            by_name.setdefault(name, []).append(one)
    yield from by_name.items()
    held = [one for name, sets in by_name.items() if name not in TUNED for one in sets]
    if held:
        yield "all sets that nothing was tuned on", held


def _said(sets: list[Made]) -> str:
    series, events = sum(len(one.costs) for one in sets), sum(len(one.events) for one in sets)
    return f"{series} series, {events} events"


def _measured(detector: Detector, sets: list[Made]) -> dict[str, object]:
    """A method on some sets, at its default and at the threshold that suits these very sets."""
    sets = [_part(one, detector.share) for one in sets]
    began = time.process_time()
    said = [detector.run(one) for one in sets]
    seconds = time.process_time() - began
    whole, events = _together(sets)
    known = np.concatenate([np.abs(one.score).ravel() for one in said])
    known = known[np.isfinite(known) & (known > 0)]
    steps = np.unique(np.quantile(known, np.linspace(0.5, 0.9999, 120))) if known.size else [1.0]
    tried = sorted({*map(float, steps), detector.default})
    at = {step: _scored(said, whole, sets, events, step) for step in tried}
    best = max(at, key=lambda step: at[step].f1)
    default = at[detector.default]
    rate = len(whole) / max(seconds, 1e-9)
    print(f"{detector.name:32} {_line(default)} | {_line(at[best])} | {rate:8.1f}", flush=True)
    return {
        "default": default.data() | {"threshold": detector.default},
        "best": at[best].data() | {"threshold": round(best, 3)},
        "series_per_second": round(rate, 1),
        "share": detector.share,
    }


def _line(one: Result) -> str:
    return (
        f"F1 {one.f1:.3f} P {one.precision:.2f} R {one.recall:.2f} "
        f"fa {one.false_rate:5.2f} d {one.delay:4.1f}"
    )


def _part(made: Made, share: float) -> Made:
    """Every so manieth series, for methods that would take hours for all."""
    if share >= 1:
        return made
    rows = np.arange(0, len(made.costs), round(1 / share))
    place = {int(row): at for at, row in enumerate(rows)}
    events = [replace(e, series=place[e.series]) for e in made.events if e.series in place]
    return replace(
        made, costs=made.costs[rows], events=events, families=[made.families[r] for r in rows]
    )


def _together(sets: list[Made]) -> tuple[list[str], list[Event]]:
    families, events = list[str](), list[Event]()
    for one in sets:
        events += [replace(event, series=event.series + len(families)) for event in one.events]
        families += one.families
    return families, events


def _scored(
    said: list[Said], whole: list[str], sets: list[Made], events: list[Event], threshold: float
) -> Result:
    days = max(one.costs.shape[1] for one in sets)
    flags = np.zeros((len(whole), days), dtype=np.int8)
    at = 0
    for one, made in zip(said, sets, strict=True):
        rows, length = made.costs.shape
        flags[at : at + rows, :length] = one.flags(made.costs, threshold)
        at += rows
    return score(flags, events)
