"""A question over rows from elsewhere: the same SQL as over the lake's files."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.ports import Question
from store.lake.compiling import TABLE, compiled
from store.lake.engine import connect
from store.lake.schema import COSTS, LINES

MEMORY = "500MB"
_GRAIN = Decimal(1).scaleb(-12)


def over_rows(
    question: Question, columns: frozenset[str], rows: Sequence[Mapping[str, Any]], folder: Path
) -> list[dict[str, Any]]:
    """The rows of `question` over `rows`, which have `columns` of the lake's lines.

    What a row does not have is no value. Amounts are rounded to the lake's twelve decimals.
    """
    with closing(opened(folder)) as con:
        return asked_of(con, question, columns, rows)


def opened(folder: Path) -> Any:
    """An engine for `asked_of`; opening one takes longer than most questions."""
    return connect(folder, folder / "spill" / "rows", memory=MEMORY, threads=1)


def asked_of(
    con: Any, question: Question, columns: frozenset[str], rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The same as `over_rows`, with an engine that is kept; questions may overlap."""
    import pyarrow as pa

    names = sorted(columns)
    types = {name: _type(LINES[name]) for name in names}
    arrays = [pa.array([_value(row, name) for row in rows], types[name]) for name in names]
    with con.cursor() as cursor:
        cursor.register("given", pa.table(arrays, names=names))
        sql = compiled(question, False, columns).replace(f'"{TABLE}"', _all(columns))
        found = cursor.execute(sql)
        named = [column[0] for column in found.description]
        return [dict(zip(named, row, strict=True)) for row in found.fetchall()]


def _all(columns: frozenset[str]) -> str:
    """The rows with every column of the lake, as the compiled question expects them."""
    absent = (
        f"CAST(NULL AS {kind}) AS {name}" for name, kind in LINES.items() if name not in columns
    )
    return f"(SELECT *, {', '.join(absent)} FROM given)"


def _value(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name)
    if name in COSTS and value is not None:
        return value.quantize(_GRAIN)
    return list(value.items()) if isinstance(value, dict) else value


def _type(kind: str) -> Any:
    import pyarrow as pa

    return {
        "DATE": pa.date32(),
        "VARCHAR": pa.string(),
        "DOUBLE": pa.float64(),
        "TIMESTAMP": pa.timestamp("us"),
        "MAP(VARCHAR, VARCHAR)": pa.map_(pa.string(), pa.string()),
    }.get(kind) or pa.decimal128(28, 12)
