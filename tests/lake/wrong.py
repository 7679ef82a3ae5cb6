"""What wrong bills are made of, and what a load says about them."""

from pathlib import Path

import pytest

from domain.errors import InputError
from store.lake import DuckLake
from tests.lake.bills import FOCUS_ROW, put

HEADER = ",".join(FOCUS_ROW)
GOOD = ",".join(f'"{value}"' for value in FOCUS_ROW.values())
CUT = "The file may be cut off or edited: export or download it again."
AGAIN = "Download it again."
KNOWN = "costbot reads FOCUS 1.0 and 1.2, CUR 2.0 and the legacy Cost and Usage Report."
READABLE = "costbot reads csv, csv.gz, parquet, folders of these, and export manifests."


def refusal(data: Path, *paths: str | Path) -> str:
    """What the load says, once it is sure that nothing of it has stayed."""
    before = DuckLake(data).status()
    with pytest.raises(InputError) as caught:
        put(data, *paths)
    assert DuckLake(data).status() == before
    left = [path for path in (data / "lake").rglob("*") if path.suffix in (".parquet", ".json")]
    assert len(left) == (5 if before.bills else 0), left
    return str(caught.value)


def text(path: Path, *lines: str, end: str = "\n") -> Path:
    path.write_bytes((end.join(lines) + end).encode())
    return path


def row(**cells: str) -> str:
    return ",".join('"' + value.replace('"', '""') + '"' for value in (FOCUS_ROW | cells).values())


TWO_LINES = row(SubAccountName="pay\nments")
