"""What a machine lacks is said at the end of the tests, however they are started."""

import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT

LACKS = """
import pytest

@pytest.mark.skip(reason="the machine has no anvil")
def test_shoe(): ...
"""


def test_a_skipped_test_says_why(tmp_path: Path) -> None:
    (tmp_path / "test_horse.py").write_text(LACKS)
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "the machine has no anvil" in done.stdout
