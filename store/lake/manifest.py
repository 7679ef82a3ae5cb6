"""Export manifests: AWS writes one when all data files of a delivery are there, and lists them."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from domain.errors import InputError

_DATA = (".csv", ".csv.gz", ".parquet")
# data/BILLING_PERIOD=2026-10 (any case) of data exports, 20261001-20261101 of the legacy report.
_PERIOD = re.compile(r"(?i)billing_period=(\d{4}-\d{2})|(\d{8}-\d{8})")
# The legacy report as Parquet has year=2026/month=10.
_PARTITION = re.compile(r"(?i)billing_period=\d{4}-\d{2}|\d{8}-\d{8}|year=\d{4}|month=\d{1,2}")
# 20261101T000000Z-<uuid> of data exports, a bare uuid of the legacy report.
_EXECUTION = re.compile(r"(?i)\d{8}T\d{4,6}\S*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_manifest(path: Path) -> bool:
    """`<export>-Manifest.json`; older exports write the name in lower case."""
    return path.name.lower().endswith("manifest.json")


def listed_files(manifest: Path) -> list[Path]:
    """The data files a manifest lists, found beside it."""
    listed = _listed(manifest)
    if not listed:
        raise InputError("the manifest lists no csv or parquet file.", manifest)
    return [_found(manifest, uri) for uri in listed]


def belongings(manifest: Path) -> list[Path]:
    """What a folder holds because of this delivery or older ones of the same bill.

    These are its files, and the folders of its billing period.
    """
    found = (_find(manifest, uri) for uri in _listed(manifest))
    return [_partition(file) or file for file in found if file is not None]


def _partition(file: Path) -> Path | None:
    return next((above for above in file.parents if _PARTITION.fullmatch(above.name)), None)


def execution(file: Path) -> str:
    """The folder of the delivery a file came with, where its path tells."""
    named = (above for above in file.parents if _EXECUTION.fullmatch(above.name))
    return str(next(named, ""))


def newest_manifests(manifests: Sequence[Path]) -> list[Path]:
    """One manifest per export and billing period: the newest delivery holds the whole bill.

    An export that keeps its deliveries writes each into a folder named by its execution, in
    time order; the legacy report also keeps a copy of the newest one folder up.
    """
    newest: dict[tuple[Path | None, str, str], Path] = {}
    for manifest in sorted(manifests, key=lambda path: (_changed(path), -len(path.parts), path)):
        newest[export_of(manifest), manifest.name, period_of(manifest)] = manifest
    return sorted(newest.values())


def _changed(manifest: Path) -> str:
    """When the delivery was made: its own word for it, else its folder's name."""
    content = _content(manifest)
    for key in ("createdAt", "executionId", "assemblyId"):
        stamp = content.get(key) if isinstance(content, dict) else None
        if isinstance(stamp, str) and re.match(r"\d{4}", stamp):
            return stamp
    return manifest.parent.name if re.match(r"\d{8}T", manifest.parent.name) else ""


def period_of(manifest: Path) -> str:
    """The month a delivery is of, as YYYY-MM; "" where neither its path nor its files tell."""
    found = map(month_in, (str(manifest), *_listed(manifest)))
    return next((month for month in found if month), "")


def month_in(path: str) -> str:
    """The month in the folders of a path, as YYYY-MM."""
    match = _PERIOD.search(path)
    if match is None:
        return ""
    return match[1] or f"{match[2][:4]}-{match[2][4:6]}"


def _content(manifest: Path) -> Any:
    try:
        return json.loads(manifest.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        line = getattr(error, "lineno", None)
        problem = "the manifest is not JSON."
        raise InputError(problem, manifest, line, advice="Download it again.") from error


def _listed(manifest: Path) -> list[str]:
    return [text for text in _strings(_content(manifest)) if text.lower().endswith(_DATA)]


def _strings(content: Any) -> Iterator[str]:
    match content:
        case str():
            yield content
        case list():
            for item in content:
                yield from _strings(item)
        case dict():
            for item in content.values():
                yield from _strings(item)
        case _:
            return


def _found(manifest: Path, uri: str) -> Path:
    file = _find(manifest, uri)
    if file is None:
        problem = f"the manifest lists {uri.split('/')[-1]!r}, which is not there."
        raise InputError(problem, manifest, advice="Download the export whole, then load it.")
    return file


def _find(manifest: Path, uri: str) -> Path | None:
    """The local copy of an object: the longest tail of its key that is there, inside the export.

    The same file name comes again every month, so the tail has the folder of the period.
    """
    path = urlsplit(uri).path if uri.startswith("s3://") else uri
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    places = (place for place, part in enumerate(parts) if _PARTITION.fullmatch(part))
    for skip in range(next(places, len(parts) - 1) + 1):
        for folder in _inside(manifest):
            if (found := _descend(folder, parts[skip:])) is not None:
                return found
    return None


def _inside(manifest: Path) -> list[Path]:
    """The folders from the manifest's own up to its export's: the one with `metadata` in it."""
    above, export = list(manifest.resolve().parents), export_of(manifest)
    return above[: above.index(export) + 1] if export else above[:1]


def export_of(manifest: Path) -> Path | None:
    """The folder of the whole export, where a folder below it tells."""
    above = list(manifest.resolve().parents)
    for place, folder in enumerate(above[:3]):
        if folder.name.lower() == "metadata" or re.fullmatch(r"\d{8}-\d{8}", folder.name):
            return above[place + 1]
    return None


def _descend(folder: Path, parts: Sequence[str]) -> Path | None:
    """The file at `parts` under `folder`, whatever the case of its partition folders."""
    here = folder
    for part in parts:
        exact = here / part
        if not exact.exists() and "=" in part and here.is_dir():
            same = (child for child in here.iterdir() if child.name.lower() == part.lower())
            exact = next(same, exact)
        if not exact.exists():
            return None
        here = exact
    return here if here.is_file() else None
