"""The catalog: one small file that says which Parquet files are the lake. Replacing it commits."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.errors import CostbotError
from domain.period import Period
from domain.ports import Bill, LakeStatus, Restatement, Vocabulary
from domain.settling import Revised, Settling

VERSION = 2
FOLDER = "lake"
FILE = "catalog.json"


class CatalogError(CostbotError):
    """The catalog was written by another version of costbot, or is damaged."""


@dataclass(frozen=True, slots=True)
class StoredBill:
    """A bill and where it lies: paths are relative to the lake folder."""

    bill: Bill
    totals: Mapping[str, Decimal]
    fingerprint: str
    lines: tuple[str, ...]
    daily: str
    words: str

    @property
    def key(self) -> tuple[str, date]:
        return self.bill.billing_account, self.bill.period.start

    @property
    def files(self) -> tuple[str, ...]:
        return (*self.lines, self.daily, self.words)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything a question needs to know before it reads: bills by period, then by account."""

    bills: tuple[StoredBill, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    currency: str | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    moves: str = ""
    settling: Settling = field(default_factory=Settling)

    def status(self) -> LakeStatus:
        bills = tuple(b.bill for b in self.bills)
        return LakeStatus(bills, self.restatements, self.currency, self.settling)

    def with_bills(
        self, bills: list[StoredBill], restatements: list[Restatement], currency: str
    ) -> "Catalog":
        """These bills in the place of those with the same account and period."""
        by_key = {bill.key: bill for bill in (*self.bills, *bills)}
        ordered = sorted(by_key.values(), key=lambda b: (b.bill.period.start, b.key))
        log = (*self.restatements, *restatements)
        return replace(self, bills=tuple(ordered), restatements=log, currency=currency)

    def with_vocabulary(self, vocabulary: Vocabulary) -> "Catalog":
        return replace(self, vocabulary=vocabulary)

    def with_moves(self, moves: str, settling: Settling) -> "Catalog":
        """What the loads changed, and what they teach."""
        return replace(self, moves=moves, settling=settling)

    def files(self) -> set[str]:
        moves = {self.moves} if self.moves else set[str]()
        return {path for bill in self.bills for path in bill.files} | moves


def read(folder: Path) -> Catalog:
    """The committed catalog; an empty one before the first load."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Catalog()
    except ValueError as error:
        raise CatalogError(f"{folder / FILE} is damaged. Restore it, or load again.") from error
    if content["version"] != VERSION:
        problem = f"{folder / FILE} is of version {content['version']}, not {VERSION}."
        raise CatalogError(f"{problem} Move the lake folder away and load the bills again.")
    return Catalog(
        tuple(_bill(item) for item in content["bills"]),
        tuple(_restatement(item) for item in content["restatements"]),
        content["currency"],
        _vocabulary(content["vocabulary"]),
        content.get("moves", ""),
        _settling(content.get("settling")),
    )


def commit(folder: Path, catalog: Catalog, written: Iterable[str]) -> None:
    """Replace the catalog in one step that survives a power cut: old or new, never between.

    What is `written`, and the folders that name it, is on disk before the catalog says so.
    """
    files = [folder / path for path in written]
    folders = [above for file in files for above in list(file.parents)[:3]]
    for path in dict.fromkeys([*files, *folders]):
        sync(path)
    fresh = folder / (FILE + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({"version": VERSION, **asdict(catalog)}, file, default=_plain, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / FILE)
    sync(folder)


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot write {type(value).__name__} to the catalog")


def _period(item: Mapping[str, str]) -> Period:
    return Period(date.fromisoformat(item["start"]), date.fromisoformat(item["end"]))


def _bill(item: Mapping[str, Any]) -> StoredBill:
    bill = item["bill"]
    return StoredBill(
        Bill(
            bill["billing_account"],
            _period(bill["period"]),
            bill["rows"],
            date.fromisoformat(bill["first_day"]),
            date.fromisoformat(bill["last_day"]),
            datetime.fromisoformat(bill["loaded_at"]),
            bill["source"],
            Decimal(bill["total"]),
        ),
        {measure: Decimal(total) for measure, total in item["totals"].items()},
        item["fingerprint"],
        tuple(item["lines"]),
        item["daily"],
        item["words"],
    )


def _restatement(item: Mapping[str, Any]) -> Restatement:
    return Restatement(
        item["billing_account"],
        _period(item["period"]),
        datetime.fromisoformat(item["seen_at"]),
        Decimal(item["before"]),
        Decimal(item["after"]),
    )


def _settling(item: Mapping[str, Any] | None) -> Settling:
    """Catalogs of before have none."""
    if item is None:
        return Settling()
    revised = (
        Revised(
            date.fromisoformat(one["seen_on"]),
            one["service"],
            date.fromisoformat(one["day"]),
            Decimal(one["before"]),
            Decimal(one["after"]),
        )
        for one in item["revised"]
    )
    return Settling(item["lag_days"], item["services"], tuple(revised))


def _vocabulary(item: Mapping[str, Any]) -> Vocabulary:
    return Vocabulary(
        {dimension: tuple(values) for dimension, values in item["values"].items()},
        tuple(item["tag_keys"]),
        item["account_names"],
    )
