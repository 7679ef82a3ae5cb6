"""A question over rows from elsewhere: the same SQL as over the lake's files."""

from collections.abc import Mapping, Sequence
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
    import pyarrow as pa

    names = sorted(columns)
    types = {name: _type(LINES[name]) for name in names}
    arrays = [pa.array([_value(row, name) for row in rows], types[name]) for name in names]
    con = connect(folder, folder / "spill" / "rows", memory=MEMORY, threads=1)
    try:
        con.register("given", pa.table(arrays, names=names))
        found = con.execute(compiled(question, False, columns).replace(f'"{TABLE}"', _all(columns)))
        named = [column[0] for column in found.description]
        return [dict(zip(named, row, strict=True)) for row in found.fetchall()]
    finally:
        con.close()


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
