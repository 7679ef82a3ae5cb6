"""s3://bucket/prefix: exports where AWS delivers them, month by month, and only what changed."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bot.sources.model import Batch, Skipped, Source, Wish
from cards import words
from domain.errors import InputError
from integrations.aws.exports import Bucket, Place, ReplacedError, Stored
from store.lake.manifest import export_of, is_manifest
from store.lake.sources import READABLE, SUFFIXES, Delivery, deliveries

_MIB = 2**20
#: Fetching more MiB than this takes long enough to say how far it is.
LARGE = 50


def fetch(wish: Wish) -> Iterator[Batch | Skipped]:
    """A batch for each billing period whose files are not those that are known, newest first."""
    place = Place.of(wish.address)
    bucket = Bucket(place, wish.settings.aws_access)
    wish.progress(f"looking at {wish.address}")
    there = _there(bucket, place)
    copies = _Copies(bucket, _paths(there, wish.folder.resolve(), place), wish.folder.resolve())
    copies.outline()
    found = sorted(_wanted(copies, place), key=lambda one: one.period, reverse=True)
    for period, group in groupby(found, key=lambda one: one.period):
        yield from _period(wish, copies, period, [*group])


def below(place: Place) -> str:
    """The folder that everything lies in; for a manifest that of its export."""
    path = Path("/") / place.prefix.lstrip("/")
    root = (export_of(path) or path.parent) if is_manifest(path) else path
    lead = "/" if place.prefix.startswith("/") else ""
    return lead + root.as_posix().strip("/")


def _there(bucket: Bucket, place: Place) -> list[Stored]:
    """The objects that count: of a manifest all of its export, else those below."""
    prefix = place.prefix
    if is_manifest(Path(prefix)):
        root = below(place)
        chosen = bucket.listed(f"{root}/" if root else "")
    else:
        listed = bucket.listed(prefix)
        folder = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
        exact = [one for one in listed if one.key == prefix]
        chosen = exact or [one for one in listed if one.key.startswith(folder)]
    found = [one for one in chosen if _counts(one.key)]
    if not found:
        problem = "there is no bill here."
        raise InputError(problem, place.uri(prefix), advice=f"Check the prefix. {READABLE}")
    return found


def _counts(key: str) -> bool:
    hidden = any(part.startswith((".", "_")) for part in key.split("/"))
    return not hidden and (is_manifest(Path(key)) or key.lower().endswith(SUFFIXES))


def _paths(there: Sequence[Stored], folder: Path, place: Place) -> dict[Path, Stored]:
    """Where each object's copy lies; a name that leads out of the folder did not count."""
    paths: dict[Path, Stored] = {}
    for one in there:
        path = folder.joinpath(*(part for part in one.key.split("/") if part))
        twin = paths.setdefault(path, one)
        if twin is not one:
            problem = f"it has the same name as {place.uri(twin.key)}, but for slashes."
            raise InputError(problem, place.uri(one.key), advice="Name a longer prefix.")
    return paths


@dataclass(frozen=True, slots=True)
class _Copies:
    """A folder with the shape of the bucket: empty files stand for what is not fetched."""

    bucket: Bucket
    there: dict[Path, Stored]
    folder: Path

    def outline(self) -> None:
        self.fetch([path for path in self.there if is_manifest(path)])
        for path in self.there:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()

    def fetch(
        self, paths: Sequence[Path], progress: Callable[[int], None] = lambda _: None
    ) -> None:
        self.bucket.fetch({path: self.there[path] for path in paths}, progress)

    def stored(self, path: Path) -> Stored:
        return self.there[path.resolve()]


def _wanted(copies: _Copies, place: Place) -> list[Delivery]:
    found = deliveries(copies.folder)
    named = [one for one in found if copies.stored(one.path).key == place.prefix]
    return named or found


def _period(
    wish: Wish, copies: _Copies, period: str, group: Sequence[Delivery]
) -> Iterator[Batch | Skipped]:
    """One month's files together, so that a bill that is there twice is noticed."""
    named = period or "no month"
    try:
        files = {one.path: [path.resolve() for path in one.files()] for one in group}
    except InputError as error:
        if period not in wish.known:
            yield Skipped(named, str(_called(error, wish, copies)), _called(error, wish, copies))
        return
    data = [copies.stored(path) for paths in files.values() for path in paths]
    manifests = [copies.stored(one.path) for one in group if is_manifest(one.path)]
    mark = _mark([*manifests, *data])
    if wish.known.get(period) == mark:
        return
    late = [one for one in group if _unfinished(copies, one, files[one.path])]
    if late:
        yield Skipped(named, "AWS writes a newer delivery; it is loaded when it is whole")
        return
    whole = sum(one.size for one in data) / _MIB
    wish.progress(f"fetching {named}: {words.plural(len(data), 'file')}, {whole:,.1f} MiB")

    def told(there: int) -> None:
        if whole > LARGE:
            wish.progress(f"fetching {named}: {there / _MIB:,.0f} of {whole:,.0f} MiB")

    try:
        copies.fetch([path for paths in files.values() for path in paths], told)
    except ReplacedError:
        yield Skipped(named, "AWS replaced it meanwhile; it is loaded next time")
        return
    paths = tuple(one.path for one in group)
    yield Batch(period, paths, mark, copies.folder, f"s3://{copies.bucket.place.bucket}")
    for path in (path for paths in files.values() for path in paths):
        path.write_bytes(b"")


def _unfinished(copies: _Copies, delivery: Delivery, files: Sequence[Path]) -> bool:
    """The manifest comes last: data that is newer belongs to a delivery that is not whole yet."""
    if not is_manifest(delivery.path):
        return False
    written = copies.stored(delivery.path).changed
    return any(copies.stored(path).changed > written for path in files)


def _mark(objects: Sequence[Stored]) -> str:
    lines = sorted(f"{one.key} {one.mark} {one.size}" for one in objects)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _called(error: InputError, wish: Wish, copies: _Copies) -> InputError:
    """The same error about the object, not about its copy."""
    key = copies.stored(Path(error.file)).key
    advice = "Name a prefix without this delivery, or wait for the next one."
    return InputError(error.problem, copies.bucket.place.uri(key), advice=advice)


SOURCE = Source("s3", "exports in S3: s3://bucket/prefix", fetch)
