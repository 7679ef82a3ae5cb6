"""The folder of real bills and vendor contracts: tests that read it say so when it is absent."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("COSTBOT_SHARED", ROOT.parent / "shared"))

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"{SHARED} is not there; COSTBOT_SHARED names another folder"
)


def contract(name: str) -> dict[str, Any]:
    """A vendor's schema; the test that asks is skipped where there is none."""
    path = SHARED / "contracts" / name
    if not path.is_file():
        pytest.skip(f"{path} is not there; COSTBOT_SHARED names another folder")
    return json.loads(path.read_text())
