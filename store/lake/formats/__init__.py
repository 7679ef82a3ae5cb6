"""The formats of a bill, one file each; a file's columns tell which one it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.errors import InputError
from store.lake.columns import Columns, squash


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that would make the sums wrong: `when` is SQL over the lake's columns."""

    when: str
    column: str
    problem: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of bill reads: `select` maps each lake column to SQL over the file's columns.

    A file is of this format when it has three of `markers`; then it must have all `required`,
    and each of these (a file's column -> a lake column) must have a value in every row.
    """

    name: str
    markers: tuple[str, ...]
    required: Mapping[str, str]
    select: Callable[[Columns], dict[str, str]]
    faults: Callable[[Columns], list[Fault]]
    advice: str
    #: Which version of the format a file is of, as people call it.
    label: Callable[[Columns], str]


def detect(columns: Columns) -> Format:
    """The format of a file, or an InputError that names what is missing."""
    from store.lake.formats.aggregates import AGGREGATES
    from store.lake.formats.cur import CUR
    from store.lake.formats.explorer import EXPLORER
    from store.lake.formats.focus import FOCUS

    source = columns.source
    for known in (FOCUS, CUR, EXPLORER, AGGREGATES):
        if sum(marker in columns for marker in known.markers) >= 3:
            break
    else:
        advice = "costbot reads FOCUS 1.0 and 1.2, CUR 2.0 and the legacy Cost and Usage Report."
        raise InputError("this is not a bill that costbot knows.", source.path, advice=advice)
    line = None if source.kind == "parquet" else 1
    for column in known.required:
        if column not in columns:
            problem = f"the column is missing from this {known.name} file."
            raise InputError(problem, source.path, line, column, known.advice)
    _refuse_twins(columns, known, line)
    return known


def _refuse_twins(columns: Columns, known: Format, line: int | None) -> None:
    """Two columns of one name leave it open which of them is the cost."""
    names = [squash(column) for column in columns.source.columns]
    for column in known.required:
        if names.count(squash(column)) > 1:
            problem = "the header names the column twice."
            raise InputError(problem, columns.source.path, line, columns.spelled(column))
