"""Real daily series, scaled to dollars, with events planted in them.

What is unusual in the real series themselves (holidays, storms) is not labelled: an alert about it
counts as false, for every method alike.
"""

import numpy as np

from bench.analytics.events import FROM, happen
from bench.analytics.made import Event, Made
from bench.analytics.real import real_series, tuning_series

#: Sets that were looked at while tuning; all others were only ever measured.
TUNED = ("rail", "power", "weather")
DAYS = 365
#: Two in three are as those of the made series, and a drop is the third.
KINDS = ("spike", "spike", "drop", "shift")


def planted(seed: int, tuning: bool = False) -> dict[str, Made]:
    """For each set the newest year of every series, with about one event in each half."""
    sets = list(enumerate(real_series().items()))
    if tuning:
        sets = [one for one in sets if one[1][0] in TUNED]
        sets += list(enumerate(tuning_series().items(), start=len(real_series())))
    found: dict[str, Made] = {}
    for number, (name, frame) in sets:
        rng = np.random.default_rng([seed, number])
        table = frame.pivot(index="date", columns="series_id", values="cost").tail(DAYS).fillna(0.0)
        costs, events, families = [], list[Event](), list[str]()
        for column in table:
            values = np.maximum(table[column].to_numpy(), 0.0)
            if values.mean() <= 0:
                continue
            dollars = np.exp(rng.uniform(np.log(120), np.log(1500)))
            values, own = _with_events(rng, values * dollars / values.mean(), len(costs))
            costs.append(values)
            events += own
            families.append(name)
        first = np.datetime64(table.index[0], "D")
        found[name] = Made(np.array(costs).round(4), events, families, first)
    return found


def _with_events(
    rng: np.random.Generator, values: np.ndarray, number: int
) -> tuple[np.ndarray, list[Event]]:
    events = list[Event]()
    for start in (FROM, FROM + (DAYS - FROM) // 2):
        day = start + int(rng.integers(0, (DAYS - FROM) // 2 - 70))
        if rng.random() < 0.75:
            values, event = happen(rng, str(rng.choice(KINDS)), values, number, day, within=60)
            events += [event] if event else []
    return values, events
