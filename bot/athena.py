"""Athena put together: its client, and the copies of the lake's files in S3 that it reads."""

from collections.abc import Callable
from datetime import datetime

from bot.settings import Settings
from bot.sources.model import Progress
from cards import words
from integrations.aws.clients import PATIENT, client
from integrations.aws.exports import Bucket, Place
from store.lake.athena import AthenaLake, Where, copies
from store.lake.snapshots import Snapshots


def where(settings: Settings) -> Where:
    """COSTBOT_ATHENA is workgroup/database@s3://bucket/folder."""
    named, _, location = (settings.athena or "").partition("@")
    workgroup, _, database = named.partition("/")
    return Where(database, workgroup, location)


def lake_at_athena(settings: Settings, now: Callable[[], datetime]) -> AthenaLake:
    """Nothing is connected before the first question."""
    return AthenaLake(
        settings.data_dir, where(settings), lambda: client("athena", attempts=PATIENT), now
    )


def copied(settings: Settings, progress: Progress) -> None:
    """Copy what the newest snapshot has and S3 has not; a file's name tells its content.

    Copies of older snapshots stay: somebody may be reading them. A rule of the bucket ends them.
    """
    snapshots = Snapshots(settings.data_dir)
    place = Place.of(where(settings).location.rstrip("/") + "/")
    bucket = Bucket(place)
    there = {one.key.removeprefix(place.prefix): one.size for one in bucket.listed()}
    folder = snapshots.folder
    missing = [
        path
        for path in copies(snapshots.newest())
        if there.get(path) != (folder / path).stat().st_size
    ]
    if missing:
        progress(f"copying {words.plural(len(missing), 'file')} for Athena")
    for path in missing:
        bucket.put(folder / path, place.prefix + path)
