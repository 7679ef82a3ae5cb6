"""The events that are planted: spikes, drops, shifts, drifts, and services that begin."""

import numpy as np

from bench.analytics.made import DAYS, Event, Matrix

#: No event begins earlier, nor within so many days of another.
FROM, APART = 84, 70
#: What can happen to a series of a family; more often named is more frequent. Where days without
#: cost are normal, a drop cannot be told from luck.
KINDS = {
    "sparse": ("spike",),
    "batch": ("spike",),
    "weekly batch": ("spike", "spike", "drop"),
    "noisy": ("spike", "spike", "drop", "shift"),
}
USUAL = ("spike", "spike", "spike", "drop", "shift", "drift")
#: An event is worth at least so many dollars a day, so that everybody's floor lets it pass.
LEAST = 50.0


def plant(
    rng: np.random.Generator, family: str, costs: Matrix, number: int
) -> tuple[Matrix, list[Event]]:
    """The series with none to two events, and what they are."""
    if family == "new":
        start = int(np.flatnonzero(costs)[0])
        dear = start + int(np.argmax(costs[start:] >= LEAST))
        # It is news from its first day on, and may be told when it costs something.
        event = Event("new", number, start, max(dear, start) + 6, 1)
        return costs, [event] if costs[start : start + 21].max() >= LEAST else []
    if rng.random() < 0.5:
        return costs, []
    events, day = list[Event](), FROM + int(rng.integers(0, 120))
    while day < DAYS - 30 and len(events) < 2:
        kind = str(rng.choice(KINDS.get(family, USUAL)))
        costs, event = happen(rng, kind, costs, number, day)
        if event is not None:
            events.append(event)
        day += APART + int(rng.integers(0, 120))
        if event is not None:
            day = max(day, event.end + APART)
    return costs, events


def happen(
    rng: np.random.Generator, kind: str, costs: Matrix, number: int, day: int, within: int = DAYS
) -> tuple[Matrix, Event | None]:
    """One event from a day on, of at most `within` days; None when it would be too small to
    matter.
    """
    last = min(day + within, len(costs)) - 1
    changed, before = costs.copy(), costs[day - 28 : day]
    usual, high = before.mean(), np.sort(before)[-2]
    irregular = (before < 0.2 * usual).mean() > 0.2
    if kind == "spike":
        end = day + int(rng.integers(1, 6)) - 1
        size = high * rng.uniform(1.5, 4) if irregular else usual * rng.uniform(0.6, 4)
        changed[day : end + 1] += size * rng.uniform(0.85, 1.15, end + 1 - day)
        found = Event(kind, number, day, end, 1)
    elif kind == "drop":
        end = day + int(rng.integers(3, 22)) - 1
        changed[day : end + 1] *= rng.choice([0.0, 0.0, 0.1, 0.25])
        found = Event(kind, number, day, end, -1)
    elif kind == "shift":
        end = last if rng.random() < 0.6 else min(day + int(rng.integers(20, 60)), last)
        changed[day : end + 1] *= rng.uniform(1.5, 3)
        found = Event(kind, number, day, end, 1)
    else:
        length = int(rng.integers(35, 60))
        end = min(day + length - 1, last)
        crept = np.minimum(np.arange(len(costs) - day) + 1, length)
        changed[day:] *= np.exp(rng.uniform(0.012, 0.022) * crept)
        found = Event(kind, number, day, end, 1)
    worth = np.abs(changed - costs)[day : end + 1].max()
    return (changed, found) if worth >= LEAST else (costs, None)
