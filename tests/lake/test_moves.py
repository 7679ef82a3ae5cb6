"""What loads change is remembered, and says how long a bill takes to settle."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.settling import learn
from store.lake import DuckLake
from store.lake.load import load
from tests.lake.bills import write_csv

FIRST = datetime(2026, 11, 2, 6, tzinfo=UTC)


def bill(folder: Path, through: int, late: int) -> Path:
    """November through a day; the newest `late` days have half of their cost only."""
    rows = [
        {
            "BillingPeriodStart": "2026-11-01T00:00:00Z",
            "ChargePeriodStart": f"2026-11-{day:02d}T00:00:00Z",
            "ChargePeriodEnd": f"2026-11-{day + 1:02d}T00:00:00Z",
            "BilledCost": "50" if day > through - late else "100",
        }
        for day in range(1, through + 1)
    ]
    return write_csv(folder / "november.csv", rows)


def test_days_that_double_on_their_third_day_are_settled_then(tmp_path: Path) -> None:
    for loads in range(27):
        now = FIRST + timedelta(days=loads)
        load([bill(tmp_path, 1 + loads, 2)], tmp_path, now, learn=learn)
    status = DuckLake(tmp_path).status()
    assert status.settling.lag_days == 3
    assert len(list((tmp_path / "lake" / "moves").iterdir())) <= 2, "older ones are swept"


def test_a_lake_without_loads_of_young_days_keeps_what_is_usual(tmp_path: Path) -> None:
    load([bill(tmp_path, 27, 0)], tmp_path, FIRST + timedelta(days=100), learn=learn)
    assert DuckLake(tmp_path).status().settling.lag_days is None


def test_what_was_loaded_before_moves_were_kept_can_be_loaded_over(tmp_path: Path) -> None:
    load([bill(tmp_path, 5, 2)], tmp_path, FIRST + timedelta(days=5))
    load([bill(tmp_path, 6, 2)], tmp_path, FIRST + timedelta(days=6), learn=learn)
    load([bill(tmp_path, 5, 2)], tmp_path, FIRST + timedelta(days=6), learn=learn)
    load([bill(tmp_path, 6, 2)], tmp_path, FIRST + timedelta(days=6), learn=learn)
    assert DuckLake(tmp_path).status().settling.lag_days is None
