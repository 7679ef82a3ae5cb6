"""Names of accounts that a bill does not know, kept beside the bills."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from store.lake import catalog

FILE = "accounts.json"


def remember(data_dir: Path, names: Mapping[str, str]) -> None:
    """Account ids and their names, in the place of those of before."""
    folder = data_dir / catalog.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{FILE}.{os.getpid()}"
    fresh.write_text(json.dumps(dict(names)), encoding="utf-8")
    fresh.replace(folder / FILE)


def known(folder: Path) -> Mapping[str, str]:
    """Empty where nobody told any; `folder` is the lake's."""
    try:
        return json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
