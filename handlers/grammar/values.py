"""The values of a filter: which ones of the bill a person means."""

from collections.abc import Sequence

from domain.query import Dimension
from handlers.grammar.cursor import Cursor
from handlers.grammar.keywords import NONE, as_word
from handlers.grammar.problem import Puzzle, choices, nearest, shown

Values = tuple[str | None, ...]
_VALUE_WORDS = 6


def read_values(cursor: Cursor, dimension: Dimension, op: str) -> Values:
    """One value or a list of them: a, b or c."""
    values = list(_read_value(cursor, dimension, op))
    while _goes_on(cursor, dimension):
        cursor.take()
        values += _read_value(cursor, dimension, op)
    return tuple(dict.fromkeys(values))


def _goes_on(cursor: Cursor, dimension: Dimension) -> bool:
    """A comma or "or" brings another value; "and" only one that this dimension surely has."""
    joint = cursor.here
    if joint.kind != "comma" and joint.lower not in ("or", "and"):
        return False
    if joint.lower == "or" and cursor.ahead(2).kind == "op":
        message = "Filters are joined with and; 'or' joins the values of one filter: region=a or b."
        raise cursor.puzzle(message, ("and",))
    start = cursor.at
    cursor.take()
    new_clause, named = cursor.starts_clause(), cursor.here.text
    cursor.at = start
    if joint.lower == "and" and not new_clause:
        return bool(cursor.lexicon.exact(dimension, named))
    return not new_clause


def _read_value(cursor: Cursor, dimension: Dimension, op: str) -> Values:
    if cursor.here.kind not in ("word", "quoted"):
        known = cursor.lexicon.names(dimension)
        hint = f", such as {as_word(known[0])}" if known else ""
        raise cursor.puzzle(f"Which {dimension.label}? Write a value after {op}{hint}.")
    if cursor.here.kind == "word":
        if cursor.here.lower in NONE:
            cursor.take()
            return (None,)
        for said, count in cursor.phrases(_VALUE_WORDS):
            if count > 1 and (found := cursor.lexicon.exact(dimension, said)):
                cursor.take(count)
                return found
    values = resolve(cursor, dimension, cursor.here.text, op)
    cursor.take()
    return values


def resolve(cursor: Cursor, dimension: Dimension, said: str, op: str) -> Values:
    """The values of the bill that `said` means; raises Puzzle when it is none, or several."""
    lexicon = cursor.lexicon
    if not lexicon.lists(dimension) or (op == "~" and dimension.name != "account"):
        return (said,)
    exact = lexicon.exact(dimension, said)
    like = lexicon.like(dimension, said)
    if op == "~" and (exact or like):
        return tuple(dict.fromkeys((*exact, *like)))
    if exact or len(like) == 1:
        return exact or like
    if like:
        raise ambiguous(cursor, dimension, said, like)
    if lexicon.lists_all(dimension):
        raise unknown(cursor, dimension, said)
    return (said,)


def ambiguous(cursor: Cursor, dimension: Dimension, said: str, values: Sequence[str]) -> Puzzle:
    names = [_told(cursor, dimension, value) for value in values]
    message = f"{shown(said)} could be {len(values)} {dimension.label}s: {choices(names)}."
    typed = (as_word(cursor.lexicon.typed(dimension, value)) for value in values[:5])
    return cursor.puzzle(f"{message} Say which one.", tuple(typed))


def _told(cursor: Cursor, dimension: Dimension, value: str) -> str:
    """A value by its name, with what tells it from others of that name."""
    name = cursor.lexicon.called(dimension, value)
    return value if name == value else f"{name} ({value})"


def unknown(cursor: Cursor, dimension: Dimension, said: str) -> Puzzle:
    names = cursor.lexicon.names(dimension)
    begun = tuple(name for name in names if name.lower().startswith(said.lower()))
    near = tuple(dict.fromkeys((*nearest(said, names), *begun[:2])))
    told = f"Did you mean {choices(near)}?" if near else f"It has: {choices(names)}."
    message = f"The bill has no {dimension.label} {shown(said)}. {told}"
    return cursor.puzzle(message, tuple(map(as_word, near)), whole=(f"by {dimension}",))
