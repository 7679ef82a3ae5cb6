"""Tags made once for each set of them: a bill has many charges, and few different sets of tags."""

from typing import Any

from store.lake.columns import Columns

#: With more sets than this, looking each up is not cheaper than making it.
SETS = 20_000


def tags_once(
    con: Any, columns: Columns, expressions: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """What to scan and select, where the same tags need not be made again for every charge.

    A csv is left as it is: it would have to be read twice.
    """
    scan, tags = columns.scan(), expressions["tags"]
    read = columns.used_in(tags)
    if columns.source.kind != "parquet" or not read:
        return scan, expressions
    raw = ", ".join(read)
    count = con.execute(f"SELECT approx_count_distinct(hash({raw})) FROM {scan}").fetchall()
    if count[0][0] > SETS:
        return scan, expressions
    named = ", ".join(f"{column} AS raw_{column}" for column in read)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE tag_sets AS SELECT {named}, {tags} AS made"
        f" FROM (SELECT DISTINCT {raw} FROM {scan})"
    )
    same = " AND ".join(f"raw_{column} IS NOT DISTINCT FROM {column}" for column in read)
    return f"({scan} LEFT JOIN tag_sets ON {same})", {**expressions, "tags": "made"}
