"""The words of Cost Explorer, beside the bills that came from there."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.lake import catalog

FILE = "explorer.json"


def remember(data_dir: Path, words: Mapping[str, Any]) -> None:
    folder = data_dir / catalog.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{FILE}.{os.getpid()}"
    fresh.write_text(json.dumps(words), encoding="utf-8")
    fresh.replace(folder / FILE)


def known(data_dir: Path) -> Mapping[str, Any]:
    """Empty where Cost Explorer was never asked."""
    try:
        return json.loads((data_dir / catalog.FOLDER / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
