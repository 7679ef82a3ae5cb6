"""The bot under faults and kills, in small: see bench/chaos.py for the whole of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.peers import postgres

ROOT = Path(__file__).parents[2]


def figures(scenario: str, folder: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "bench/chaos.py", scenario, "--small", "--out", str(folder), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    (file,) = folder.glob("*.json")
    assert file.exists(), done.stderr
    return json.loads(file.read_text())


@pytest.mark.skipif(
    "CHAOS" not in os.environ, reason="takes minutes of both cores: CHAOS=1 runs it"
)
@pytest.mark.parametrize("scenario", ["sqlite", "postgres"])
@pytest.mark.timeout(320)
def test_nothing_is_lost_or_there_twice_when_whole_bots_are_killed(
    scenario: str, tmp_path: Path
) -> None:
    if scenario == "postgres" and postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    found = figures(scenario, tmp_path)
    assert [name for name, holds in found["checks"].items() if not holds] == []
    assert found["log_errors"] == 0, found["log_samples"]
