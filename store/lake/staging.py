"""Staging: one pass over each file writes its charges, in the lake's columns, apart by bill."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import InputError
from store.lake.columns import Columns
from store.lake.engine import WRITTEN, files_list, text
from store.lake.faults import broken_gzip, broken_parquet, broken_rows, faulty_row, wrong_type
from store.lake.formats import Fault, Format, detect
from store.lake.schema import LINES
from store.lake.sources import Source
from store.lake.tagging import tags_once

_FAULT = "costbot found a fault"
# The first faulty row stops the pass.
_SOUND = f"CASE WHEN fault IS NULL THEN true ELSE error('{_FAULT}') END"
_KEY = ("billing_account_id", "billing_period_start")


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged file: the charges of one bill that came from one source of format `label`."""

    path: Path
    source: Source
    label: str


def stage(con: Any, source: Source, number: int, folder: Path) -> list[Staged]:
    """Write the file's charges to `folder`, a file for each bill in it.

    Anything wrong with the file is an InputError that says where.
    """
    columns = Columns(source)
    known = detect(columns)
    whole = folder / f"{number}.parquet"
    rows = _copy(con, columns, known, whole)
    label = known.label(columns)
    return [Staged(path, source, label) for path in _apart(con, whole)] if rows else []


def _copy(con: Any, columns: Columns, known: Format, path: Path) -> int:
    import duckdb

    source, expressions, faults = columns.source, known.select(columns), _faults(known, columns)
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    try:
        scan, short = tags_once(con, columns, expressions)
        copy = (
            f"COPY (SELECT {', '.join(LINES)} FROM {_charges(scan, short, faults)}"
            f" WHERE {_SOUND}) TO {text(str(path))} {WRITTEN}"
        )
        rows = con.execute(copy).fetchall()[0][0]
    except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
        if _FAULT in str(error):
            raise _first_fault(con, columns, expressions, faults) from None
        raise wrong_type(con, columns) from error
    except duckdb.Error as error:
        if "GZIP" in str(error):
            raise broken_gzip(source) from error
        broken_parquet(con, columns)
        raise
    broken_rows(con, columns)
    return int(rows)


def _apart(con: Any, whole: Path) -> list[Path]:
    """One file for each bill; nearly always the staged file holds only one."""
    table = f"read_parquet({files_list([whole])}, hive_partitioning = false)"
    keys = ", ".join(_KEY)
    if con.execute(f"SELECT count(DISTINCT ({keys})) FROM {table}").fetchall()[0][0] == 1:
        return [whole]
    folder = whole.with_suffix("")
    # An account's id may be longer than a folder's name, or no name at all.
    con.execute(
        f"COPY (SELECT *, md5(concat_ws('|', {keys})) AS bill FROM {table})"
        f" TO {text(str(folder))} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (bill))"
    )
    whole.unlink()
    return sorted(folder.rglob("*.parquet"))


def _charges(
    scan: str, expressions: dict[str, str], faults: list[Fault], *, in_order: bool = False
) -> str:
    """A scan in the lake's columns, and in `fault` the number of what is wrong with a row."""
    cases = " ".join(f"WHEN {fault.when} THEN {number}" for number, fault in enumerate(faults))
    extra = {
        "charge_date": "CAST(charge_period_start AS DATE)",
        "fault": f"CASE {cases} END",
        **({"row_number": "row_number"} if in_order else {}),
    }
    select = ", ".join(
        f"CAST({sql} AS {LINES[column]}) AS {column}" if column in LINES else f"{sql} AS {column}"
        for column, sql in (expressions | extra).items()
    )
    return f"(SELECT {select} FROM {scan})"


def _first_fault(
    con: Any, columns: Columns, expressions: dict[str, str], faults: list[Fault]
) -> InputError:
    import duckdb

    charges = _charges(columns.scan(in_order=True), expressions, faults, in_order=True)
    try:
        row, number = con.execute(
            f"SELECT row_number, fault FROM {charges}"
            " WHERE fault IS NOT NULL ORDER BY row_number LIMIT 1"
        ).fetchall()[0]
    except (duckdb.ConversionException, duckdb.InvalidInputException):
        # The file is wrong in more than one way, and this other one keeps rows from being counted.
        return wrong_type(con, columns)
    return faulty_row(columns, row, faults[number])


def _faults(known: Format, columns: Columns) -> list[Fault]:
    empty = [
        Fault(f"{target} IS NULL", column, "a row has no value here.")
        for column, target in known.required.items()
    ]
    start = next(c for c, target in known.required.items() if target == "charge_period_start")
    odd = "year(charge_period_start) NOT BETWEEN 2000 AND 2199"
    return [*empty, Fault(odd, start, "the date makes no sense."), *known.faults(columns)]


def refuse_mixed_currencies(con: Any, staged: list[Staged], currency: str | None) -> str:
    """The one currency of what is staged, which must be `currency` where the lake has one."""
    expected = currency
    for file in staged:
        table = f"read_parquet({files_list([file.path])}, hive_partitioning = false)"
        found = con.execute(
            f"SELECT billing_currency FROM {table} GROUP BY ALL ORDER BY count(*) DESC"
        ).fetchall()
        expected = expected or str(found[0][0])
        for (other,) in found:
            if other != expected:
                raise _in_other_currency(con, file.source, other, expected)
    return expected or ""


def _in_other_currency(con: Any, source: Source, other: str, currency: str) -> InputError:
    columns = Columns(source)
    expressions = detect(columns).select(columns)
    known = ("BillingCurrency", "lineItem/CurrencyCode", "pricing/currency")
    named = next((column for column in known if column in columns), "lineItem/CurrencyCode")
    fault = Fault(
        f"billing_currency = {text(other)}",
        named,
        f"the row is in {other[:10]}, other charges are in {currency}.",
        "costbot adds up one currency: give each its own COSTBOT_DATA_DIR.",
    )
    return _first_fault(con, columns, expressions, [fault])
