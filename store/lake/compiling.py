"""Questions as SQL: compiled by Ibis, run by whatever engine."""

from functools import lru_cache
from secrets import token_hex
from typing import Any

from domain.ports import Question
from store.lake.schema import COSTS, DAILY_KEYS, LINES, MONEY
from store.lake.snapshots import schema_of

#: Stands for the files in compiled SQL. A view would be bound twice for every question; a name of
#: 128 random bits cannot be written into a filter by anybody.
TABLE = f"charges_{token_hex(16)}"


@lru_cache(maxsize=512)
def compiled(
    question: Question, daily: bool, columns: frozenset[str], dialect: str = "duckdb"
) -> str:
    """The question as SQL; it is compiled, not run, by Ibis, and equal ones once.

    The question sees `columns` and no others: fewer to bind, and a wrong list is noticed at once.
    """
    import ibis

    table = ibis.table(types(schema_of(daily)), name=TABLE).select(*sorted(columns))
    return str(ibis.to_sql(question(table), dialect=dialect))


def types(schema: dict[str, str]) -> dict[str, Any]:
    """The columns of a table as Ibis knows them."""
    import ibis

    return {name: ibis.dtype(_ibis_type(kind)) for name, kind in schema.items()}


def _ibis_type(kind: str) -> str:
    named = {
        "VARCHAR": "string",
        "DOUBLE": "float64",
        "MAP(VARCHAR, VARCHAR)": "map<string, string>",
    }
    return named.get(kind, kind.lower())


def rollup(lines: Any) -> Any:
    """The sums of a day, without tags, resources and usage types: one for every engine."""
    sums = {cost: lines[cost].sum().cast(MONEY.lower()) for cost in COSTS}
    return lines.group_by(list(DAILY_KEYS)).aggregate(**sums)


@lru_cache(maxsize=4)
def rollup_sql(dialect: str) -> str:
    """`rollup` as SQL over TABLE."""
    import ibis

    return str(ibis.to_sql(rollup(ibis.table(types(LINES), name=TABLE)), dialect=dialect))
