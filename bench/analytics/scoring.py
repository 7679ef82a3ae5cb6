"""How well verdicts fit what was planted: by event and by alert, as a person would count.

Flagged days in a row, with at most two quiet days between, are one alert. An event is found when a
day of it, among its first seven, is flagged on the right side; a drift may take until ten days
after it has ended. An alert that touches no event is false. What is flagged while an event lasts,
at most four weeks of it, or within a week after its end, when costs go back, is neither. Nothing
counts in the first eight weeks.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from bench.analytics.made import Event

Flags = NDArray[np.int8]
WITHIN, AFTER, LONGEST, WARM, GAP = 7, 7, 28, 56, 2


@dataclass
class Result:
    """What a method achieved. `false_days` counts flagged days of false alerts."""

    events: int
    found: int
    false_alerts: int
    false_days: int
    series_days: int
    delay: float
    by_kind: dict[str, tuple[int, int]]

    @property
    def precision(self) -> float:
        return self.found / max(self.found + self.false_alerts, 1)

    @property
    def recall(self) -> float:
        return self.found / max(self.events, 1)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def false_rate(self) -> float:
        """False alerts for 1000 days of a series."""
        return 1000 * self.false_alerts / self.series_days

    def data(self) -> dict[str, object]:
        more = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        rate = {"false_per_1000": self.false_rate}
        return asdict(self) | {k: round(v, 4) for k, v in (more | rate).items()}


def score(flags: Flags, events: Sequence[Event]) -> Result:
    """Compare flags (series x days; 1 above, -1 below, 0 usual) with the truth."""
    flags = flags.copy()
    flags[:, :WARM] = 0
    free, delays = np.ones(flags.shape, dtype=bool), list[int]()
    kinds: dict[str, list[int]] = {}
    for event in events:
        last = event.end + 10 if event.kind == "drift" else min(event.end, event.start + WITHIN - 1)
        if event.kind == "new":
            last = event.end
        seen = np.flatnonzero(flags[event.series, event.start : last + 1] == event.sign)
        tally = kinds.setdefault(event.kind, [0, 0])
        tally[1] += 1
        if seen.size:
            tally[0] += 1
            delays.append(int(seen[0]))
        ends = min(event.end, event.start + LONGEST) if event.kind == "shift" else event.end
        free[event.series, event.start : ends + AFTER + 1] = False
        free[event.series, event.end + 1 : event.end + AFTER + 1] = False
    alerts, days = _false(flags, free)
    return Result(
        len(events), len(delays), alerts, days, int(free[:, WARM:].sum()),
        round(float(np.mean(delays)), 2) if delays else 0.0,
        {kind: (a, b) for kind, (a, b) in sorted(kinds.items())},
    )  # fmt: skip


def _false(flags: Flags, free: NDArray[np.bool_]) -> tuple[int, int]:
    """Alerts that touch no event, and their days."""
    alerts = days = 0
    for row in np.flatnonzero((flags != 0).any(axis=1)):
        marked = np.flatnonzero(flags[row])
        for run in np.split(marked, np.flatnonzero(np.diff(marked) > GAP + 1) + 1):
            if free[row, run].all():
                alerts += 1
                days += len(run)
    return alerts, days
