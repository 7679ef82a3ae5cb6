"""Loading a large export month by month: time, rows a second and peak memory.

Run: python bench/load.py EXPORT_FOLDER DATA_DIR. DATA_DIR must not exist: its lake is what is made.
"""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from store.lake.load import LoadReport, load

GOAL_MIB = 1024


def main() -> None:
    export, data_dir = Path(sys.argv[1]), Path(sys.argv[2])
    if data_dir.exists():
        raise SystemExit(f"{data_dir} exists: name a folder that does not.")
    first, cpu, done = timed(export, data_dir)
    again, _, _ = timed(export, data_dir)
    lake = sum(file.stat().st_size for file in data_dir.rglob("*.parquet"))
    report = {
        "rows": done.rows,
        "bills": len(done.bills),
        "seconds": round(first, 1),
        "cpu_seconds": round(cpu, 1),
        "rows_per_second": round(done.rows / first),
        "again_unchanged_seconds": round(again, 1),
        "lake_mib": round(lake / 2**20),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "goal_peak_rss_mib": GOAL_MIB,
    }
    print(json.dumps(report, indent=1))


def timed(export: Path, data_dir: Path) -> tuple[float, float, LoadReport]:
    began, cpu = time.perf_counter(), time.process_time()
    done = load([export], data_dir, datetime.now(UTC))
    return time.perf_counter() - began, time.process_time() - cpu, done


if __name__ == "__main__":
    main()
