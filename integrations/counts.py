"""Counts from a file: one row for each day, for what no system of metrics knows."""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from domain.errors import PermanentError
from domain.period import Period
from domain.unit import Counts, CsvMetric, Unit
from integrations.calls import within

DEADLINE_SECONDS = 10.0
#: A century of days; more is no such file.
_MOST_ROWS = 40_000
_DATE = "date"


class CountFiles:
    """Fills `domain.ports.Metrics` for units from files; names are relative to `folder`.

    A file is read for each question, so that whoever writes it has nothing else to do.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def daily(self, unit: Unit, period: Period) -> Counts:
        if not isinstance(unit.metric, CsvMetric):
            raise PermanentError(f"the unit {unit.name} is no file")
        found = await within(DEADLINE_SECONDS, "files", read, self._folder, unit.metric)
        return {day: count for day, count in found.items() if day in period}


def read(folder: Path, metric: CsvMetric) -> dict[date, Decimal]:
    """Every day of the file. PermanentError says the line that is wrong and what to write."""
    try:
        with (folder / metric.file).open(encoding="utf-8-sig", newline="") as file:
            return _rows(csv.DictReader(file), metric)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise PermanentError(f"{metric.file} cannot be read: {why}") from None
    except (csv.Error, UnicodeDecodeError):
        raise PermanentError(f"{metric.file} is no CSV file in UTF-8") from None


def _rows(rows: "csv.DictReader[str]", metric: CsvMetric) -> dict[date, Decimal]:
    names = [name for name in rows.fieldnames or () if name != _DATE]
    column = metric.column or (names[0] if len(names) == 1 else "")
    if _DATE not in (rows.fieldnames or ()) or column not in names:
        wanted = metric.column or "one more"
        raise PermanentError(f"{metric.file} needs the columns {_DATE} and {wanted} in line 1")
    found: dict[date, Decimal] = {}
    for row in rows:
        if rows.line_num > _MOST_ROWS:
            raise PermanentError(f"{metric.file} has more than {_MOST_ROWS:,} lines")
        day, count = _row(row, column, f"{metric.file}, line {rows.line_num}")
        if count is not None:
            found[day] = found.get(day, Decimal(0)) + count
    return found


def _row(row: dict[str, str | None], column: str, where: str) -> tuple[date, Decimal | None]:
    """A day and its count, None where that is empty."""
    said, value = (row[_DATE] or "").strip(), (row[column] or "").strip()
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise PermanentError(f"{where}: {said[:30]!r} is no day. Write 2026-11-20.") from None
    try:
        count = Decimal(value) if value else None
    except InvalidOperation:
        count = Decimal("NaN")
    if count is not None and (not count.is_finite() or count < 0):
        raise PermanentError(f"{where}: {value[:30]!r} is no count. Write 120000.")
    return day, count
