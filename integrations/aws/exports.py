"""Data Exports and Cost and Usage Reports in S3: what lies there, and copies of what is needed.

https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html
AWS writes the manifest of a delivery when all of its data files are there. Nothing is written to
its bucket; it needs s3:ListBucket and s3:GetObject, and kms:Decrypt where the bucket's key is its
owner's.
"""

import random
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.access import Access
from domain.errors import InputError, PermanentError, TemporaryError
from integrations.aws import failures
from integrations.aws.clients import PATIENT, client
from integrations.aws.permissions import ACTIONS

#: Files that are copied at the same time.
AT_ONCE = 4
#: How often a copy that breaks off is begun anew.
ATTEMPTS = 4
_CHUNK = 1 << 20
_URI = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, and what the keys in it begin with."""

    bucket: str
    prefix: str

    @classmethod
    def of(cls, uri: str) -> "Place":
        """Raises InputError for what is no address in S3."""
        found = _URI.fullmatch(uri)
        if found is None:
            advice = "Write it as s3://bucket/prefix."
            raise InputError("this is no address in S3.", uri, advice=advice)
        return cls(found[1], found[2] or "")

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the listing shows it; `mark` changes with its content."""

    key: str
    mark: str
    size: int
    changed: datetime


class ReplacedError(TemporaryError):
    """AWS writes a newer delivery at this moment."""


class Bucket:
    """A bucket that costbot may read."""

    def __init__(self, place: Place, access: Access | None = None) -> None:
        self.place = place
        self._access = access or Access()
        self._s3: Any = None

    def listed(self, prefix: str | None = None) -> list[Stored]:
        """Every object whose key begins with the place's prefix, or with `prefix`, in key order."""
        begins = self.place.prefix if prefix is None else prefix
        with failures.told(), self._named():
            return list(self._pages(begins))

    def first(self) -> Stored | None:
        """Any object below the place: one page is looked at."""
        with failures.told(), self._named():
            return next(self._pages(self.place.prefix), None)

    def touch(self, one: Stored) -> None:
        """Read a byte of it: whether it may be read. Raises DeliveryError."""
        with failures.told(), self._named():
            ranged = "bytes=0-0" if one.size else ""
            asked = {"Bucket": self.place.bucket, "Key": one.key}
            more = {"Range": ranged} if ranged else {}
            self._connected().get_object(**asked, **more)["Body"].close()

    def put(self, file: Path, key: str) -> None:
        """Copy a file to the bucket, whole or not at all. Raises DeliveryError."""
        with failures.told(), self._named():
            self._connected().upload_file(str(file), self.place.bucket, key)

    def fetch(
        self,
        wanted: Mapping[Path, Stored],
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Copies at these paths; `progress` is told how many bytes are there, file by file.

        Raises ReplacedError when one of them is no longer what was listed.
        """
        with failures.told(), self._named(), ThreadPoolExecutor(AT_ONCE) as pool:
            self._connected()
            copies = [pool.submit(self._copied, one, path) for path, one in wanted.items()]
            there = 0
            try:
                for one, copy in zip(wanted.values(), copies, strict=True):
                    copy.result()
                    there += one.size
                    progress(there)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _pages(self, prefix: str) -> Iterator[Stored]:
        pages = self._connected().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.place.bucket, Prefix=prefix):
            for one in page.get("Contents", ()):
                if not one["Key"].endswith("/"):
                    changed = one["LastModified"].astimezone(UTC)
                    yield Stored(one["Key"], one["ETag"].strip('"'), int(one["Size"]), changed)

    def _copied(self, one: Stored, to: Path) -> None:
        """One copy, whole or not there; a stream that breaks off is begun again, a while later."""
        from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

        to.parent.mkdir(parents=True, exist_ok=True)
        part = to.with_name(to.name + ".part")
        for attempt in range(ATTEMPTS):
            try:
                answer = self._s3.get_object(
                    Bucket=self.place.bucket, Key=one.key, IfMatch=f'"{one.mark}"'
                )
                with part.open("wb") as file, answer["Body"] as body:
                    shutil.copyfileobj(body, file, _CHUNK)
            except ClientError as error:
                if _code(error) in {"PreconditionFailed", "412", "NoSuchKey", "404"}:
                    raise ReplacedError(
                        f"{self.place.uri(one.key)} was replaced meanwhile"
                    ) from None
                raise
            except (HTTPClientError, IncompleteReadError):
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0, 2.0**attempt))  # noqa: S311
            else:
                part.replace(to)
                return

    def _connected(self) -> Any:
        if self._s3 is None:
            self._s3 = client("s3", access=self._access, attempts=PATIENT)
        return self._s3

    def _named(self) -> "_Named":
        return _Named(self.place)


class _Named:
    """Adds the bucket to what S3 says of it."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        from botocore.exceptions import ClientError

        if not isinstance(error, ClientError):
            return
        code, bucket = _code(error), self._place.bucket
        if code in {"NoSuchBucket", "404"}:
            raise PermanentError(f"there is no bucket {bucket}: check its name") from None
        if code in {"AccessDenied", "AccessDeniedException", "403"}:
            needed = ACTIONS.get(error.operation_name, "s3:GetObject")
            on = bucket if needed == "s3:ListBucket" else f"{bucket}/*"
            said = failures.PERMISSION.format(needed=f"{needed} on arn:aws:s3:::{on}")
            own = ", and kms:Decrypt on the bucket's key if it has one of its own"
            raise PermanentError(said + ("" if needed == "s3:ListBucket" else own)) from None


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
