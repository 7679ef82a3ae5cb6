"""Chaos: the whole bot under faults, kills, full disks and clocks that jump. See bench/chaos/.

Run: python bench/chaos.py <scenario>|all [--small] [--mutate [name]] [--seed n] [--out folder].
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

from bench.chaos.command import main  # noqa: E402 - the folder of the repository comes first

if __name__ == "__main__":
    sys.exit(main())
