"""What was fetched from elsewhere and is in the lake: it need not be fetched again."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from store.lake import catalog

FILE = "fetched.json"


def known(data_dir: Path, uri: str) -> Mapping[str, str]:
    """The mark of each batch that was loaded from `uri`, by the batch's name.

    It lies in the lake's folder: a lake that is moved away takes it along.
    """
    return _read(data_dir).get(uri, {})


def remember(data_dir: Path, uri: str, name: str, mark: str) -> None:
    """The batch is in the lake now. Lost or damaged, it is fetched once more, and unchanged."""
    marks = _read(data_dir)
    marks.setdefault(uri, {})[name] = mark
    file = data_dir / catalog.FOLDER / FILE
    fresh = file.with_name(f"{FILE}.{os.getpid()}")
    fresh.write_text(json.dumps(marks, indent=1), encoding="utf-8")
    fresh.replace(file)


def _read(data_dir: Path) -> dict[str, dict[str, str]]:
    try:
        return json.loads((data_dir / catalog.FOLDER / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
