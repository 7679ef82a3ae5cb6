"""A file's columns as SQL: found whatever their spelling, and each read as one type."""

import re
from collections.abc import Iterator
from enum import StrEnum

from store.lake.engine import files_list, name, text
from store.lake.schema import MONEY
from store.lake.sources import Source


class Kind(StrEnum):
    """What a column holds, by the type a CSV cell is read as."""

    TEXT = "VARCHAR"
    MONEY = MONEY
    QUANTITY = "DOUBLE"
    MOMENT = "TIMESTAMP WITH TIME ZONE"
    PAIRS = "JSON"


def squash(column: str) -> str:
    """`lineItem/UnblendedCost` and `line_item_unblended_cost` are one column."""
    return re.sub(r"[^a-z0-9]", "", column.lower())


class Columns:
    """Hands out SQL expressions and remembers what they read, so that `scan` can type it.

    A column the file does not have is a NULL of the right type.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._places: dict[str, int] = {}
        for place, column in enumerate(source.columns):
            self._places.setdefault(squash(column), place)
        self._kinds: dict[int, Kind] = {}

    def __contains__(self, column: str) -> bool:
        return squash(column) in self._places

    def text(self, *columns: str) -> str:
        """The first of `columns` that has a value."""
        found = [self._use(column, Kind.TEXT) for column in columns if column in self]
        return f"coalesce({', '.join(found)})" if found else "NULL::VARCHAR"

    def money(self, column: str) -> str:
        return self._use(column, Kind.MONEY)

    def quantity(self, column: str) -> str:
        return self._use(column, Kind.QUANTITY)

    def moment(self, column: str) -> str:
        """A UTC timestamp."""
        return f"CAST({self._use(column, Kind.MOMENT)} AS TIMESTAMP)"

    def pairs(self, column: str) -> str:
        """The `(k, v)` entries of a map column, or of a column with a JSON object."""
        column_sql = self._use(column, Kind.PAIRS)
        if column not in self:
            return "NULL::STRUCT(k VARCHAR, v VARCHAR)[]"
        if self._is_map(self._places[squash(column)]):
            entries = f"map_entries({column_sql})"
            return f"list_transform({entries}, lambda e: {{'k': e.key, 'v': e.value}})"
        keys, values = f"json_keys({column_sql})", f"json_extract_string({column_sql}, '$.*')"
        zipped = f"list_zip({keys}, {values})"
        return f"list_transform({zipped}, lambda e: {{'k': e[1], 'v': e[2]}})"

    def value(self, column: str, key: str) -> str:
        """One value of a map or JSON column."""
        if column not in self:
            return "NULL::VARCHAR"
        column_sql = self._use(column, Kind.PAIRS)
        if self._is_map(self._places[squash(column)]):
            found = f"{column_sql}[{text(key)}]"
        else:
            path = text(f'$."{key}"')
            found = f"json_extract_string({column_sql}, {path})"
        return f"nullif({found}, '')"

    def starting_with(self, prefix: str) -> Iterator[tuple[str, str]]:
        """The rest of the name, and the SQL, of each text column whose name begins so."""
        for place, column in enumerate(self.source.columns):
            if column.lower().startswith(prefix.lower()) and len(column) > len(prefix):
                self._kinds.setdefault(place, Kind.TEXT)
                yield column[len(prefix) :], f"c{place}"

    def not_an_object(self, column: str) -> str:
        """True where a JSON column holds something other than an object."""
        if column not in self or self._is_map(self._places[squash(column)]):
            return "false"
        return f"coalesce(json_type({self._use(column, Kind.PAIRS)}) <> 'OBJECT', false)"

    def spelled(self, column: str) -> str:
        """The column's name as the file writes it."""
        place = self._places.get(squash(column))
        return column if place is None else self.source.columns[place]

    def typed(self) -> dict[int, Kind]:
        """What has been asked for so far, by place."""
        return dict(self._kinds)

    def used_in(self, sql: str) -> list[str]:
        """Those of the columns in use that an expression reads."""
        return [f"c{place}" for place in self._kinds if re.search(rf"\bc{place}\b", sql)]

    def scan(self, *, in_order: bool = False) -> str:
        """The file as a SQL relation with a column `c<place>` for each column in use.

        `in_order` adds `row_number`, counted from 1 in the order of the file.
        """
        if self.source.kind == "parquet":
            return self._scan_parquet(in_order)
        if not in_order:
            return self._read_csv("store_rejects = true, rejects_limit = 1000")
        ordered = self._read_csv("parallel = false")
        return f"(SELECT *, row_number() OVER () AS row_number FROM {ordered})"

    def first_wrong(self, place: int) -> str:
        """A query for the first parquet row, and its value, that cannot be read as its kind."""
        value = self._parquet_value(place)
        return (
            f"SELECT file_row_number + 1, CAST({name(self.source.columns[place])} AS VARCHAR)"
            f" FROM {self._parquet()} WHERE TRY(CAST({value} AS {self._kinds[place]})) IS NULL"
            f" AND {value} IS NOT NULL ORDER BY file_row_number LIMIT 1"
        )

    def every_value(self) -> str:
        """A query that has to read all parquet columns in use; a count may not need to."""
        read = ", ".join(f"max(hash({name(self.source.columns[n])}))" for n in self._kinds)
        return f"SELECT {read} FROM {self._parquet()}"

    def _scan_parquet(self, in_order: bool) -> str:
        used = [
            f"CAST({self._parquet_value(place)} AS {kind}) AS c{place}"
            if not self._is_map(place)
            else f"{name(self.source.columns[place])} AS c{place}"
            for place, kind in self._kinds.items()
        ]
        row = ["file_row_number + 1 AS row_number"] if in_order else []
        return f"(SELECT {', '.join((*used, *row))} FROM {self._parquet()})"

    def _parquet(self) -> str:
        return (
            f"read_parquet({files_list([self.source.path])}, binary_as_string = true,"
            " file_row_number = true, hive_partitioning = false)"
        )

    def _parquet_value(self, place: int) -> str:
        """A column ready to be cast. Doubles go through their shortest text, so 0.1 is 0.1."""
        column, kind, stored = (
            name(self.source.columns[place]),
            self._kinds[place],
            self.source.types[place],
        )
        if stored == "VARCHAR":
            return f"nullif(nullif({column}, ''), 'NULL')"
        if kind is Kind.MONEY and stored in ("DOUBLE", "FLOAT"):
            return f"CAST({column} AS VARCHAR)"
        return column

    def _read_csv(self, mode: str) -> str:
        types = ", ".join(
            f"'c{place}': '{self._kinds.get(place, Kind.TEXT)}'"
            for place in range(len(self.source.columns))
        )
        compression = "gzip" if self.source.kind == "csv.gz" else "none"
        return (
            f"read_csv({files_list([self.source.path])}, columns = {{{types}}},"
            f" auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
            f" nullstr = ['', 'NULL'],"
            f" compression = '{compression}', hive_partitioning = false, {mode})"
        )

    def _is_map(self, place: int) -> bool:
        return bool(self.source.types) and self.source.types[place].startswith("MAP(")

    def _use(self, column: str, kind: Kind) -> str:
        place = self._places.get(squash(column))
        if place is None:
            return f"CAST(NULL AS {kind})"
        if self._kinds.setdefault(place, kind) is not kind:
            raise ValueError(f"{column} is read as {self._kinds[place]} and as {kind}")
        return f"c{place}"
