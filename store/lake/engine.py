"""DuckDB with the doors shut: it sees the lake folder and the named files, and nothing else."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: How the lake's files are written.
WRITTEN = "(FORMAT parquet, COMPRESSION zstd)"


def connect(
    folder: Path, spill: Path, files: Sequence[Path] = (), *, memory: str, threads: int
) -> Any:
    """An in-memory database in UTC that may use `folder` and read `files`; settings are locked."""
    import duckdb

    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    con.execute("SET partitioned_write_flush_threshold = 20000")
    con.execute(f"SET allowed_directories = [{text(str(folder.resolve()) + '/')}]")
    # A name is looked up both as it is and with what looks like a pattern made literal.
    names = [text(name) for file in files for name in (str(file), _literal(str(file)))]
    con.execute(f"SET allowed_paths = [{', '.join(names)}]")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def text(value: str) -> str:
    """A SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


def files_list(paths: Sequence[Path]) -> str:
    """A SQL list of exactly these files: what looks like a pattern in a name is taken literally."""
    return "[" + ", ".join(text(_literal(str(path))) for path in paths) + "]"


def _literal(path: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in path)
