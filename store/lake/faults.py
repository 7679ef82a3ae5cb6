"""Where a file is wrong: the physical line and the column, found once something has failed."""

import re
import zlib
from contextlib import suppress
from itertools import islice
from typing import Any

from domain.errors import InputError
from store.lake.columns import Columns, Kind
from store.lake.formats import Fault
from store.lake.sources import Source, damaged, is_utf8, open_bytes, records

_EXPECTED = {
    Kind.MONEY: "an amount",
    Kind.QUANTITY: "a number",
    Kind.MOMENT: "a date",
    Kind.PAIRS: "a JSON object",
    Kind.TEXT: "text",
}
_CUT = "The file may be cut off or edited: export or download it again."


def broken_rows(con: Any, columns: Columns) -> None:
    """Raise for the first row that the csv reader set aside."""
    if columns.source.kind == "parquet":
        return
    row = con.execute(
        "SELECT line_byte_position, error_type, error_message FROM reject_errors"
        " ORDER BY line_byte_position, column_idx LIMIT 1"
    ).fetchall()
    if not row:
        return
    byte, kind, message = row[0]
    line = _line_at(columns.source, byte)
    if kind == "CAST":
        raise _wrong_cell(con, columns, line)
    if kind == "INVALID ENCODING" and (error := _not_utf8(columns)):
        raise error
    raise InputError(_broken(kind, message), columns.source.path, line, advice=_CUT)


def _wrong_cell(con: Any, columns: Columns, line: int) -> InputError:
    """The error for the first cell of a row that does not read as what its column holds.

    The csv reader counts only the columns it was asked for, so its own word for it is not used.
    """
    source = columns.source
    read = records(source.path, source.kind, errors="replace")
    cells = next((cells for at, cells in read if at == line), [])
    for place, kind in sorted(columns.typed().items()):
        cell = cells[place] if place < len(cells) else ""
        if cell in ("", "NULL"):
            continue
        if con.execute(f"SELECT TRY_CAST(? AS {kind}) IS NULL", [cell]).fetchall()[0][0]:
            problem = f"{cell[:60]!r} is not {_EXPECTED[kind]}."
            return InputError(problem, source.path, line, source.columns[place], _CUT)
    return InputError("a value cannot be read.", source.path, line, advice=_CUT)


def _not_utf8(columns: Columns) -> InputError | None:
    """The error for the first cell in use that is no UTF-8, if there is one."""
    source, used = columns.source, sorted(columns.typed())
    for line, cells in records(source.path, source.kind):
        for place in used:
            if place < len(cells) and not is_utf8(cells[place]):
                advice = "Save the file as UTF-8, or download it again."
                column = source.columns[place]
                return InputError("the text is not UTF-8.", source.path, line, column, advice)
    return None


def _broken(kind: str, message: str) -> str:
    match kind:
        case "MISSING COLUMNS" | "TOO MANY COLUMNS":
            numbers = re.findall(r": (\d+)", message)
            return f"the row has {numbers[1]} fields, the header {numbers[0]}."
        case "UNQUOTED VALUE":
            return "a quotation mark is not closed, or text follows the closing one."
        case "LINE SIZE OVER MAXIMUM":
            return "the row is longer than 2 MB; a quotation mark may not be closed."
        case _:
            return "the row cannot be read."


def _line_at(source: Source, byte: int) -> int:
    """The physical line of a row, by the place of its first byte counted from 1.

    The csv reader may point at the end of the line before (CR LF) or at blank lines before it.
    """
    left, line = max(byte - 1, 0), 1
    with open_bytes(source.path, source.kind) as file:
        while left > 0 and (chunk := file.read(min(left, 1 << 20))):
            line += chunk.count(b"\n")
            left -= len(chunk)
        while (ending := file.read(1)) in (b"\r", b"\n"):
            line += ending == b"\n"
    return line


def faulty_row(columns: Columns, row: int, fault: Fault) -> InputError:
    """The error for a row, counted from 1 without the header, that has the fault."""
    source, line, problem = columns.source, None, fault.problem
    if source.kind == "parquet":
        problem = f"row {row}: {problem}"
    else:
        lines = (line for line, _ in records(source.path, source.kind, errors="replace"))
        line = next(islice(lines, row, None))
    return InputError(problem, source.path, line, columns.spelled(fault.column), fault.advice)


def broken_parquet(con: Any, columns: Columns) -> None:
    """Raise when the columns in use cannot be read at all."""
    import duckdb

    if columns.source.kind != "parquet":
        return
    try:
        con.execute(columns.every_value()).fetchall()
    except duckdb.Error as error:
        raise _not_utf8_in_parquet(con, columns) or damaged(columns.source.path) from error


def _not_utf8_in_parquet(con: Any, columns: Columns) -> InputError | None:
    """The error for the first column that can be read, but not as text."""
    import duckdb

    source = columns.source
    for place in columns.typed():
        try:
            con.execute(columns.first_wrong(place)).fetchall()
        except duckdb.InvalidInputException as error:
            if "UTF" in str(error):
                column = source.columns[place]
                return InputError("a text is not UTF-8.", source.path, None, column, _CUT)
        except duckdb.Error:
            return None
    return None


def wrong_type(con: Any, columns: Columns) -> InputError:
    """The error for the first value that does not read as what its column holds."""
    import duckdb

    source = columns.source
    broken_parquet(con, columns)
    if source.kind != "parquet":
        con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        try:
            con.execute(f"SELECT count(COLUMNS(*)) FROM {columns.scan()}").fetchall()
            broken_rows(con, columns)
        except duckdb.InvalidInputException as error:
            # The csv reader cannot even say what is wrong with an amount that is no text.
            raise _not_utf8(columns) or error from None
    for place, kind in columns.typed().items() if source.kind == "parquet" else ():
        found = con.execute(columns.first_wrong(place)).fetchall()
        if found:
            row, value = found[0]
            problem = f"row {row}: {value[:60]!r} is not {_EXPECTED[kind]}."
            return InputError(problem, source.path, None, source.columns[place], _CUT)
    return InputError("a value cannot be read.", source.path, advice=_CUT)


def broken_gzip(source: Source) -> InputError:
    """The error for a compressed file that ends too early, at the last line that can be read."""
    line = 1
    with (
        suppress(EOFError, OSError, zlib.error),
        open_bytes(source.path, source.kind) as file,
    ):
        while chunk := file.read1(1 << 16):
            line += chunk.count(b"\n")
    advice = "Download it again."
    return InputError("the compressed file ends too early.", source.path, line, advice=advice)
