"""Write a FOCUS 1.2 export of N million rows, month by month: the demo bill among more resources.

.venv/bin/python bench/make_lake.py 10 /tmp/lake10m --seed 7
"""

import argparse
import resource
import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from integrations.demo.bill import Bill, make
from integrations.demo.costs import exact, whole
from integrations.demo.export import deliver


def main() -> None:
    asked = _arguments()
    started = time.perf_counter()
    bill = sized(asked.millions * 1e6, asked.as_of, asked.seed)
    rows, billed, effective = 0, 0, 0
    for period in bill.calendar.months:
        month = bill.month(period)
        deliver(asked.folder, period, bill.tables(month), asked.as_of)
        rows += len(month.rows) + len(month.charges)
        billed += int(whole(month.rows.billed).sum())
        effective += int(whole(month.rows.effective).sum())
    size = sum(file.stat().st_size for file in asked.folder.rglob("*.parquet"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"seed {asked.seed}, as of {asked.as_of}, {len(bill.fleet):,} resources")
    print(f"{rows:,} rows, {size / 2**20:,.0f} MiB in {asked.folder}")
    print(f"usage: BilledCost {exact(billed)}, EffectiveCost {exact(effective)}")
    print(f"{time.perf_counter() - started:.1f} s, peak {peak:,.0f} MiB")


def sized(rows: float, as_of: date, seed: int) -> Bill:
    """The bill with about so many rows: the resources are scaled until they are within 2 %."""
    scale = 1.0
    for _ in range(12):
        bill = make(as_of, seed, scale)
        ratio = rows / float((bill.fleet.last - bill.fleet.first + 1).sum())
        if abs(ratio - 1) < 0.02:
            return bill
        scale *= ratio
    return bill


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", type=float)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/lake"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 23))
    return parser.parse_args()


if __name__ == "__main__":
    main()
