"""Analytics measured beside other methods. See bench/analytics/ and docs/accuracy.md.

Run: python bench/analytics.py <measurement> [...], where a measurement is a module of
bench/analytics with a `main`, such as: python bench/analytics.py anomalies --small
"""

import importlib
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1].isidentifier():
        sys.exit(__doc__)
    sys.exit(importlib.import_module(f"bench.analytics.{sys.argv[1]}").main(sys.argv[2:]))
