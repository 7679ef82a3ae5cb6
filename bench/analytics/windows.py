"""The past of a set cut where a forecast would have been made, and what came then."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HORIZON = 30
#: A forecast every 30 days, on at least so much and at most so much history.
EVERY, FEWEST, MEMORY, MOST = 30, 150, 400, 12
MOST_SERIES = 48

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """`past` has NaN before a series begins; the rows of `past` and `ahead` are `ids`."""

    ids: list[str]
    first: pd.Timestamp
    past: Matrix
    ahead: Matrix

    def frame(self) -> pd.DataFrame:
        """The past as rows: a series has none before it begins."""
        days = pd.date_range(self.first, periods=self.past.shape[1])
        wide = pd.DataFrame(self.past.T, index=days, columns=self.ids)
        wide.index.name, wide.columns.name = "date", "series_id"
        return wide.unstack().rename("cost").dropna().reset_index()


def windows(frame: pd.DataFrame) -> list[Window]:
    """One per past date, the newest first; a series takes part when it is old enough there."""
    table = frame.pivot_table(index="date", columns="series_id", values="cost", aggfunc="sum")
    table = table.loc[:, sorted(table.columns)[:MOST_SERIES]]
    costs, found = table.to_numpy().T, list[Window]()
    for number in range(MOST):
        at = costs.shape[1] - HORIZON - number * EVERY
        if at < FEWEST:
            break
        start = max(0, at - MEMORY)
        past, ahead = costs[:, start:at], costs[:, at : at + HORIZON]
        old = (np.isfinite(past).sum(axis=1) >= FEWEST) & np.isfinite(ahead).all(axis=1)
        if old.any():
            ids = [str(name) for name, kept in zip(table.columns, old, strict=True) if kept]
            found.append(Window(ids, table.index[start], past[old], ahead[old]))
    return found
