"""What to load: paths become files, each with its kind and its columns."""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from domain.errors import InputError
from store.lake.manifest import (
    belongings,
    execution,
    is_manifest,
    listed_files,
    month_in,
    newest_manifests,
    period_of,
)

FileKind = Literal["csv", "csv.gz", "parquet"]
SUFFIXES = (".csv", ".csv.gz", ".parquet")
READABLE = "costbot reads csv, csv.gz, parquet, folders of these, and export manifests."

# A resource tag or a description may be long; Python's own limit is 128 KiB per field.
csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Source:
    """One file; `types` are DuckDB's names for a parquet file's columns, empty for csv.

    `delivery` names what it came with: a manifest, the folder of an execution, or nothing.
    """

    path: Path
    kind: FileKind
    columns: tuple[str, ...]
    types: tuple[str, ...] = ()
    delivery: str = ""


def find_files(paths: Sequence[str | Path], lake: Path) -> dict[Path, str]:
    """Every file that `paths` stand for, each once, with its delivery; the lake's own are none."""
    found: dict[Path, str] = {}
    for path in paths:
        for file, delivery in _expand(Path(path)):
            if not file.is_relative_to(lake):
                found.setdefault(file, delivery)
    if not found:
        raise InputError("nothing was named to load.", "load", advice=READABLE)
    return found


def _expand(path: Path) -> Iterator[tuple[Path, str]]:
    if not path.exists():
        raise InputError("there is no such file.", path, advice="Check the path.")
    if path.is_dir():
        yield from _expand_folder(path)
    elif is_manifest(path):
        yield from _files(Delivery(path, period_of(path)))
    else:
        yield path.resolve(), execution(path.resolve())


def _expand_folder(path: Path) -> Iterator[tuple[Path, str]]:
    found = deliveries(path)
    if not found:
        raise InputError("there is no bill in this folder.", path, advice=READABLE)
    for delivery in found:
        yield from _files(delivery)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is loaded together: a manifest stands for the files it lists, a bill for itself.

    `period` is the month it is of, as YYYY-MM, "" where nothing tells.
    """

    path: Path
    period: str

    def files(self) -> list[Path]:
        """Raises InputError when the manifest lists a file that is not there."""
        return listed_files(self.path) if is_manifest(self.path) else [self.path]


def _files(delivery: Delivery) -> Iterator[tuple[Path, str]]:
    manifest = str(delivery.path.resolve()) if is_manifest(delivery.path) else ""
    for file in delivery.files():
        yield file.resolve(), manifest or execution(file.resolve())


def deliveries(folder: Path) -> list[Delivery]:
    """The newest delivery of each export in a folder, and whatever belongs to none."""
    inside = sorted(file for file in folder.rglob("*") if file.is_file() and _visible(file, folder))
    manifests = [file for file in inside if is_manifest(file)]
    owned = {owned.resolve() for manifest in manifests for owned in belongings(manifest)}
    bills = [file.resolve() for file in inside if file.name.lower().endswith(SUFFIXES)]
    newest = [Delivery(manifest, period_of(manifest)) for manifest in newest_manifests(manifests)]
    free = [file for file in bills if owned.isdisjoint((file, *file.parents))]
    return newest + [Delivery(file, month_in(str(file))) for file in free]


def _visible(file: Path, folder: Path) -> bool:
    return not any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)


def open_source(path: Path, con: Any, delivery: str = "") -> Source:
    """Look at how the file begins: its kind by its first bytes, and its columns."""
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise InputError("the file is empty.", path, advice="Download it again.")
    if start[:4] == b"PAR1":
        return _parquet(path, con, delivery)
    if start[:2] == b"PK":
        raise InputError("the file is a zip archive.", path, advice="Unzip it, then load it.")
    kind: FileKind = "csv.gz" if start[:2] == b"\x1f\x8b" else "csv"
    return Source(path, kind, _header(path, kind), delivery=delivery)


def damaged(path: Path) -> InputError:
    """The error for a parquet file that holds no readable columns, or a broken one."""
    problem = "the parquet file is damaged or cut off."
    return InputError(problem, path, advice="Download it again.")


def _parquet(path: Path, con: Any, delivery: str) -> Source:
    import duckdb

    from store.lake.engine import files_list

    try:
        rows = con.execute(
            f"DESCRIBE SELECT * FROM read_parquet({files_list([path])}, binary_as_string = true,"
            " hive_partitioning = false)"
        ).fetchall()
    except duckdb.Error as error:
        raise damaged(path) from error
    names, types = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
    return Source(path, "parquet", names, types, delivery)


def _header(path: Path, kind: FileKind) -> tuple[str, ...]:
    try:
        _, header = next(records(path, kind))
    except StopIteration:
        raise InputError("the file is empty.", path, advice="Download it again.") from None
    except (csv.Error, EOFError, OSError) as error:
        problem = "the header cannot be read."
        raise InputError(problem, path, 1, advice="Download the file again.") from error
    if not all(map(is_utf8, header)):
        raise InputError("the text is not UTF-8.", path, 1, advice=READABLE)
    return tuple(column.strip() for column in header)


def is_utf8(cell: str) -> bool:
    """Whether a cell of `records` was UTF-8 in the file."""
    return cell.isascii() or not any("\udc80" <= character <= "\udcff" for character in cell)


def open_bytes(path: Path, kind: FileKind) -> io.BufferedReader:
    """The file's bytes, decompressed."""
    if kind == "csv.gz":
        return cast("io.BufferedReader", gzip.open(path, "rb"))
    return path.open("rb")


def records(
    path: Path, kind: FileKind, errors: str = "surrogateescape"
) -> Iterator[tuple[int, list[str]]]:
    """Each record of a csv with the physical line it begins on; blank lines are no records."""
    with (
        open_bytes(path, kind) as file,
        io.TextIOWrapper(file, encoding="utf-8-sig", errors=errors, newline="") as lines,
    ):
        reader = csv.reader(lines)
        before = 0
        for record in reader:
            if record:
                yield before + 1, record
            before = reader.line_num
